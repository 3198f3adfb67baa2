import { expect } from 'vitest';
import { SyncError } from '../../shared/model/errors.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { serviceText } from '../../shared/model/identity.ts';
import type { Claim } from '../../shared/model/records/registration.ts';
import type { Finding } from '../../shared/sweep/plan/finding.ts';
import { type SweepResult, sweep } from '../../shared/sweep/sweep.ts';
import { doByHand, instancesOf, namespacesOf, serviceOf, writesOf } from './cloud-map.ts';
import { ScenarioCluster } from './cluster.ts';
import { parseReference } from './description.ts';
import type { Fault, Outcome, Scenario, Step } from './scenario.ts';
import { type MessageGroup, type Refusal, Stage } from './stage.ts';

const usual = { name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } };

/** Plays a scenario from a clean stage to its end; throws at the first step whose expectations are not met. */
export async function play(
  { clusters = [usual], steps, leaves }: Scenario,
  messageGroup?: MessageGroup,
): Promise<void> {
  const player = new Player(clusters, messageGroup);
  for (const [index, step] of steps.entries()) await player.play(step, `step ${index + 1}`);
  if (leaves !== undefined) return;
  await player.sweepReleases();
  player.expectNothingLeftOver();
}

class Player {
  private readonly stage: Stage;
  private readonly clusters = new Map<string, ScenarioCluster>();
  private readonly late: EventDetail[] = [];
  private readonly sent: EventDetail[] = [];
  private statusWrites = 0;
  private swept: SweepResult | undefined;
  private sweepError: string | undefined;
  private sweeps = 0;

  private readonly messageGroup: MessageGroup | undefined;

  constructor(clusters: readonly unknown[], messageGroup?: MessageGroup) {
    this.messageGroup = messageGroup;
    this.stage = new Stage(clusters, messageGroup);
  }

  async play(step: Step, title: string): Promise<void> {
    this.perform(step);
    if (step.sweep !== undefined || step.resync !== undefined) await this.sweep(step);
    if (step.within === undefined) await this.stage.settle();
    else await this.stage.pass(step.within);
    if (step.expect?.statuses !== undefined) await this.stage.settleStatuses();
    this.check(step.expect ?? {}, step.note === undefined ? title : `${title}, ${step.note}`);
  }

  private perform(step: Step): void {
    const { stage } = this;
    const cluster = this.cluster(step.cluster ?? 'local');
    cluster.spokenName = step.as ?? cluster.name;
    for (const [reference, changes] of Object.entries(step.apply ?? {}))
      this.report([cluster.apply(reference, changes)], step.events);
    for (const reference of step.delete ?? []) this.report([cluster.delete(reference)], step.events);
    for (const [kind, bounds] of Object.entries(step.relist ?? {}))
      this.report(cluster.relist(kind as keyof NonNullable<Step['relist']>, bounds), step.events);
    if (step.unserved !== undefined) this.report(cluster.serveWithout(step.unserved), step.events);
    if (step.zone !== undefined) this.report(cluster.moveNode(step.zone), step.events);
    if (step.deliver !== undefined) stage.publish(this.late.splice(0));
    if (step.redeliver !== undefined) {
      stage.clock.advance(6 * 60_000);
      stage.publish(this.sent.toReversed());
    }
    if (step.rebuild !== undefined) cluster.rebuild(step.rebuild === 'known birth');
    if (step.etcd !== undefined) cluster.etcd(step.etcd);
    if (step.creationOff !== undefined) cluster.creationOffMs = step.creationOff * 1000;
    if (step.configure !== undefined) stage.configure(step.configure);
    for (const action of step.byHand ?? []) doByHand(stage, action);
    for (const fault of step.fault ?? []) this.arm(fault);
    if (step.mend !== undefined) stage.mend();
    if (step.apiServer === 'is away') stage.apiServers.delete(cluster.name);
    if (step.apiServer !== undefined && step.apiServer !== 'is away') this.answer(cluster);
    stage.forbidsPatches =
      step.apiServer === undefined ? stage.forbidsPatches : step.apiServer === 'forbids writing';
    if (step.patchesFail !== undefined) stage.patchesFail = step.patchesFail;
    if (step.tableFails !== undefined) stage.tableFails = step.tableFails;
    if (step.clockOff !== undefined) stage.clockOffMs = step.clockOff * 60_000;
    if (step.empty !== undefined) stage.empty(step.empty);
    if (step.wait !== undefined) stage.clock.advance(step.wait * 1000);
    if (step.send !== undefined) {
      const { queue, group, body } = step.send;
      stage.queues[queue].enqueue({ group, body, attributes: {} });
    }
  }

  private async sweep({ cluster = 'local', resync }: Step): Promise<void> {
    const scheduled = { namespace: undefined, pod: undefined, force: false, adopt: true, dryRun: false };
    const { namespace, pod, ...options } = resync ? { ...resync, reevaluate: true } : scheduled;
    const run = `run-${++this.sweeps}`;
    this.swept = undefined;
    this.sweepError = undefined;
    try {
      this.swept = await sweep(this.stage.deps, { cluster, namespace, pod }, options, run);
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      this.sweepError = error.message;
    }
  }

