import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type EmbeddedCloud, startCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import type { Rates } from '@eks-mesh-sync/embedded-aws/cloud-map/settings.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { bundleFunctions } from '../../playground/bundle-functions.ts';
import { playground } from '../../playground/topology.ts';
import { detailTypes, eventVersion, type PodChanged, relaySource } from '../../shared/model/events/event.ts';
import { podGroup } from '../../shared/model/identity.ts';
import { asDeployed, awsOperations } from './system.ts';

export interface RolloutFigures {
  readonly pods: number;
  readonly seconds: number;
  /** What Cloud Map's own limit of RegisterInstance allows at best. */
  readonly boundSeconds: number;
  readonly calls: Readonly<Record<string, number>>;
  /** Requests of DynamoDB, by operation. */
  readonly tableRequests: Readonly<Record<string, number>>;
  readonly throttled: number;
}

/**
 * Pods that become ready all at once, from the bus to Cloud Map: the embedded bus, queues, Lambda and DynamoDB, the real
 * functions, an embedded Cloud Map that throttles as the given rates say and answers after 20 ms.
 *
 * `before`: how many pods became ready some time before, so that the environments of the functions are there.
 */
export async function measureRollout(rates: Rates, pods: number, before = 1): Promise<RolloutFigures> {
  const cloudMap = new CloudMap({
    settings: { rates, latencyJitterMs: awsOperations.toMs - awsOperations.fromMs },
  });
  cloudMap.settings.latenciesMs.REGISTER_INSTANCE = awsOperations.fromMs;
  cloudMap.faults.delay('*', { beforeMs: 20 });
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const clustersFile = join(folder, 'bench-clusters.json');
  const cluster = { name: 'bench', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } };
  await writeFile(clustersFile, JSON.stringify({ clusters: [cluster] }));
  const names = playground.functions.map(({ name }) => name);
  const cloud = await startCloud({
    port: 0,
    topology: asDeployed(playground),
    handlers: await bundleFunctions(names, folder),
    variables: { CLUSTERS_FILE: clustersFile },
    log: () => {},
    services: [cloudMapService(cloudMap)],
  });
  try {
    const bus = busClient(cloud.url);
    await publish(bus, podsReady(0, before));
    await until(() => registered(cloudMap) === before);
    if (before > 1) await wait(refillMs(rates));
    cloudMap.calls.clear();
    const tableRequests = countRequests(cloud, 'dynamodb');
    const startedAt = performance.now();
    await publish(bus, podsReady(before, pods));
    await until(() => registered(cloudMap) >= before + pods);
    const seconds = (performance.now() - startedAt) / 1000;
    const calls = Object.fromEntries(cloudMap.calls);
    const { perSecond = Number.POSITIVE_INFINITY, burst = 0 } = rates.RegisterInstance ?? {};
    const boundSeconds = Math.max(0, pods - burst) / perSecond;
    const throttled = (calls.RegisterInstance ?? 0) - pods;
    return { pods, seconds, boundSeconds, calls, tableRequests: { ...tableRequests }, throttled };
  } finally {
    await cloud.close();
    cloudMap.stop();
    await rm(folder, { recursive: true });
  }
}

/** Counts the requests of a service from now on, by operation. */
function countRequests({ faults }: EmbeddedCloud, of: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const take = faults.take.bind(faults);
  faults.take = (service, operation) => {
    if (service === of) counts[operation] = (counts[operation] ?? 0) + 1;
    return take(service, operation);
  };
  return counts;
}

function busClient(endpoint: string): EventBridgeClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new EventBridgeClient({ endpoint, region: 'us-west-2', credentials });
}

/** As the relay does, ten events a request. */
async function publish(bus: EventBridgeClient, events: readonly PodChanged[]): Promise<void> {
  for (let index = 0; index < events.length; index += 10) {
    const Entries = events.slice(index, index + 10).map((event) => ({
      EventBusName: playground.eventBus,
      Source: relaySource(event.cluster),
      DetailType: event.type,
      Detail: JSON.stringify(event),
    }));
    await bus.send(new PutEventsCommand({ Entries }));
  }
}

/** Rarely, since a check copies all that Cloud Map has. */
const checkMs = 100;

async function until(condition: () => boolean): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += checkMs) {
    if (waitedMs > 300_000) throw new Error('the rollout did not end within five minutes');
    await wait(checkMs);
  }
}

/** Until Cloud Map's store of calls is full again. */
function refillMs({ RegisterInstance }: Rates): number {
  const { perSecond = 1, burst = 0 } = RegisterInstance ?? {};
  return (1_000 * burst) / perSecond;
}

/** Accepted by Cloud Map. */
function registered(cloudMap: CloudMap): number {
  return cloudMap.snapshot().operations.filter(({ type }) => type === 'REGISTER_INSTANCE').length;
}

function podsReady(first: number, count: number): readonly PodChanged[] {
  return Array.from({ length: count }, (_, index) => ready(first + index));
}

/** Services hold 1,000 instances, so the pods are spread over four. */
function ready(index: number): PodChanged {
  const name = `front-${index}`;
  return {
    type: detailTypes.podChanged,
    version: eventVersion,
    group: podGroup({ cluster: 'bench', namespace: 'shop', name }),
    cluster: 'bench',
    change: 'Applied',
    pod: {
      metadata: {
        namespace: 'shop',
        name,
        uid: `uid-${index}`,
        resourceVersion: String(1000 + index),
        creationTimestamp: '2026-11-21T10:00:00Z',
        labels: { app: 'front' },
        annotations: {
          'eks-mesh-sync/cloud-map-namespace': 'shop.local',
          'eks-mesh-sync/cloud-map-service': `front-${index % 4}`,
        },
      },
      spec: { nodeName: 'node-1' },
      status: {
        phase: 'Running',
        podIPs: [{ ip: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}` }],
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'ContainersReady', status: 'True' },
        ],
      },
    },
  };
}
