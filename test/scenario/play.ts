import { SyncError } from '../../shared/model/errors.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { resync } from '../../shared/sweep/resync.ts';
import { sweep } from '../../shared/sweep/sweep.ts';
import { OutcomeCheck } from './check-outcome.ts';
import type { SweepOutcome } from './check-sweep.ts';
import { doByHand, serviceOf } from './cloud-map.ts';
import { ScenarioCluster } from './cluster.ts';
import { type MessageGroup, type Refusal, ScenarioHarness } from './harness.ts';
import { expectNothingLeftOver } from './left-over.ts';
import type { Fault, Scenario, Step } from './scenario.ts';

const usual = { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } };

/** Plays a scenario from a clean harness to its end; throws at the first step whose expectations are not met. */
export async function play(
  { clusters = [usual], steps, leaves }: Scenario,
  messageGroup?: MessageGroup,
): Promise<void> {
  const player = new Player(clusters, messageGroup);
  for (const [index, step] of steps.entries()) await player.play(step, `step ${index + 1}`);
  if (leaves !== undefined) return;
  await player.sweepReleases();
  expectNothingLeftOver(player.harness);
}

class Player {
  readonly harness: ScenarioHarness;
  private readonly clusters = new Map<string, ScenarioCluster>();
  private readonly late: EventDetail[] = [];
  private readonly sent: EventDetail[] = [];
  private readonly check: OutcomeCheck;
  private swept: SweepOutcome = {};
  private sweeps = 0;

  constructor(clusters: readonly unknown[], messageGroup?: MessageGroup) {
    this.harness = new ScenarioHarness(clusters, messageGroup);
    this.check = new OutcomeCheck(this.harness, (name) => this.cluster(name), messageGroup);
  }

  async play(step: Step, title: string): Promise<void> {
    this.perform(step);
    if (step.sweep !== undefined || step.resync !== undefined) await this.sweep(step);
    if (step.within === undefined) await this.harness.settle();
    else await this.harness.pass(step.within);
    if (step.expect?.statuses !== undefined) await this.harness.settleStatuses();
    this.check.step(
      step.expect ?? {},
      step.note === undefined ? title : `${title}, ${step.note}`,
      this.swept,
    );
  }

  private perform(step: Step): void {
    const { harness } = this;
    const cluster = this.cluster(step.cluster ?? 'local');
    cluster.spokenName = step.as ?? cluster.name;
    for (const [reference, changes] of Object.entries(step.apply ?? {}))
      this.report([cluster.apply(reference, changes)], step.events);
    for (const reference of step.delete ?? []) this.report([cluster.delete(reference)], step.events);
    for (const [kind, bounds] of Object.entries(step.relist ?? {}))
      this.report(cluster.relist(kind as keyof NonNullable<Step['relist']>, bounds), step.events);
    if (step.unserved !== undefined) this.report(cluster.serveWithout(step.unserved), step.events);
    if (step.zone !== undefined) this.report(cluster.moveNode(step.zone), step.events);
    if (step.deliver !== undefined) harness.publish(this.late.splice(0));
    if (step.redeliver !== undefined) {
      harness.clock.advance(6 * 60_000);
      harness.publish(this.sent.toReversed());
    }
    if (step.rebuild !== undefined) cluster.rebuild(step.rebuild === 'known birth');
    if (step.etcd !== undefined) cluster.etcd(step.etcd);
    if (step.creationOff !== undefined) cluster.creationOffMs = step.creationOff * 1000;
    if (step.configure !== undefined) harness.configure(step.configure);
    for (const action of step.byHand ?? []) doByHand(harness, action);
    for (const fault of step.fault ?? []) this.arm(fault);
    if (step.mend !== undefined) harness.mend();
    if (step.apiServer === 'is away') harness.apiServers.delete(cluster.name);
    if (step.apiServer !== undefined && step.apiServer !== 'is away') this.answer(cluster);
    harness.forbidsPatches =
      step.apiServer === undefined ? harness.forbidsPatches : step.apiServer === 'forbids writing';
    if (step.patchesFail !== undefined) harness.patchesFail = step.patchesFail;
    if (step.tableFails !== undefined) harness.tableFails = step.tableFails;
    if (step.clockOff !== undefined) harness.clockOffMs = step.clockOff * 60_000;
    if (step.empty !== undefined) harness.empty(step.empty);
    if (step.wait !== undefined) harness.clock.advance(step.wait * 1000);
    if (step.send !== undefined) {
      const { queue, group, body } = step.send;
      harness.queues[queue].enqueue({ group, body, attributes: {} });
    }
  }