  private cluster(name: string): ScenarioCluster {
    const known = this.clusters.get(name);
    if (known !== undefined) return known;
    const cluster = new ScenarioCluster(name, () => this.stage.clock.now());
    this.clusters.set(name, cluster);
    this.answer(cluster);
    return cluster;
  }

  /** Its API server answers from now on. */
  private answer(cluster: ScenarioCluster): void {
    this.stage.apiServers.set(cluster.name, {
      list: () => cluster.listing(),
      setCondition: async (pod, condition) =>
        cluster.setCondition(pod, condition, (event) => this.report([event])),
      write: async (object, status) => cluster.setStatus(object, status),
    });
  }

  private checkSweep(wanted: Outcome, title: string): void {
    if (wanted.sweepFails === undefined) expect(this.sweepError, `${title}: the sweep`).toBeUndefined();
    else expect(this.sweepError, `${title}: the sweep`).toContain(wanted.sweepFails);
    if (wanted.findings !== undefined)
      expect((this.swept?.allowed ?? []).map(findingText).sort(), `${title}: findings`).toEqual(
        wanted.findings.sort(),
      );
    if (wanted.refused !== undefined)
      expect(
        (this.swept?.refused ?? []).map(({ finding, reason }) => `${findingText(finding)}: ${reason}`).sort(),
        `${title}: refused`,
      ).toEqual(containing(wanted.refused.sort()));
    if (wanted.foreseen !== undefined)
      expect(
        (this.swept?.foreseen?.refusals ?? []).map(
          ({ service, kubernetesNamespace, reason }) => `${service} ${kubernetesNamespace}: ${reason}`,
        ),
        `${title}: foreseen`,
      ).toEqual(containing(wanted.foreseen));
    if (wanted.healthReadFailures !== undefined)
      expect(this.swept?.report.healthReadFailures ?? [], `${title}: health`).toEqual(
        containing(wanted.healthReadFailures),
      );
    if (wanted.incomplete !== undefined)
      expect(this.swept?.report.incomplete, `${title}: incomplete`).toContain(wanted.incomplete);
  }

  private report(events: readonly EventDetail[], way?: Step['events']): void {
    if (way === 'lost') return;
    this.sent.push(...events);
    if (way === 'late') this.late.push(...events);
    else this.stage.publish(events);
  }

  private arm(fault: Fault): void {
    const { cloudMap, refusals } = this.stage;
    if ('takesMs' in fault) cloudMap.settings.latenciesMs[fault.operation] = fault.takesMs;
    else if ('operation' in fault) cloudMap.faults.failOperations(fault.operation, fault, fault.times);
    else if ('fault' in fault) cloudMap.faults.failNext(fault.call, fault.fault, fault.times);
    else refusals.push({ operation: fault.call, ...fault, ...(fault.service && this.only(fault.service)) });
  }

  private only(service: string): Pick<Refusal, 'isOf'> {
    const { id } = serviceOf(this.stage.cloudMap, service);
    return { isOf: (input) => input.ServiceId === id };
  }

  private check(wanted: Outcome, title: string): void {
    const { cloudMap, stores, queues } = this.stage;
    this.checkSweep(wanted, title);
    if (wanted.instances !== undefined)
      expect(instancesOf(cloudMap), `${title}: instances`).toEqual(wanted.instances);
    if (wanted.elsewhere !== undefined)
      expect(instancesOf(this.stage.elsewhere), `${title}: instances elsewhere`).toEqual(wanted.elsewhere);
    if (wanted.namespaces !== undefined)
      expect(namespacesOf(cloudMap), `${title}: namespaces`).toEqual(wanted.namespaces);
    for (const [path, attributes] of Object.entries(wanted.attributes ?? {}))
      expect(this.attributesOf(path), `${title}: attributes of ${path}`).toEqual(attributes);
    const calls = Object.fromEntries(cloudMap.calls);
    if (wanted.calls !== undefined) cloudMap.calls.clear();
    if (wanted.calls !== undefined && wanted.calls !== 'any')
      expect(calls, `${title}: calls`).toEqual(wanted.calls);
    if (wanted.writes !== undefined) {
      const writes = writesOf(cloudMap);
      expect(writes.slice(this.statusWrites), `${title}: writes`).toEqual(wanted.writes);
      this.statusWrites = writes.length;
    }
    for (const [reference, parts] of Object.entries(wanted.problems ?? {}))
      expect(this.problemsOf(reference), `${title}: problems of ${reference}`).toEqual(containing(parts));
    this.checkGates(wanted, title);
    this.checkListings(wanted, title);
    this.checkStatuses(wanted, title);
    const claims = [...stores.claims.items.values()];
    if (wanted.claims !== undefined)
      expect(Object.fromEntries(claims.map(claimText)), `${title}: claims`).toEqual(wanted.claims);
    this.checkMisrouted(wanted, title);
    const reasons = Object.values(queues).flatMap(({ deadLetters }) => deadLetters.splice(0));
    expect(
      reasons.map(({ reason }) => reason ?? 'without a reason'),
      `${title}: dead letters`,
    ).toEqual(containing(wanted.deadLetters ?? []));
  }

