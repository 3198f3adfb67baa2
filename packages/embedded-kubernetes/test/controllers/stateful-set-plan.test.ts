import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  planStateful,
  type StatefulAction,
  type StatefulInput,
  type StatefulPod,
} from '../../src/controllers/stateful-set/plan.ts';

const pod = (ordinal: number, changes: Partial<StatefulPod> = {}): StatefulPod => ({
  ordinal,
  revision: 'new',
  isAvailable: true,
  isTerminating: false,
  hasEnded: false,
  ...changes,
});

const input = (changes: Partial<StatefulInput>): StatefulInput => ({
  replicas: 3,
  start: 0,
  isParallel: false,
  isRolling: true,
  partition: 0,
  maxUnavailable: 1,
  currentRevision: 'old',
  updateRevision: 'new',
  pods: [],
  ...changes,
});

const create = (ordinal: number, revision = 'new'): StatefulAction => ({ type: 'create', ordinal, revision });
const remove = (ordinal: number): StatefulAction => ({ type: 'delete', ordinal });

describe('the plan of a StatefulSet', () => {
  it.each<[string, Partial<StatefulInput>, StatefulAction[]]>([
    ['creates the lowest ordinal first', {}, [create(0)]],
    ['waits for a pod that is not available', { pods: [pod(0, { isAvailable: false })] }, []],
    ['creates the next when the lower ones are available', { pods: [pod(0)] }, [create(1)]],
    ['creates all at once if Parallel', { isParallel: true }, [create(0), create(1), create(2)]],
    ['starts at ordinals.start', { start: 5, pods: [pod(5)] }, [create(6)]],
    ['fills a gap before it goes on', { pods: [pod(0), pod(2)] }, [create(1)]],
    ['replaces a pod that has ended', { pods: [pod(0, { hasEnded: true })] }, [remove(0)]],
    ['waits until a terminating pod is gone', { pods: [pod(0, { isTerminating: true })] }, []],
    ['removes the highest ordinal first', { replicas: 1, pods: [pod(0), pod(1), pod(2)] }, [remove(2)]],
    [
      'does not scale down while a wanted pod is not available',
      { replicas: 1, pods: [pod(0, { isAvailable: false }), pod(1)] },
      [],
    ],
    [
      'removes an unhealthy surplus pod if no lower one is unhealthy',
      { replicas: 1, pods: [pod(0), pod(1, { isAvailable: false })] },
      [remove(1)],
    ],
    [
      'removes all surplus pods at once if Parallel',
      { replicas: 1, isParallel: true, pods: [pod(0), pod(1), pod(2)] },
      [remove(2), remove(1)],
    ],
    [
      'rolls from the highest ordinal',
      { pods: [pod(0, { revision: 'old' }), pod(1, { revision: 'old' }), pod(2, { revision: 'old' })] },
      [remove(2)],
    ],
    [
      'rolls on when the replaced pod is available',
      { pods: [pod(0, { revision: 'old' }), pod(1, { revision: 'old' }), pod(2)] },
      [remove(1)],
    ],
    [
      'leaves pods below the partition',
      { partition: 2, pods: [pod(0, { revision: 'old' }), pod(1, { revision: 'old' }), pod(2)] },
      [],
    ],
    [
      'creates a pod below the partition at the current revision',
      { partition: 2, pods: [pod(0, { revision: 'old' })] },
      [create(1, 'old')],
    ],
    [
      'replaces nothing with OnDelete',
      { isRolling: false, pods: [0, 1, 2].map((ordinal) => pod(ordinal, { revision: 'old' })) },
      [],
    ],
    [
      'replaces as many as maxUnavailable',
      { maxUnavailable: 2, pods: [0, 1, 2].map((ordinal) => pod(ordinal, { revision: 'old' })) },
      [remove(2), remove(1)],
    ],
  ])('%s', (_, changes, expected) => {
    expect(planStateful(input(changes))).toEqual(expected);
  });

  const states = fc.record({
    revision: fc.constantFrom('old', 'new'),
    isAvailable: fc.boolean(),
    isTerminating: fc.boolean(),
    hasEnded: fc.boolean(),
  });
  const inputs = fc
    .record({
      replicas: fc.nat(5),
      start: fc.nat(2),
      isParallel: fc.boolean(),
      isRolling: fc.boolean(),
      partition: fc.nat(3),
      maxUnavailable: fc.integer({ min: 1, max: 3 }),
      pods: fc.uniqueArray(fc.record({ ordinal: fc.nat(8), state: states }), {
        selector: (each) => each.ordinal,
      }),
    })
    .map(({ pods, ...rest }) =>
      input({ ...rest, pods: pods.map(({ ordinal, state }) => ({ ordinal, ...state })) }),
    );

  it('ends with the wanted ordinals, and with the new revision from the partition on', () => {
    fc.assert(
      fc.property(inputs, (first) => {
        const last = settle(first);
        const wanted = Array.from({ length: first.replicas }, (_, index) => first.start + index);
        expect(last.pods.map(({ ordinal }) => ordinal).sort((a, b) => a - b)).toEqual(wanted);
        if (!first.isRolling) return;
        const outdated = last.pods.filter(({ revision }) => revision === 'old');
        expect(outdated.every(({ ordinal }) => ordinal < first.start + first.partition)).toBe(true);
      }),
    );
  });

  it('takes one step at a time if ordered, and creates none above one that is not available', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const ordered = { ...given, isParallel: false, maxUnavailable: 1 };
        const actions = planStateful(ordered);
        expect(actions.length).toBeLessThanOrEqual(1);
        const [action] = actions;
        if (action?.type !== 'create') return;
        const lower = ordered.pods.filter(
          ({ ordinal }) => ordinal >= ordered.start && ordinal < action.ordinal,
        );
        expect(lower.length).toBe(action.ordinal - ordered.start);
        expect(lower.every((each) => each.isAvailable && !each.isTerminating && !each.hasEnded)).toBe(true);
      }),
    );
  });

  it('never deletes a wanted pod of the new revision that runs', () => {
    fc.assert(
      fc.property(inputs, (given) => {
        for (const { type, ordinal } of planStateful(given)) {
          const found = given.pods.find((each) => each.ordinal === ordinal);
          const isWanted = ordinal >= given.start && ordinal < given.start + given.replicas;
          if (type === 'delete' && isWanted && found?.revision === 'new') expect(found.hasEnded).toBe(true);
        }
      }),
    );
  });
});

/** Carries out plans until nothing is left to do: what is deleted goes, what is created becomes available. */
function settle(first: StatefulInput): StatefulInput {
  let state = first;
  for (let step = 0; step < 100; step += 1) {
    const actions = planStateful(state);
    const deleted = actions.filter(({ type }) => type === 'delete').map(({ ordinal }) => ordinal);
    const kept = state.pods
      .filter(({ ordinal, isTerminating }) => !isTerminating && !deleted.includes(ordinal))
      .map((each) => (each.hasEnded ? each : { ...each, isAvailable: true }));
    const created = actions.flatMap((action) =>
      action.type === 'create' ? [pod(action.ordinal, { revision: action.revision })] : [],
    );
    const isDone = actions.length === 0 && JSON.stringify(kept) === JSON.stringify(state.pods);
    state = { ...state, pods: [...kept, ...created] };
    if (isDone) return state;
  }
  throw new Error('the plans do not come to an end');
}
