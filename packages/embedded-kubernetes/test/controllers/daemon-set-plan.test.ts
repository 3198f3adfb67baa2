import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DaemonInput,
  type DaemonNode,
  type DaemonPod,
  planDaemon,
} from '../../src/controllers/daemon-set/plan.ts';

const node = (name: string, changes: Partial<DaemonNode> = {}): DaemonNode => ({
  name,
  wants: true,
  keeps: true,
  ...changes,
});
const pod = (name: string, place: string, changes: Partial<DaemonPod> = {}): DaemonPod => ({
  name,
  node: place,
  isUpdated: true,
  isAvailable: true,
  isTerminating: false,
  hasEnded: false,
  createdAtMs: 0,
  ...changes,
});
const input = (changes: Partial<DaemonInput>): DaemonInput => ({
  nodes: [node('a'), node('b')],
  pods: [],
  isRolling: true,
  maxUnavailable: 1,
  maxSurge: 0,
  ...changes,
});
const old = { isUpdated: false };

describe('the plan of a DaemonSet', () => {
  it.each<[string, Partial<DaemonInput>, readonly string[], readonly string[]]>([
    ['creates a pod on each node', {}, ['a', 'b'], []],
    ['creates none on a node that is tainted', { nodes: [node('a', { wants: false })] }, [], []],
    [
      'keeps the pod of a node with a taint NoSchedule',
      { nodes: [node('a', { wants: false })], pods: [pod('x', 'a')] },
      [],
      [],
    ],
    [
      'deletes the pod of a node that does not fit any more',
      { nodes: [node('a', { wants: false, keeps: false })], pods: [pod('x', 'a')] },
      [],
      ['x'],
    ],
    ['deletes a pod whose node is gone', { nodes: [], pods: [pod('x', 'a')] }, [], ['x']],
    [
      'deletes the younger of two pods',
      { nodes: [node('a')], pods: [pod('y', 'a', { createdAtMs: 2 }), pod('x', 'a', { createdAtMs: 1 })] },
      [],
      ['y'],
    ],
    [
      'replaces a pod that has ended',
      { nodes: [node('a')], pods: [pod('x', 'a', { hasEnded: true })] },
      [],
      ['x'],
    ],
    ['replaces one old pod at a time', { pods: [pod('x', 'a', old), pod('y', 'b', old)] }, [], ['x']],
    [
      'replaces no other while one is unavailable',
      { pods: [pod('x', 'a', { isAvailable: false }), pod('y', 'b', old)] },
      [],
      [],
    ],
    [
      'replaces an old pod that is unavailable at any time',
      { pods: [pod('x', 'a', { isAvailable: false }), pod('y', 'b', { ...old, isAvailable: false })] },
      [],
      ['y'],
    ],
    [
      'replaces nothing on a node with two pods until the surplus is gone',
      {
        nodes: [node('a')],
        pods: [pod('y', 'a', { ...old, createdAtMs: 2 }), pod('x', 'a', { ...old, isAvailable: false })],
      },
      [],
      ['y'],
    ],
    [
      'counts a node with two pods as unavailable',
      { pods: [pod('x', 'a', { createdAtMs: 1 }), pod('y', 'a', { createdAtMs: 2 }), pod('z', 'b', old)] },
      [],
      ['y'],
    ],
    [
      'counts a node with two pods of one template as a surge',
      {
        maxSurge: 1,
        maxUnavailable: 0,
        pods: [
          pod('x', 'a', { ...old, createdAtMs: 1 }),
          pod('y', 'a', { ...old, createdAtMs: 2 }),
          pod('z', 'b', old),
        ],
      },
      [],
      ['y'],
    ],
    [
      'replaces none with OnDelete',
      { isRolling: false, pods: [pod('x', 'a', old), pod('y', 'b', old)] },
      [],
      [],
    ],
    [
      'creates the successor first with maxSurge',
      { maxSurge: 1, maxUnavailable: 0, pods: [pod('x', 'a', old), pod('y', 'b', old)] },
      ['a'],
      [],
    ],
    [
      'waits for the successor, then deletes the old pod',
      {
        maxSurge: 1,
        maxUnavailable: 0,
        pods: [pod('x', 'a', old), pod('z', 'a', { isAvailable: false }), pod('y', 'b', old)],
      },
      [],
      [],
    ],
    [
      'goes on to the next node when a successor is available',
      { maxSurge: 1, maxUnavailable: 0, pods: [pod('x', 'a', old), pod('z', 'a'), pod('y', 'b', old)] },
      ['b'],
      ['x'],
    ],
  ])('%s', (_, changes, creates, deletes) => {
    expect(planDaemon(input(changes))).toEqual({ creates, deletes });
  });

  const places = ['a', 'b', 'c', 'gone'];
  const inputs = fc
    .record({
      wants: fc.array(fc.constantFrom('yes', 'no', 'keeps'), { minLength: 3, maxLength: 3 }),
      maxUnavailable: fc.integer({ min: 1, max: 3 }),
      maxSurge: fc.nat(2),
      pods: fc.array(
        fc.record({
          node: fc.constantFrom(...places),
          isUpdated: fc.boolean(),
          isAvailable: fc.boolean(),
          isTerminating: fc.boolean(),
          hasEnded: fc.boolean(),
          createdAtMs: fc.nat(5),
        }),
        { maxLength: 6 },
      ),
    })
    .map(({ wants, pods, ...rest }) =>
      input({
        ...rest,
        nodes: wants.map((want, index) =>
          node(places[index] ?? '', { wants: want === 'yes', keeps: want !== 'no' }),
        ),
        pods: pods.map((each, index) => ({ ...each, name: `p${index}` })),
      }),
    );

  it('ends with one updated pod on each node that wants one, and none elsewhere', () => {
    fc.assert(
      fc.property(inputs, (first) => {
        const { pods } = settle(first);
        for (const { name, wants, keeps } of first.nodes) {
          const here = pods.filter((each) => each.node === name);
          expect(here.length).toBeLessThanOrEqual(keeps ? 1 : 0);
          if (wants) expect(here).toMatchObject([{ isUpdated: true }]);
        }
        expect(pods.filter((each) => each.node === 'gone')).toEqual([]);
      }),
    );
  });

  // The surplus of a node is deleted by age, available or not, as the DaemonSet controller does.
  it('never makes more nodes unavailable than maxUnavailable by an update', () => {
    fc.assert(
      fc.property(inputs.map(withoutSurplus), (given) => {
        const { deletes } = planDaemon({ ...given, maxSurge: 0 });
        const isServed = ({ name, wants }: DaemonNode, pods: readonly DaemonPod[]) =>
          wants &&
          pods.some(
            (each) => each.node === name && each.isAvailable && !each.isTerminating && !each.hasEnded,
          );
        const before = given.nodes.filter((each) => isServed(each, given.pods));
        const left = given.pods.filter(({ name }) => !deletes.includes(name));
        const lost = before.filter((each) => !isServed(each, left));
        const wanted = given.nodes.filter(({ wants }) => wants).length;
        expect(lost.length).toBeLessThanOrEqual(Math.max(0, given.maxUnavailable - (wanted - before.length)));
      }),
    );
  });
});

/** With only the first pod of each node. */
function withoutSurplus(given: DaemonInput): DaemonInput {
  const isFirst = ({ node: place }: DaemonPod, index: number) =>
    given.pods.findIndex((each) => each.node === place) === index;
  return { ...given, pods: given.pods.filter(isFirst) };
}

/** Carries out plans until nothing is left to do. */
function settle(first: DaemonInput): DaemonInput {
  let state = first;
  for (let step = 0; step < 60; step += 1) {
    const { creates, deletes } = planDaemon(state);
    const kept = state.pods
      .filter(({ name, isTerminating }) => !isTerminating && !deletes.includes(name))
      .map((each) => ({ ...each, isAvailable: !each.hasEnded }));
    const isDone =
      creates.length + deletes.length === 0 && JSON.stringify(kept) === JSON.stringify(state.pods);
    if (isDone) return state;
    const created = creates.map((place) => pod(`new-${step}-${place}`, place, { createdAtMs: 10 + step }));
    state = { ...state, pods: [...kept, ...created] };
  }
  throw new Error('the plans do not come to an end');
}
