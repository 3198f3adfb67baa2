import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { ClusterConfig } from '../model/cluster-config.ts';

/** Makes what speaks to Cloud Map once for each account and Region that some cluster registers into. */
export function perCloudMap<T>(make: (client: ServiceDiscoveryClient) => T): (cluster: ClusterConfig) => T {
  const made = new Map<string, T>();
  return ({ cloudMap: { region, roleArn } }) => {
    const target = `${roleArn ?? ''} ${region ?? ''}`;
    const known = made.get(target);
    if (known !== undefined) return known;
    const adapter = make(serviceDiscoveryClient(region, roleArn));
    made.set(target, adapter);
    return adapter;
  };
}

/**
 * `adaptive` retries slow down all calls of the client when AWS throttles one. DiscoverInstances goes to a host named
 * `data-…`, which an endpoint given by AWS_ENDPOINT_URL does not have.
 */
function serviceDiscoveryClient(
  region: string | undefined,
  roleArn: string | undefined,
): ServiceDiscoveryClient {
  const params = { RoleArn: roleArn, RoleSessionName: 'eks-mesh-sync' };
  return new ServiceDiscoveryClient({
    retryMode: 'adaptive',
    maxAttempts: 5,
    disableHostPrefix: process.env['AWS_ENDPOINT_URL'] !== undefined,
    ...(region && { region }),
    ...(roleArn && { credentials: fromTemporaryCredentials({ params }) }),
  });
}
