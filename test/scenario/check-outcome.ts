import { expect } from 'vitest';
import { checkSweep, type SweepOutcome } from './check-sweep.ts';
import { instancesOf, namespacesOf, serviceOf, writesOf } from './cloud-map.ts';
import type { ScenarioCluster } from './cluster.ts';
import { parseReference } from './description.ts';
import type { MessageGroup, ScenarioHarness } from './harness.ts';
import type { Outcome } from './scenario.ts';
import { claimText, containing } from './texts.ts';

/** Compares what a step expects with the harness, and what it counts with what the steps before it left. */
export class OutcomeCheck {
  private readonly harness: ScenarioHarness;
  private readonly cluster: (name: string) => ScenarioCluster;
  private readonly messageGroup: MessageGroup | undefined;
  private statusWrites = 0;

  constructor(
    harness: ScenarioHarness,
    cluster: (name: string) => ScenarioCluster,
    messageGroup: MessageGroup | undefined,
  ) {
    this.harness = harness;
    this.cluster = cluster;
    this.messageGroup = messageGroup;
  }

  step(wanted: Outcome, title: string, swept: SweepOutcome): void {
    const { cloudMap, stores, queues } = this.harness;
    checkSweep(swept, wanted, title);
    if (wanted.instances !== undefined)
      expect(instancesOf(cloudMap), `${title}: instances`).toEqual(wanted.instances);
    if (wanted.elsewhere !== undefined)
      expect(instancesOf(this.harness.elsewhere), `${title}: instances elsewhere`).toEqual(wanted.elsewhere);
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
    const queues = Object.values(this.harness.queues);
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
    const refused = this.harness.listingRefusals.splice(0);
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
    return serviceOf(this.harness.cloudMap, `${namespace}/${service}`).instances[id]?.attributes;
  }

  private problemsOf(reference: string): readonly string[] {
    const { kind, namespace, name } = parseReference(reference);
    if (kind !== 'pod')
      return [...this.harness.stores.objects.items.values()].flatMap(({ object, fault }) =>
        object.kind.toLowerCase() === kind && object.metadata.name === name && fault !== undefined
          ? [fault]
          : [],
      );
    const found = [...this.harness.stores.pods.items.values()].filter(
      ({ pod }) => pod.namespace === namespace && pod.name === name,
    );
    return found.flatMap(({ problems }) => problems.map(({ source, message }) => `${source}: ${message}`));
  }
}
