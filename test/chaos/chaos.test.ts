import { describe, expect, it } from 'vitest';
import { instancesOf } from '../scenario/cloud-map.ts';
import type { ScenarioCluster } from '../scenario/cluster.ts';
import { Chaos } from './chaos.ts';

/** `CHAOS_PODS=1000 CHAOS_MINUTES=10 npx vitest run test/chaos` for the whole; another `CHAOS_SEED` for another day. */
const pods = Number(process.env.CHAOS_PODS ?? 120);
const minutes = Number(process.env.CHAOS_MINUTES ?? 2);
const seed = Number(process.env.CHAOS_SEED ?? 20261121);
const services = 8;

interface PodState {
  readonly reference: string;
  readonly service: number;
  readonly ip: string;
  ready: boolean;
}

/** Pods come, turn, and go; some of their events are lost. */
class Churn {
  readonly live = new Map<string, PodState>();
  private readonly chaos: Chaos;
  private readonly cluster: ScenarioCluster;
  private readonly network: number;
  private readonly free: string[] = [];
  private created = 0;
  private addresses = 0;

  constructor(chaos: Chaos, cluster: ScenarioCluster, network: number) {
    this.chaos = chaos;
    this.cluster = cluster;
    this.network = network;
  }

  begin(count: number): void {
    for (let service = 0; service < services; service++)
      this.report(this.cluster.apply(`virtualnode/app${service}`, { service: `shop.local/app${service}` }));
    for (let index = 0; index < count; index++) this.create();
  }

  turn(): void {
    const { random } = this.chaos;
    const some = [...this.live.values()][random.below(Math.max(1, this.live.size))];
    if (some === undefined || random.chance(0.4)) this.create();
    else if (random.chance(0.5)) this.end(some);
    else this.flip(some);
  }

  private flip(pod: PodState): void {
    pod.ready = !pod.ready;
    this.report(this.cluster.apply(pod.reference, { ready: pod.ready }));
  }

  private create(): void {
    const { random } = this.chaos;
    const service = random.below(services);
    const name = `app${service}-${++this.created}`;
    const ip = (random.chance(0.7) ? this.free.shift() : undefined) ?? this.newAddress();
    const state = { reference: `pod/${name}`, service, ip, ready: !random.chance(0.1) };
    this.live.set(name, state);
    this.report(
      this.cluster.apply(state.reference, { ip, ready: state.ready, labels: { app: `app${service}` } }),
    );
  }

  private end(pod: PodState): void {
    this.live.delete(pod.reference.replace('pod/', ''));
    this.free.push(pod.ip);
    this.report(this.cluster.delete(pod.reference));
  }

  private newAddress(): string {
    this.addresses += 1;
    return `10.${this.network}.${this.addresses >> 8}.${this.addresses & 255}`;
  }

  private report(event: Parameters<Chaos['publish']>[0][number]): void {
    const { random } = this.chaos;
    if (random.chance(0.05)) return;
    this.chaos.publish([event]);
    if (random.chance(0.05)) this.chaos.publish([event]);
  }
}

function registerForeign({ cloudMap, clock }: Chaos): void {
  for (const { id, name } of cloudMap.snapshot().namespaces.flatMap((namespace) => namespace.services))
    cloudMap.handle('RegisterInstance', {
      ServiceId: id,
      InstanceId: `ecs-${name}`,
      Attributes: { AWS_INSTANCE_IPV4: '10.99.0.1', ECS_TASK: name },
    });
  clock.advance(1_000);
}

function foreignOf({ cloudMap }: Chaos): unknown {
  const all = cloudMap.snapshot().namespaces.flatMap((namespace) => namespace.services);
  return all.map(({ name, instances }) => [name, instances[`ecs-${name}`]]);
}

/** What Cloud Map should hold of ours, as the clusters report it: address → pod and health, where a pod must be there. */
function faultsOf(chaos: Chaos, churns: readonly Churn[]): string[] {
  const expected = new Map<string, { name: string; ready: boolean }>();
  for (const { live } of churns)
    for (const [name, { service, ip, ready }] of live)
      expected.set(`shop.local/app${service}/${ip}`, { name, ready });
  const faults: string[] = [];
  const present = new Set<string>();
  for (const [service, instances] of Object.entries(instancesOf(chaos.cloudMap)))
    for (const [id, text] of Object.entries(instances)) {
      if (id.startsWith('ecs-')) continue;
      const wanted = expected.get(`${service}/${id}`);
      present.add(`${service}/${id}`);
      const [, pod, health] = /([^: ]+) (\w+)$/.exec(text) ?? [];
      if (wanted === undefined || wanted.name !== pod) faults.push(`stale: ${service}/${id} of ${text}`);
      else if (health !== (wanted.ready ? 'HEALTHY' : 'UNHEALTHY'))
        faults.push(`health: ${service}/${id} ${text}`);
    }
  for (const [path, { name, ready }] of expected)
    if (ready && !present.has(path)) faults.push(`missing: ${path} of ${name}`);
  return faults;
}

describe('chaos', () => {
  it(`${pods} pods of two clusters, ${minutes} minutes of churn and faults (seed ${seed}); one sweep, and all is true`, async () => {
    const chaos = new Chaos(seed, ['local', 'other']);
    const churns = chaos.clusters.map((cluster, index) => new Churn(chaos, cluster, index + 1));
    for (const churn of churns) churn.begin(pods / 2);
    await chaos.drain();
    registerForeign(chaos);
    const foreign = foreignOf(chaos);

    Object.assign(chaos.rates, { failures: 0.05, crashes: 0.005 });
    for (let second = 1; second <= minutes * 60; second++) {
      for (const churn of churns) if (chaos.random.chance(0.5)) churn.turn();
      chaos.clock.advance(1_000);
      await chaos.work();
      if (second % 300 === 0) for (const { name } of chaos.clusters) await chaos.sweep(name);
    }

    Object.assign(chaos.rates, { failures: 0, crashes: 0 });
    await chaos.drain();
    for (const { name } of chaos.clusters) await chaos.sweep(name);
    await chaos.drain();
    expect(faultsOf(chaos, churns)).toEqual([]);
    expect(foreignOf(chaos)).toEqual(foreign);
    expect(await chaos.sweep('local')).toBe(0);
    chaos.cloudMap.stop();
  }, 1_800_000);
});
