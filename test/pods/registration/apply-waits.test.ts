import { describe, expect, it } from 'vitest';
import { RetryableError, WaitError } from '../../../shared/model/errors.ts';
import type { Problem } from '../../../shared/model/problem.ts';
import type { PlaceWait } from '../../../shared/model/records/registration.ts';
import { applied, createdAt, nowMs, serviceOf } from './applying.ts';

const waitIn = (name: string): PlaceWait => ({ service: serviceOf(name), createdAt });
const full = { full: { atMs: nowMs, quota: 'service' } } as const;
/** The problem of the pod that waits for a place in the service of its virtual node. */
const waiting = (name: string): Problem => ({
  ...{ source: `VirtualNode ${name}`, code: 'Refused', message: 'full' },
  waitsIn: waitIn(name),
});
const refusing = (error: Error) => ({ registerInstance: () => Promise.reject(error) });

describe('a pod that gets no place', () => {
  it('waits in the full service', async () => {
    const { calls, thrown, problems, record, refusals } = await applied({ services: { front: full } });
    expect([calls, thrown]).toEqual([[], undefined]);
    expect(problems).toMatchObject([
      {
        ...{ source: 'VirtualNode front', code: 'Refused', waitsIn: waitIn('front') },
        refusal: { isPermanent: false, dependsOn: 'service quota', atMs: nowMs },
      },
    ]);
    expect(record?.waits).toEqual([waitIn('front')]);
    expect(refusals).toEqual([['Refusals', 1, 'ServiceFull']]);
  });

  it('still waits if another attempt fails, and its problem is stored although it is short', async () => {
    for (const error of [new RetryableError('busy'), new WaitError('soon', { retryAfterMs: 1 })]) {
      const { problems, record, stillWaits, thrown } = await applied({
        ...{ problems: [waiting('front')], waits: [waitIn('front')], waitsIn: ['front'] },
        cloudMap: refusing(error),
      });
      expect(thrown).toBe(error);
      expect(problems).toEqual([
        {
          ...waiting('front'),
          code: error instanceof WaitError ? 'Waiting' : 'Unavailable',
          message: error.message,
        },
      ]);
      expect([record?.waits, stillWaits]).toEqual([[waitIn('front')], ['front']]);
    }
  });

  it('waits no longer if it is refused for another reason', async () => {
    const { problems, record, stillWaits } = await applied({
      ...{ problems: [waiting('front')], waits: [waitIn('front')], waitsIn: ['front'] },
      cloudMap: { findInstance: async () => ({ 'k8s.io/cluster': 'second' }) },
    });
    expect(problems).toMatchObject([{ refusal: { dependsOn: 'instance' } }]);
    expect(problems[0]).not.toHaveProperty('waitsIn');
    expect([record?.waits, stillWaits]).toEqual([undefined, []]);
  });

  it('waits for no place because another of its registrations does', async () => {
    const busy = new RetryableError('busy');
    const { problems } = await applied({
      nodes: ['back', 'front'],
      problems: [waiting('back')],
      cloudMap: refusing(busy),
    });
    const failed = { code: 'Unavailable', message: 'busy' } as const;
    expect(problems).toEqual([
      { ...waiting('back'), ...failed },
      { source: 'VirtualNode front', ...failed },
    ]);
  });
});

describe('the wait of a pod', () => {
  it.each([
    ['that has its place', {}],
    ['that is deleted', { deleted: true }],
    ['that no longer wants the service', { nodes: [] }],
  ])('%s ends', async (_what, given) => {
    const world = await applied({ ...given, waits: [waitIn('front')], waitsIn: ['front'] });
    expect([world.record?.waits, world.stillWaits]).toEqual([undefined, []]);
  });

  it('ends if only its problem names it, as in records of earlier versions', async () => {
    const world = await applied({ problems: [waiting('back')], waitsIn: ['back'] });
    expect([world.problems, world.stillWaits]).toEqual([[], []]);
  });

  it('in one service goes on when the one in another ends', async () => {
    const world = await applied({
      ...{ nodes: ['front', 'back'], services: { back: full } },
      ...{ waits: [waitIn('front'), waitIn('back')], waitsIn: ['front', 'back'] },
    });
    expect([world.record?.waits, world.stillWaits]).toEqual([[waitIn('back')], ['back']]);
  });
});
