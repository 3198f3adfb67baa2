import fc from 'fast-check';
import { type EventDetail, relaySource } from '../../../shared/model/events/event.ts';
import { objectKey } from '../../../shared/model/identity.ts';
import { meshKinds } from '../../../shared/model/kubernetes.ts';
import { aMesh, aNamespace, aNode } from '../harness/manifests.ts';
import { states } from '../harness/states.ts';
import type { WiredHarness } from './wired-harness.ts';

const ghost = aNode('ghost');
/** States that only a forger gives to an object, and an object that nobody has. */
const forgedStates = [aNamespace('apps', {}), aMesh({ namespaceSelector: {} }), ghost];

/** Any object, and as often one that is not there in the end. */
const manifest = fc.oneof(
  fc.constantFrom(...states.flat(), ...forgedStates),
  fc.constantFrom(ghost, ...states.slice(-2).flat()),
);
/** Far above those of the cluster, and below. */
const farVersion = fc.constantFrom(`1${'0'.repeat(15)}`, '9'.repeat(20), '9'.repeat(128), '0', '12');
const nearVersion = fc.constantFrom('1000005', '1000025');
const version = fc.oneof({ weight: 3, arbitrary: farVersion }, nearVersion);
const uid = fc.constantFrom('the real one', 'another');
const earliest = '1970-01-01T00:00:00Z' as const;
const createdAt = fc.constantFrom(earliest, '2026-01-01T00:00:30Z', '2099-01-01T00:00:00Z');
const change = fc.constantFrom('Applied' as const, 'Deleted' as const);
const kind = fc.constantFrom('Namespace', ...meshKinds);

const forgedObject = fc.record({
  do: fc.constant('forge object' as const),
  ...{ manifest, version, uid, createdAt, change },
});
const forgedListing = fc.record({
  do: fc.constant('forge listing' as const),
  kind,
  version,
  left: fc.subarray(['shop', 'apps', 'apps/blue', 'apps/color', 'apps/ghost']),
  takenAfterMs: fc.option(fc.constantFrom(-3_600_000, 0, 3_600_000)),
});
const forgedBesideRelay = fc
  .tuple(forgedObject, farVersion)
  .map(([each, version]) => ({ ...each, version, createdAt: earliest }));
export const forged = fc.oneof({ weight: 3, arbitrary: forgedObject }, forgedListing);
export type Forged = typeof forged extends fc.Arbitrary<infer T> ? T : never;

/** What is done to the cluster: of an object, which state it gets; 0 deletes it. Its event comes, comes late, or never. */
const trueChange = fc.record({
  do: fc.constant('change' as const),
  index: fc.nat({ max: states.length - 1 }),
  state: fc.nat({ max: 3 }),
  comes: fc.constantFrom('now' as const, 'now' as const, 'late' as const, 'never' as const),
});
const others = [
  fc.record({
    do: fc.constant('relay restarts' as const),
    comes: fc.constantFrom('now' as const, 'late' as const),
  }),
  fc.record({ do: fc.constant('time passes' as const), seconds: fc.constantFrom(1, 61, 601, 1_600) }),
];
const etcd = fc.record({
  do: fc.constant('etcd' as const),
  what: fc.constantFrom(
    'backup' as const,
    'restore' as const,
    'new versions' as const,
    'new cluster' as const,
  ),
});

export const step = fc.oneof(
  { weight: 4, arbitrary: trueChange },
  { weight: 3, arbitrary: forged },
  { weight: 2, arbitrary: etcd },
  ...others,
);
/**
 * Without what needs a sweep: versions that the cluster has had or has soon, and two forged states of one name that were
 * created after the true one.
 */
export const stepBesideRelay = fc.oneof(
  { weight: 4, arbitrary: trueChange },
  { weight: 2, arbitrary: forgedBesideRelay },
  { weight: 1, arbitrary: forgedListing },
  ...others,
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Gives an object one of its states; deletes it where it has no such state. Answers the events. */
export function give(harness: WiredHarness, index: number, state: number): readonly EventDetail[] {
  const of = states[index] ?? states[0];
  const chosen = of?.[state - 1];
  if (chosen !== undefined) harness.apply(chosen);
  else if (of !== undefined) harness.delete(of[0]);
  return harness.queue.splice(0);
}

/** Does it and what follows from it; answers the events that come late. */
export async function perform(harness: WiredHarness, step: Step): Promise<readonly EventDetail[]> {
  if (step.do === 'time passes') harness.clock.advance(step.seconds * 1000);
  if (step.do === 'etcd') harness.etcd(step.what);
  if (step.do === 'time passes' || step.do === 'etcd') return [];
  if (step.do === 'forge object' || step.do === 'forge listing') {
    await harness.receive(relaySource(harness.cluster), forgedEvent(harness, step));
    await harness.settle();
    return [];
  }
  const events = step.do === 'change' ? give(harness, step.index, step.state) : harness.listing();
  harness.clock.advance(1_500);
  if (step.comes !== 'now') return step.comes === 'late' ? events : [];
  harness.queue.push(...events);
  await harness.settle();
  return [];
}

export function forgedEvent(harness: WiredHarness, forgery: Forged): EventDetail {
  if (forgery.do === 'forge object') return forgedChange(harness, forgery);
  const { kind, version: resourceVersion, left, takenAfterMs } = forgery;
  const nowMs = harness.clock.now();
  const takenAt = takenAfterMs === null ? {} : { takenAt: new Date(nowMs + takenAfterMs).toISOString() };
  const objects = left.map((key) => ({ key, uid: realUid(harness, kind, key) ?? 'forged' }));
  return harness.listed({ id: `forged-${nowMs}`, kind, resourceVersion, objects, ...takenAt });
}

function forgedChange(
  harness: WiredHarness,
  { manifest, version: resourceVersion, uid, createdAt, change }: Extract<Forged, { do: 'forge object' }>,
): EventDetail {
  const real = realUid(harness, manifest.kind, objectKey(manifest.metadata));
  return harness.event(change, {
    manifest,
    ...{ uid: (uid === 'the real one' && real) || 'forged', generation: 9, createdAt, resourceVersion },
    status: {},
  });
}

function realUid(harness: WiredHarness, kind: string, key: string): string | undefined {
  const isLive = ([name]: readonly [string, unknown]) =>
    name === `${kind} ${key}` || name === `${kind} /${key}`;
  return [...harness.objects].find(isLive)?.[1].uid;
}
