import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexesText, parseIndexes } from '../../src/controllers/job/indexes.ts';
import { type JobInput, type JobPod, planJob } from '../../src/controllers/job/plan.ts';

const pod = (name: string, changes: Partial<JobPod> = {}): JobPod => ({
  name,
  state: 'active',
  index: undefined,
  restarts: 0,
  isCounted: false,
  endedAtMs: 0,
  ...changes,
});
const input = (changes: Partial<JobInput>): JobInput => ({
  parallelism: 2,
  completions: 3,
  isIndexed: false,
  backoffLimit: 6,
  activeDeadlineMs: undefined,
  isSuspended: false,
  startedAtMs: 0,
  nowMs: 60_000,
  backoffMs: 1000,
  counts: { succeeded: 0, failed: 0, completedIndexes: '' },
  pods: [],
  ...changes,
});
const none = [undefined, undefined];
const counts = (succeeded: number, failed = 0, completedIndexes = '') => ({
  counts: { succeeded, failed, completedIndexes },
});

describe('the plan of a Job', () => {
  it.each<[string, Partial<JobInput>, object]>([
    ['starts as many pods as parallelism says', {}, { creates: none, deletes: [] }],
    ['starts no more than completions are missing', counts(2), { creates: [undefined] }],
    [
      'counts a pod once',
      { ...counts(1), pods: [pod('a', { state: 'succeeded', isCounted: true })] },
      { counts: { succeeded: 1 } },
    ],
    [
      'is complete when all have succeeded',
      { ...counts(2), pods: [pod('a', { state: 'succeeded' })] },
      { end: { type: 'Complete' }, creates: [] },
    ],
    [
      'deletes surplus pods when parallelism shrinks',
      { parallelism: 1, pods: [pod('a'), pod('b')] },
      { deletes: ['b'] },
    ],
    [
      'waits after a failure, twice as long after the second',
      {
        pods: [
          pod('a', { state: 'failed', endedAtMs: 59_000 }),
          pod('b', { state: 'failed', endedAtMs: 59_500 }),
        ],
      },
      { creates: [], againInMs: 1500, counts: { failed: 2 } },
    ],
    [
      'fails when more pods have failed than backoffLimit',
      { backoffLimit: 1, ...counts(0, 1), pods: [pod('a', { state: 'failed' }), pod('b')] },
      { end: { type: 'Failed', reason: 'BackoffLimitExceeded' }, deletes: ['b'] },
    ],
    [
      'fails when containers have restarted as often as backoffLimit',
      { backoffLimit: 3, pods: [pod('a', { restarts: 2 }), pod('b', { restarts: 1 })] },
      { end: { type: 'Failed', reason: 'BackoffLimitExceeded' }, deletes: ['a', 'b'] },
    ],
    [
      'fails after activeDeadlineSeconds',
      { activeDeadlineMs: 60_000, pods: [pod('a')] },
      { end: { type: 'Failed', reason: 'DeadlineExceeded' }, deletes: ['a'] },
    ],
    ['plans again at its deadline', { activeDeadlineMs: 90_000 }, { end: undefined, againInMs: 30_000 }],
    [
      'deletes its pods while suspended',
      { isSuspended: true, startedAtMs: undefined, pods: [pod('a')] },
      { deletes: ['a'], creates: [], end: undefined },
    ],
    [
      'a work queue is complete when one has succeeded and none runs',
      { completions: undefined, pods: [pod('a', { state: 'succeeded' })] },
      { end: { type: 'Complete' } },
    ],
    [
      'a work queue starts no more after a success',
      { completions: undefined, parallelism: 3, pods: [pod('a', { state: 'succeeded' }), pod('b')] },
      { end: undefined, creates: [], deletes: [] },
    ],
    [
      'indexed: starts the lowest indexes that are missing',
      { isIndexed: true, completions: 5, ...counts(1, 0, '1'), pods: [pod('a', { index: 0 })] },
      { creates: [2] },
    ],
    [
      'indexed: two successes of one index are one completion',
      {
        isIndexed: true,
        pods: [pod('a', { index: 0, state: 'succeeded' }), pod('b', { index: 0, state: 'succeeded' })],
      },
      { counts: { succeeded: 1, completed: [0] }, creates: [1, 2] },
    ],
  ])('%s', (_, changes, expected) => {
    expect(planJob(input(changes))).toMatchObject(expected);
  });

  it('ends, with as many successes as completions, whatever fails in between', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(6),
        fc.boolean(),
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (parallelism, completions, isIndexed, outcomes) => {
          let state = input({ parallelism, completions, isIndexed, backoffLimit: 12, backoffMs: 0 });
          const queue = [...outcomes];
          for (let step = 0; step < 40; step += 1) {
            const plan = planJob(state);
            expect(
              plan.creates.length + state.pods.filter((each) => each.state === 'active').length,
            ).toBeLessThanOrEqual(parallelism);
            if (plan.end?.type === 'Complete') {
              expect(plan.counts.succeeded).toBe(completions);
              if (isIndexed)
                expect(plan.counts.completed).toEqual(Array.from({ length: completions }, (_, at) => at));
              return;
            }
            if (plan.end) {
              expect(plan.counts.failed).toBeGreaterThan(12);
              return;
            }
            const started = plan.creates.map((index, at) => pod(`p${step}-${at}`, { index }));
            const active = state.pods.filter((each) => each.state === 'active');
            const pods = [...active, ...started].map((each) => ({
              ...each,
              state: (queue.shift() ?? true) ? ('succeeded' as const) : ('failed' as const),
            }));
            const { succeeded, failed, completed } = plan.counts;
            state = {
              ...state,
              counts: { succeeded, failed, completedIndexes: indexesText(completed) },
              pods,
            };
          }
          throw new Error('the Job does not end');
        },
      ),
    );
  });

  it('reads the indexes that it writes', () => {
    expect(indexesText([0, 1, 2, 4, 6, 7])).toBe('0-2,4,6,7');
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(30)), (indexes) => {
        const sorted = indexes.sort((a, b) => a - b);
        expect(parseIndexes(indexesText(sorted))).toEqual(sorted);
      }),
    );
  });
});
