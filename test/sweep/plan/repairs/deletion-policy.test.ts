import { describe, expect, it } from 'vitest';
import { type Finding, finding } from '../../../../shared/sweep/plan/findings/finding.ts';
import { limitDeletions } from '../../../../shared/sweep/plan/repairs/deletion-policy.ts';

const stale = (name: string, ...removesFrom: readonly string[]): Finding =>
  finding('InstanceStale', {
    pod: { cluster: 'local', namespace: 'shop', name, uid: name },
    ...{ detail: 'stale', removesFrom },
  });
const missing = finding('InstanceMissing', {
  pod: { cluster: 'local', namespace: 'shop', name: 'new', uid: 'new' },
  detail: 'missing',
});
const many = (count: number, ...from: readonly string[]) =>
  Array.from({ length: count }, (_, index) => stale(`${from[0]}-${index}`, ...from));
const limited = (
  findings: readonly Finding[],
  { complete = true, force = false, sizes = {} as Readonly<Record<string, number>> } = {},
) => limitDeletions(findings, { complete, force, sizeOf: (service) => sizes[service] ?? 0 });

describe('which repairs are allowed', () => {
  it('all, if there are none', () => {
    expect(limited([])).toEqual({ allowed: [], refused: [] });
  });

  it.each([
    [9, {}, 9],
    [10, {}, 10],
    [11, {}, 10],
    [12, { front: 59 }, 11],
    [12, { front: 60 }, 12],
  ])('of %i deletions in one service with sizes %j: %i', (count, sizes, allowed) => {
    const all = many(count, 'front');
    const { allowed: kept, refused } = limited(all, { sizes });
    expect(kept).toEqual(all.slice(0, allowed));
    expect(refused.map(({ finding: each }) => each)).toEqual(all.slice(allowed));
  });

  it('of deletions over the cap none, and the reason names the service and its cap', () => {
    expect(limited(many(11, 'front'), { sizes: { front: 50 } }).refused[0]?.reason).toBe(
      'more than 10 of front would be deleted in one run (the larger of 10 and 20 %)',
    );
  });

  it('those of another service, and those that delete nothing', () => {
    const { allowed, refused } = limited([...many(11, 'front'), stale('b', 'back'), missing]);
    expect(allowed.slice(10)).toEqual([stale('b', 'back'), missing]);
    expect(refused).toHaveLength(1);
  });

  it('no deletion in two services of which one is at its cap, and it counts for neither', () => {
    const all = [...many(10, 'front'), stale('both', 'back', 'front'), ...many(10, 'back')];
    const { allowed, refused } = limited(all);
    expect(allowed).toHaveLength(20);
    expect(refused).toEqual([
      {
        finding: stale('both', 'back', 'front'),
        reason: 'more than 10 of front would be deleted in one run (the larger of 10 and 20 %)',
      },
    ]);
  });

  it('a deletion in two services, which counts for both', () => {
    const { allowed, refused } = limited([stale('both', 'back', 'front'), ...many(10, 'front')]);
    expect([allowed.length, refused.length]).toEqual([10, 1]);
  });

  it('every deletion, if a person forces them', () => {
    expect(limited(many(30, 'front'), { force: true }).allowed).toHaveLength(30);
  });

  it('no deletion from an incomplete listing, not even by force', () => {
    for (const force of [false, true])
      expect(limited([missing, stale('a', 'front')], { complete: false, force })).toEqual({
        allowed: [missing],
        refused: [
          {
            finding: stale('a', 'front'),
            reason: 'the listing of the cluster is incomplete, so nothing is deleted',
          },
        ],
      });
  });
});
