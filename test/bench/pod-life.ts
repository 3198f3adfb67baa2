import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { parseEvent } from '../../shared/lambda/parse-event.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { detailTypes, eventVersion, type PodChanged } from '../../shared/model/events/event.ts';
import { podChanged } from '../../shared/model/events/schema.ts';
import { podGroup } from '../../shared/model/identity.ts';
import { observePod } from '../../shared/pods/observe-pod.ts';
import type { Dependencies } from '../../shared/ports/ports.ts';
import { memoryStores } from '../fakes/stores/memory-stores.ts';

export interface CallsOfLife {
  /** Cloud Map calls by operation, from a warm start: the service is known. */
  readonly calls: Readonly<Record<string, number>>;
  /** Reads and writes of the table. */
  readonly tableCalls: number;
}

export interface PodLife extends CallsOfLife {
  /** Of a pod whose IP another pod had a second ago. */
  readonly withReusedIp: CallsOfLife;
  /** Of this process, from the message's text to the last call, without the table's and AWS's own work. */
  readonly cpuMsPerEvent: number;
}

/** One pod's life in three events (ready, ready again unchanged, deleted), and the CPU time of many such lives. */
export async function measurePodLife(): Promise<PodLife> {
  const { live, callsOf } = lives();
  await live('warm-up');
  const calls = await callsOf(() => live('measured'));
  const withReusedIp = await callsOf(() => live('next', 'the same IP'));
  return { ...calls, withReusedIp, cpuMsPerEvent: await cpuPerEvent(live) };
}

/** Runs pods' lives against a warm service, and counts what they call. */
export function lives() {
  const { deps, cloudMap, clock, tableCalls } = bench();
  let ips = 0;
  const live = async (name: string, whichIp?: 'the same IP') => {
    if (whichIp === undefined) ips += 1;
    for (const event of lifeOf(name, `10.0.${ips >> 8}.${ips & 255}`)) {
      await observePod(deps, parseEvent(podChanged, JSON.stringify(event)));
      clock.advance(1_000);
    }
  };
  const callsOf = async (run: () => Promise<void>): Promise<CallsOfLife> => {
    cloudMap.calls.clear();
    tableCalls.count = 0;
    await run();
    return { calls: Object.fromEntries(cloudMap.calls), tableCalls: tableCalls.count };
  };
  return { live, callsOf };
}

async function cpuPerEvent(live: (name: string) => Promise<void>): Promise<number> {
  for (let index = 0; index < 200; index++) await live(`warm-${index}`);
  const count = 1_000;
  const before = process.cpuUsage();
  for (let index = 0; index < count; index++) await live(`pod-${index}`);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (count * 3);
}

function bench() {
  const clock = new VirtualClock();
  const cloudMap = new CloudMap({ clock, settings: { rates: {} } });
  const tableCalls = { count: 0 };
  const stores = memoryStores();
  const counted = <Store extends object>(store: Store): Store =>
    new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          tableCalls.count += 1;
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  const { clusters } = clustersFile.parse({
    clusters: [{ name: 'bench', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } }],
  });
  const [config] = clusters;
  if (config === undefined) throw new Error('there is one cluster');
  const adapter = new CloudMapAdapter(new ServiceDiscoveryClient(inProcessClientOptions(cloudMap)));
  const deps: Dependencies = {
    clock: { now: () => clock.now(), sleep: async (milliseconds) => clock.advance(milliseconds) },
    pods: counted(stores.pods),
    claims: counted(stores.claims),
    objects: counted(stores.objects),
    services: counted(stores.services),
    usedServices: counted(stores.usedServices),
    waitingPods: counted(stores.waitingPods),
    listings: counted(stores.listings),
    drains: counted(stores.drains),
    requests: { send: async () => {} },
    cloudMap: () => adapter,
    podStatus: () => ({ setCondition: async () => '1' }),
    cluster: () => config,
  };
  return { deps, cloudMap, clock, tableCalls };
}

/** An annotated pod that becomes ready, is observed again, and ends. */
function lifeOf(name: string, ip: string): readonly PodChanged[] {
  const event = (change: PodChanged['change'], resourceVersion: string): PodChanged => ({
    type: detailTypes.podChanged,
    version: eventVersion,
    group: podGroup({ cluster: 'bench', namespace: 'shop', name }),
    cluster: 'bench',
    change,
    pod: {
      metadata: {
        namespace: 'shop',
        name,
        uid: `uid-${name}`,
        resourceVersion,
        creationTimestamp: '2026-11-21T10:00:00Z',
        labels: { app: 'front', version: 'v1', 'pod-template-hash': '5d96c9bfb6' },
        annotations: {
          'eks-mesh-sync/cloud-map-namespace': 'shop.local',
          'eks-mesh-sync/cloud-map-service': 'front',
          'eks-mesh-sync/port': '8080',
        },
      },
      spec: { nodeName: 'node-1' },
      status: {
        phase: 'Running',
        podIPs: [{ ip }],
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'ContainersReady', status: 'True' },
        ],
      },
    },
    node: { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' },
  });
  return [event('Applied', '10'), event('Applied', '11'), event('Deleted', '12')];
}
