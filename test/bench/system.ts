import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import type { AwsService } from '@eks-mesh-sync/embedded-aws/protocol.ts';
import type { Topology } from '@eks-mesh-sync/embedded-aws/topology.ts';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { bundleFunctions } from '../../playground/bundle-functions.ts';
import { embeddedIdentity, type Identity, identityVariables } from '../../playground/identity.ts';
import { startRelayProcess } from '../../playground/relay-process.ts';
import { playground, withoutServiceEntries } from '../../playground/topology.ts';

export interface BenchSystem extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly cloudMap: CloudMap;
}

/** AWS documents no figure; this is how long registrations take there. */
export const awsOperations = { fromMs: 1_000, toMs: 3_000 } as const;

/** `podConcurrency` of the deployment. */
const podConcurrency = 10;

/**
 * The whole system: an embedded Kubernetes with a namespace `bench`, the relay (a process of its own), the bus, the
 * queues, the bundled functions, the table, and an embedded Cloud Map whose operations take as long as said. `others` are
 * services beside it.
 */
export async function startBenchSystem(
  operations: OperationTimes,
  others: readonly AwsService[] = [],
): Promise<BenchSystem> {
  await using started = new AsyncDisposableStack();
  const cluster = await startCluster({ port: 0, definitions: meshDefinitions(), timings: { podStartMs: 5 } });
  started.defer(() => cluster.stop());
  const reached = {
    endpoint: cluster.url,
    relayArgs: ['--kubernetes-server', cluster.url],
    identity: embeddedIdentity,
  };
  const cloudMap = await startAwsAndRelay(reached, { operations, others }, started);
  cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } }]);
  const stack = started.move();
  return { cluster, cloudMap, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

export interface OperationTimes {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How the functions and the relay connect to a cluster. */
interface ReachedCluster {
  readonly endpoint: string;
  readonly relayArgs: readonly string[];
  /** With which the functions sign their tokens. */
  readonly identity: Identity;
}

/** Starts all but the cluster. Resolves when the relay has listed it. */
export async function startAwsAndRelay(
  { endpoint, relayArgs, identity }: ReachedCluster,
  {
    operations,
    others = [],
  }: { readonly operations: OperationTimes; readonly others?: readonly AwsService[] },
  started: AsyncDisposableStack,
): Promise<CloudMap> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  started.defer(() => rm(folder, { recursive: true }));
  const cloudMap = new CloudMap({ settings: { latencyJitterMs: operations.toMs - operations.fromMs } });
  cloudMap.settings.latenciesMs.REGISTER_INSTANCE = operations.fromMs;
  started.defer(() => cloudMap.stop());
  const names = playground.functions.map(({ name }) => name);
  const cloud = await startCloud({
    port: 0,
    topology: asDeployed(playground),
    cluster: { name: 'local', endpoint },
    handlers: await bundleFunctions(names, folder),
    variables: identityVariables(identity),
    log: () => {},
    services: [cloudMapService(cloudMap), ...others],
  });
  started.defer(() => cloud.close());
  const options = ['--cluster', 'local', '--event-bus', playground.eventBus, '--port', '0'];
  const relay = startRelayProcess({
    args: [...options, ...relayArgs],
    environment: { AWS_ENDPOINT_URL: cloud.url, ...identityVariables(embeddedIdentity) },
    log: () => {},
  });
  started.defer(() => relay.stop());
  await relay.ready;
  return cloudMap;
}

/**
 * The playground is made for a laptop; a deployment works on more batches of pods at a time. The clusters of the benches
 * import no services.
 */
export function asDeployed(topology: Topology): Topology {
  const deployed = withoutServiceEntries(topology);
  return {
    ...deployed,
    functions: deployed.functions.map((each) =>
      each.name === 'sync-pods' ? { ...each, maximumConcurrency: podConcurrency } : each,
    ),
    mappings: deployed.mappings.map((each) =>
      each.function === 'sync-pods' ? { ...each, maximumConcurrency: podConcurrency } : each,
    ),
  };
}

export function podManifest(name: string, gates: readonly string[]) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'bench',
      labels: { app: 'bench' },
      annotations: {
        'eks-mesh-sync/cloud-map-namespace': 'bench.local',
        'eks-mesh-sync/cloud-map-service': 'bench',
      },
    },
    spec: {
      containers: [{ name: 'app', image: 'app' }],
      readinessGates: gates.map((conditionType) => ({ conditionType })),
    },
  };
}

export function isTrue(cluster: Cluster, name: string, condition: string): boolean {
  const pod = cluster.store.get('pods', `bench/${name}`) as unknown as PodStatus | undefined;
  return (
    pod?.status?.conditions?.some(({ type, status }) => type === condition && status === 'True') ?? false
  );
}

interface PodStatus {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** The pods that have an instance, by name. */
export function registeredPods(cloudMap: CloudMap): ReadonlySet<string> {
  const services = cloudMap.snapshot().namespaces.flatMap(({ services }) => services);
  const instances = services.flatMap(({ instances }) => Object.values(instances));
  return new Set(instances.flatMap(({ attributes }) => attributes['k8s.io/pod'] ?? []));
}

export async function until(condition: () => boolean, everyMs = 1): Promise<void> {
  const beganAt = performance.now();
  while (!condition()) {
    if (performance.now() - beganAt > 120_000) throw new Error('nothing happened for two minutes');
    await wait(everyMs);
  }
}
