import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../../shared/model/events/event.ts';
import { outcomeOf, remainsOf } from '../harness/engine-state.ts';
import { type Manifest, MeshHarness } from '../harness/harness.ts';
import { aNode } from '../harness/manifests.ts';
import { states } from '../harness/states.ts';
import { give, perform, type Step, step, stepBesideRelay } from './lies.ts';
import { soundHarness } from './wired-harness.ts';

/** `npm run test:mesh-properties` runs longer. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 60);

/** Of each object, its state in the end; those that nothing refers to may be gone. */
const ends = fc.tuple(
  ...states.map((of, index) => fc.integer({ min: index < states.length - 2 ? 1 : 0, max: of.length })),
);

/** What is stored of the cluster as live, by uid: no version is higher than that of the cluster, or it would block what follows. */
function storedIn({ stores, objects }: MeshHarness) {
  const versions = new Map([...objects.values()].map(({ uid, resourceVersion }) => [uid, resourceVersion]));
  return [...stores.objects.items.values()]
    .filter(({ deleted }) => !deleted)
    .map(({ object: { kind, metadata, spec } }) => {
      const { name, uid, resourceVersion } = metadata;
      const isTooHigh = BigInt(resourceVersion) > BigInt(versions.get(uid) ?? -1);
      return { kind, name, uid, spec, ...(isTooHigh && { resourceVersion }) };
    })
    .sort(byUid);
}

function truthOf({ objects }: MeshHarness) {
  const all = [...objects.values()];
  return all
    .map(({ manifest: { kind, metadata, spec }, uid }) => ({ kind, name: metadata.name, uid, spec }))
    .sort(byUid);
}

function byUid(one: { readonly uid: string }, other: { readonly uid: string }): number {
  return one.uid < other.uid ? -1 : 1;
}

/** That all is as in a cluster with these objects of which nobody lied. */
async function expectTruth(harness: MeshHarness, outcome: (harness: MeshHarness) => unknown): Promise<void> {
  expect(storedIn(harness)).toEqual(truthOf(harness));
  const honest = new MeshHarness();
  honest.apply(...[...harness.objects.values()].map(({ manifest }) => manifest));
  await honest.settleInOneRun();
  expect(outcome(harness)).toEqual(outcome(honest));
}

/** With the recorded statuses instead of the written ones: the first sweep after a restore records them. */
function recordedOutcomeOf(harness: MeshHarness) {
  const { objects, ...outcome } = outcomeOf(harness);
  const recorded = [...harness.stores.statuses.items].map(([key, { mesh }]) => {
    const { changedAt, observedGeneration, ...status } = mesh ?? {};
    return [key, status];
  });
  return { ...outcome, statuses: Object.fromEntries(recorded) };
}

/** With the written ones, too; but a router that was falsely deleted keeps the ARNs of its routes of then until a sweep. */
function writtenOutcomeOf(harness: MeshHarness) {
  const { objects } = outcomeOf(harness);
  const written = Object.entries(objects).map(([key, status]) => {
    const { routeARNs, ...fields } = status as Readonly<Record<string, unknown>>;
    return [key, fields];
  });
  return { ...recordedOutcomeOf(harness), objects: Object.fromEntries(written) };
}

/** All that happens to a sound mesh, to its state in the end, which events may report; then what came late. */
async function harnessAfter(steps: readonly Step[], end: readonly number[], isReported: boolean) {
  const harness = await soundHarness();
  const late: EventDetail[] = [];
  for (const each of steps) late.push(...(await perform(harness, each)));
  const last = end.flatMap((state, index) => give(harness, index, state));
  harness.queue.push(...late, ...(isReported ? last : []));
  await harness.settle();
  return harness;
}

describe('when versions lie', () => {
  it('one sweep makes the stored objects and the mesh true, and the next one every status, whatever was forged, restored or built again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 20 }),
        ends,
        fc.boolean(),
        async (steps, end, isReported) => {
          const harness = await harnessAfter(steps, end, isReported);
          await harness.sweep();
          await expectTruth(harness, recordedOutcomeOf);
          await harness.sweep();
          await expectTruth(harness, outcomeOf);
          for (const index of states.keys()) give(harness, index, 0);
          await harness.sweep();
          expect(remainsOf(harness)).toEqual([]);
        },
      ),
      { numRuns },
    );
  }, 3_600_000);

  it('without an API server, the relay’s listings make them true, 26 minutes apart', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepBesideRelay, { minLength: 3, maxLength: 20 }),
        ends,
        fc.boolean(),
        async (steps, end, isReported) => {
          const harness = await harnessAfter(steps, end, isReported);
          for (const minutes of [26, 26, 26]) {
            harness.clock.advance(minutes * 60_000);
            harness.queue.push(...harness.listing());
            await harness.settle();
          }
          await expectTruth(harness, writtenOutcomeOf);
        },
      ),
      { numRuns },
    );
  }, 3_600_000);

  it('a sweep finds the change that a restored cluster made at a version that it had given out before', async () => {
    const harness = await soundHarness();
    const change = async (node: Manifest) => {
      harness.apply(node);
      await harness.settle();
    };
    harness.etcd('backup');
    await change(aNode('blue', { awsName: 'before' }));
    harness.etcd('restore');
    await change(aNode('blue', { awsName: 'after' }));
    await harness.sweep();
    await expectTruth(harness, outcomeOf);
  });
});
