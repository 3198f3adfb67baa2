import {
  DiscoverInstancesCommand,
  type HttpInstanceSummary,
  type ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { callCloudMap } from './call-cloud-map.ts';

/** What DiscoverInstances needs about a service: names, not ids, and the account of a shared namespace. */
export interface DiscoveredService {
  readonly name: string;
  readonly httpName: string;
  readonly ownerAccount?: string | undefined;
}

/** The maximum that DiscoverInstances returns, and the quota of instances in a service, which AWS does not raise. */
export const maxDiscovered = 1000;

/** All instances of a service, whatever their health, that have these attributes. */
export async function discoverAll(
  client: ServiceDiscoveryClient,
  service: DiscoveredService,
  query: Readonly<Record<string, string>>,
): Promise<readonly HttpInstanceSummary[]> {
  return (await discover(client, service, query)).instances;
}

/** Same, with the revision: it changes when an instance is registered or deregistered, but not with health. */
export async function discover(
  client: ServiceDiscoveryClient,
  { name, httpName, ownerAccount }: DiscoveredService,
  query: Readonly<Record<string, string>>,
): Promise<{ readonly instances: readonly HttpInstanceSummary[]; readonly revision: number | undefined }> {
  const { Instances = [], InstancesRevision } = await callCloudMap(
    'DiscoverInstances',
    `of ${httpName}/${name}`,
    () =>
      client.send(
        new DiscoverInstancesCommand({
          ...{ NamespaceName: httpName, ServiceName: name, HealthStatus: 'ALL', MaxResults: maxDiscovered },
          ...(Object.keys(query).length > 0 && { QueryParameters: { ...query } }),
          ...(ownerAccount && { OwnerAccount: ownerAccount }),
        }),
      ),
  );
  return { instances: Instances, revision: InstancesRevision };
}
