import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startCloud } from '../../local/aws/cloud.ts';
import { CloudMap } from '../../local/aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '../../local/aws/cloud-map-service.ts';
import { playground } from '../../local/aws/topology.ts';
import { bundleFunctions } from '../../local/bundle-functions.ts';
import { type Cluster, startCluster } from '../../local/kubernetes/cluster.ts';
import { startRelayProcess } from '../../local/relay-process.ts';
import { cloudMapReadinessGate } from '../../shared/model/kubernetes.ts';
import { median, quantile } from './statistics.ts';

interface Figures {
  readonly pods: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

export interface LatencyFigures {
  readonly registered: Figures;
  /** Of pods that declare the readiness gate: until it is True. */
  readonly gateTrue: Figures;
}

/**
 * From the moment a pod's containers are ready in the API server to its instance in Cloud Map, one pod at a time, through the relay
 * (a process of its own), the bus, the queue, the bundled function and the table. AWS takes no time: the embedded Cloud
 * Map's operations end at once. The first pods warm it up and do not count.
 */
export async function measureLatency(pods = 100, warmUp = 5): Promise<LatencyFigures> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  started.defer(() => rm(folder, { recursive: true }));
  const cluster = await startCluster({ port: 0, timings: { podStartMs: 5 } });
  started.defer(() => cluster.stop());
  const cloudMap = new CloudMap();
  cloudMap.settings.latenciesMs.REGISTER_INSTANCE = 0;
  started.defer(() => cloudMap.stop());
  const cloud = await startCloud({
    port: 0,
    topology: playground,
    cluster: { name: 'local', endpoint: cluster.url },
    handlers: await bundleFunctions(
      playground.functions.map(({ name }) => name),
      folder,
    ),
    log: () => {},
    services: [cloudMapService(cloudMap)],
  });
  started.defer(() => cloud.close());
  const relay = startRelayProcess({
    args: [
      '--cluster',
      'local',
      '--event-bus',
      playground.eventBus,
      '--port',
      '0',
      '--kubernetes-server',
      cluster.url,
    ],
    environment: {
      AWS_ENDPOINT_URL: cloud.url,
      AWS_REGION: 'us-west-2',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    },
    log: () => {},
  });
  started.defer(() => relay.stop());
  await relay.ready;

  cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } }]);
  const sample = async (name: string, gates: readonly string[], isDone: (pod: string) => boolean) => {
    const samples: number[] = [];
    for (let index = 0; index < pods + warmUp; index++)
      samples.push(await oneLife(cluster, podManifest(`${name}-${index}`, gates), isDone));
    const counted = samples.slice(warmUp);
    return { pods, medianMs: median(counted), p99Ms: quantile(counted, 0.99) };
  };
  return {
    registered: await sample('pod', [], (pod) => isRegistered(cloudMap, pod)),
    gateTrue: await sample('gated', [cloudMapReadinessGate], (pod) =>
      isTrue(cluster, pod, cloudMapReadinessGate),
    ),
  };
}

async function oneLife(
  cluster: Cluster,
  manifest: ReturnType<typeof podManifest>,
  isDone: (pod: string) => boolean,
): Promise<number> {
  const { name } = manifest.metadata;
  cluster.apply([manifest]);
  await until(() => isTrue(cluster, name, 'ContainersReady'));
  const readyAt = performance.now();
  await until(() => isDone(name));
  const elapsedMs = performance.now() - readyAt;
  await wait(50); // idle again before the next
  return elapsedMs;
}

function isTrue(cluster: Cluster, name: string, condition: string): boolean {
  const pod = cluster.store.get('pods', `bench/${name}`) as unknown as PodStatus | undefined;
  return (
    pod?.status?.conditions?.some(({ type, status }) => type === condition && status === 'True') ?? false
  );
}

interface PodStatus {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function isRegistered(cloudMap: CloudMap, name: string): boolean {
  const services = cloudMap.snapshot().namespaces.flatMap(({ services }) => services);
  return services.some(({ instances }) =>
    Object.values(instances).some(({ attributes }) => attributes['k8s.io/pod'] === name),
  );
}

async function until(condition: () => boolean): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs++) {
    if (waitedMs > 30_000) throw new Error('nothing happened for half a minute');
    await wait(1);
  }
}

function podManifest(name: string, gates: readonly string[]) {
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