  private checkMisrouted({ misrouted }: Outcome, title: string): void {
    if (misrouted === undefined || this.messageGroup === 'literal') return;
    const queues = Object.values(this.stage.queues);
    expect(
      queues.reduce((sum, queue) => sum + queue.misrouted, 0),
      `${title}: misrouted`,
    ).toBe(misrouted);
  }

  private checkGates({ gates, patches }: Outcome, title: string): void {
    const cluster = this.cluster('local');
    for (const [reference, text] of Object.entries(gates ?? {})) {
      const received = cluster.conditions.get(reference);
      const condition =
        received === undefined ? 'none' : `${received.status} ${received.reason}: ${received.message}`;
      expect(condition, `${title}: gate of ${reference}`).toContain(text);
    }
    if (patches !== undefined) expect(cluster.patches, `${title}: patches`).toBe(patches);
    cluster.patches = 0;
  }

  private checkListings({ listingRefused }: Outcome, title: string): void {
    const refused = this.stage.listingRefusals.splice(0);
    if (listingRefused === undefined) return;
    const texts = refused.map(
      ({ kind, count, first, reason }) => `${count} ${kind}s from ${first} on: ${reason}`,
    );
    expect(texts, `${title}: refused to listings`).toEqual(containing(listingRefused));
  }

  private checkStatuses({ statuses }: Outcome, title: string): void {
    for (const [reference, text] of Object.entries(statuses ?? {})) {
      const { conditions = [] } = (this.cluster('local').statuses.get(reference) ?? {}) as {
        conditions?: { type: string; status: string; reason: string; message: string }[];
      };
      const received = conditions.find(({ type }) => type === 'CloudMapInstancesRegistered');
      const condition =
        received === undefined ? 'none' : `${received.status} ${received.reason}: ${received.message}`;
      expect(condition, `${title}: status of ${reference}`).toContain(text);
    }
  }

  private attributesOf(path: string): Readonly<Record<string, string>> | undefined {
    const [namespace, service, id = ''] = path.split('/');
    return serviceOf(this.stage.cloudMap, `${namespace}/${service}`).instances[id]?.attributes;
  }

  private problemsOf(reference: string): readonly string[] {
    const { namespace, name } = parseReference(reference);
    const found = [...this.stage.stores.pods.items.values()].filter(
      ({ pod }) => pod.namespace === namespace && pod.name === name,
    );
    return found.flatMap(({ problems }) => problems.map(({ source, message }) => `${source}: ${message}`));
  }

  /** How deregistrations ended, sweeps see; everything else is to be in order without. */
  async sweepReleases(): Promise<void> {
    const { claims } = this.stage.stores;
    for (let sweeps = 0; sweeps < 2; sweeps++) {
      const releases = [...claims.items.values()].filter(
        ({ phase, operationId }) => phase === 'releasing' && operationId !== undefined,
      );
      for (const name of new Set(releases.map(({ owner }) => owner.cluster))) {
        this.answer(this.cluster(name));
        await this.sweep({ cluster: name });
        await this.stage.settle();
      }
    }
  }

  /** Every claim stands for an instance that is there, and every registration of a pod for a claim of it. */
  expectNothingLeftOver(): void {
    const { stores, cloudMap } = this.stage;
    const [here, elsewhere] = [instancesOf(cloudMap), instancesOf(this.stage.elsewhere)];
    for (const claim of stores.claims.items.values()) {
      const [path, text] = claimText(claim);
      expect(text, `at the end: claim on ${path}`).toMatch(/^applied /);
      const { target, namespaceName, serviceName, chosen } = claim.service;
      const there = target === 'own/own' ? here : elsewhere;
      const service = there[`${namespaceName}@${chosen}/${serviceName}`] ?? there[serviceText(claim.service)];
      expect(service, `at the end: instances`).toHaveProperty([claim.instanceId]);
    }
    for (const { pod, deleted, registrations } of stores.pods.items.values())
      if (deleted) expect(registrations, `at the end: registrations of deleted ${pod.name}`).toEqual([]);
  }
}

function claimText({ service, instanceId, phase, owner }: Claim): readonly [string, string] {
  const place = service.target === 'own/own' ? '' : ` in ${service.target}`;
  return [`${serviceText(service)}/${instanceId}${place}`, `${phase} ${owner.name}`];
}

function findingText({ kind, service, instanceId, pod }: Finding): string {
  return `${kind} ${service === undefined ? (pod?.name ?? '?') : `${service}/${instanceId}`}`;
}

function containing(parts: readonly string[]): unknown[] {
  return parts.map((part) => expect.stringContaining(part));
}