  /** The functions work while a drain waits for them. */
  private async drain(cluster: string, { dryRun, drain }: NonNullable<Step['resync']>): Promise<void> {
    const { deps } = this.harness;
    const clock = { ...deps.clock, sleep: async () => this.harness.settle() };
    const request = { cluster, dryRun, drain, force: false, adopt: true };
    const { answer } = await resync({ ...deps, clock }, request, `run-${++this.sweeps}`);
    this.swept = { plan: (answer as { plan: readonly string[] }).plan };
  }

  private async sweep({ cluster = 'local', resync }: Step): Promise<void> {
    if (resync?.drain !== undefined) return this.drain(cluster, resync);
    const scheduled = { namespace: undefined, pod: undefined, force: false, adopt: true, dryRun: false };
    const { namespace, pod, ...options } = resync ? { ...resync, reevaluate: true } : scheduled;
    const run = `run-${++this.sweeps}`;
    this.swept = {};
    try {
      this.swept = { result: await sweep(this.harness.deps, { cluster, namespace, pod }, options, run) };
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      this.swept = { error: error.message };
    }
  }

  private cluster(name: string): ScenarioCluster {
    const known = this.clusters.get(name);
    if (known !== undefined) return known;
    const cluster = new ScenarioCluster(name, () => this.harness.clock.now());
    this.clusters.set(name, cluster);
    this.answer(cluster);
    return cluster;
  }

  /** Its API server answers from now on. */
  private answer(cluster: ScenarioCluster): void {
    this.harness.apiServers.set(cluster.name, {
      list: () => cluster.listing(),
      setCondition: async (pod, condition) =>
        cluster.setCondition(pod, condition, (event) => this.report([event])),
      write: async (object, status) => cluster.setStatus(object, status),
    });
  }

  private report(events: readonly EventDetail[], way?: Step['events']): void {
    if (way === 'lost') return;
    this.sent.push(...events);
    if (way === 'late') this.late.push(...events);
    else this.harness.publish(events);
  }

  private arm(fault: Fault): void {
    const { cloudMap, refusals } = this.harness;
    if ('takesMs' in fault) cloudMap.settings.latenciesMs[fault.operation] = fault.takesMs;
    else if ('operation' in fault) cloudMap.faults.failOperations(fault.operation, fault, fault.times);
    else if ('fault' in fault) cloudMap.faults.failNext(fault.call, fault.fault, fault.times);
    else refusals.push({ operation: fault.call, ...fault, ...(fault.service && this.only(fault.service)) });
  }

  private only(service: string): Pick<Refusal, 'isOf'> {
    const { id } = serviceOf(this.harness.cloudMap, service);
    return { isOf: (input) => input.ServiceId === id };
  }

  /** Only a sweep finds out how a deregistration ended; all else has to be in order without one. */
  async sweepReleases(): Promise<void> {
    const { claims } = this.harness.stores;
    for (let sweeps = 0; sweeps < 2; sweeps++) {
      const releases = [...claims.items.values()].filter(
        ({ phase, operationId }) => phase === 'releasing' && operationId !== undefined,
      );
      for (const name of new Set(releases.map(({ owner }) => owner.cluster))) {
        this.answer(this.cluster(name));
        await this.sweep({ cluster: name });
        await this.harness.settle();
      }
    }
  }
}
