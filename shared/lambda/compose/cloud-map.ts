import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { ServiceDiscoveryClient, type ServiceDiscoveryClientConfig } from '@aws-sdk/client-servicediscovery';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { HostedZones } from '../../adapters/aws/hosted-zones.ts';
import { paced } from '../../adapters/aws/paced.ts';
import { withoutLogger } from '../../adapters/aws/without-logger.ts';
import { Budgets } from '../../adapters/dynamodb/budgets.ts';
import type { Table } from '../../adapters/dynamodb/table.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import { targetOf } from '../../model/target.ts';
import { Pacer } from '../../pacing/pacer.ts';
import { changeInUserAgent } from '../telemetry/change-in-user-agent.ts';

type Make<T> = (client: ServiceDiscoveryClient, hostedZones: HostedZones, pacer?: Pacer) => T;

/** Makes the Cloud Map client, and what uses it, once for each account and Region that a cluster registers into. */
export function perCloudMap<T>(make: Make<T>): (cluster: ClusterConfig) => T {
  const made = new Map<string, T>();
  return (cluster) => {
    const key = `${cluster.cloudMap.roleArn ?? ''} ${cluster.cloudMap.region ?? ''}`;
    const adapter =
      made.get(key) ??
      // `adaptive` retries slow down all calls of the client if AWS throttles one.
      makeFrom(make, serviceDiscoveryClient(cluster, { retryMode: 'adaptive', maxAttempts: 5 }));
    made.set(key, adapter);
    return adapter;
  };
}

export interface Pacing {
  /** Where all functions store their shared budgets. */
  readonly table: Table;
  /** How long a call may wait for its turn within a function. */
  readonly maxWaitMs: number;
}

/**
 * Same for each cluster, with paced calls, so that no cluster's calls hold up another's. The budget handles throttling;
 * the SDK retries only transport failures. Clusters with the same account and Region share connections.
 */
export function perPacedCloudMap<T>(
  { table, maxWaitMs }: Pacing,
  make: Make<T>,
): (cluster: ClusterConfig) => T {
  const made = new Map<string, T>();
  const first = new Map<string, ServiceDiscoveryClient>();
  const shared = {
    store: new Budgets(table),
    clock: { now: () => Date.now(), sleep: (milliseconds: number) => sleep(milliseconds) },
    random: Math.random,
    onStoreFailure: (error: unknown) =>
      new Logger().warn(
        'the common budget cannot be used; this environment paces its calls alone',
        error as Error,
      ),
    maxWaitMs,
    lastCalls: new Map(),
  };
  return (cluster) => {
    const target = targetOf(cluster);
    const key = `${cluster.cloudMap.roleArn ?? ''} ${target}`;
    const known = made.get(`${cluster.name} ${key}`);
    if (known !== undefined) return known;
    const { requestHandler, credentials } = first.get(key)?.config ?? {};
    const client = changeInUserAgent(
      serviceDiscoveryClient(cluster, {
        retryMode: 'standard',
        maxAttempts: 3,
        ...(requestHandler && { requestHandler }),
        ...(credentials && { credentials }),
      }),
    );
    if (!first.has(key)) first.set(key, client);
    const pacer = new Pacer({ ...shared, target, cluster: cluster.name });
    const adapter = make(paced(client, pacer), hostedZonesOf(client), pacer);
    made.set(`${cluster.name} ${key}`, adapter);
    return adapter;
  };
}

function makeFrom<T>(make: Make<T>, client: ServiceDiscoveryClient): T {
  return make(client, hostedZonesOf(client));
}

function hostedZonesOf({ config }: ServiceDiscoveryClient): HostedZones {
  return new HostedZones({ config, endpoint: process.env.AWS_ENDPOINT_URL, now: () => Date.now() });
}

/** DiscoverInstances uses a host named `data-…`, which an endpoint set by AWS_ENDPOINT_URL does not have. */
function serviceDiscoveryClient(
  { cloudMap: { region, roleArn } }: ClusterConfig,
  options: ServiceDiscoveryClientConfig,
): ServiceDiscoveryClient {
  const params = { RoleArn: roleArn, RoleSessionName: 'eks-mesh-sync' };
  return withoutLogger(
    new ServiceDiscoveryClient({
      disableHostPrefix: process.env.AWS_ENDPOINT_URL !== undefined,
      ...(region && { region }),
      ...(roleArn && { credentials: fromTemporaryCredentials({ params }) }),
      ...options,
    }),
  );
}
