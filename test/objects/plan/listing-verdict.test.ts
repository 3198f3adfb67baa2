import { describe, expect, it } from 'vitest';
import { type ListingView, verdictOf } from '../../../shared/objects/plan/listing-verdict.ts';

const seenAtMs = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;
const second = 1_000;

interface State {
  readonly uid: string;
  readonly resourceVersion: string;
}

interface Given {
  readonly listedUid?: string;
  /** How long after the sighting was stored the listing was taken; null: the relay does not say. */
  readonly takenMs?: number | null;
  readonly seen?: number | undefined;
  readonly version?: string;
  readonly createdAt?: string;
  readonly deleted?: boolean;
  readonly displaced?: readonly State[];
  readonly clusterCreatedAt?: string;
}

/** What a listing at resourceVersion 100 says of pod shop/a, uid `a`, of which `displaced` is known besides. */
function verdict({
  listedUid,
  takenMs = 10 * minute,
  seen = seenAtMs,
  version = '99',
  createdAt = '2026-11-21T10:00:00Z',
  deleted = false,
  displaced = [],
  clusterCreatedAt,
}: Given) {
  const view: ListingView = {
    ...{ resourceVersion: '100', clusterCreatedAt, nowMs: seenAtMs + 60 * minute },
    takenAtMs: takenMs === null ? undefined : seenAtMs + takenMs,
    uids: new Map(listedUid === undefined ? [] : [['shop/a', listedUid]]),
  };
  const sighting = { uid: 'a', resourceVersion: version, createdAt, deleted };
  const state = { uid: 'a', resourceVersion: version };
  const found = verdictOf<State>(view, { key: 'shop/a', sighting, seenAtMs: seen, state, displaced });
  if (found.is !== 'alive') return found.is;
  return `alive ${found.state.uid}@${found.state.resourceVersion}${found.isFalseVersion ? ' anew' : ''}`;
}

const former = { uid: 'b', resourceVersion: '7' };
const higher = { uid: 'b', resourceVersion: '101' };

describe('what a listing says of what is stored', () => {
  it.each<readonly [what: string, given: Given, expected: string]>([
    ['listed, not newer', { listedUid: 'a' }, 'unchanged'],
    ['listed, of its version', { listedUid: 'a', version: '100' }, 'unchanged'],
    ['listed, newer', { listedUid: 'a', version: '101' }, 'unchanged'],
    [
      'listed, newer, two listings later',
      { listedUid: 'a', version: '101', takenMs: 26 * minute },
      'alive a@101 anew',
    ],
    ['listed, newer, no time known', { listedUid: 'a', version: '101', takenMs: null }, 'unchanged'],
    ['not listed, older', {}, 'deleted'],
    ['not listed, of its version', { version: '100' }, 'deleted'],
    ['not listed, older, whatever the time', { takenMs: -60 * minute }, 'deleted'],
    ['not listed, older, no time known', { takenMs: null }, 'deleted'],
    ['not listed, newer', { version: '101' }, 'unchanged'],
    ['not listed, newer, two listings later', { version: '101', takenMs: 25 * minute + 1 }, 'deleted'],
    ['not listed, newer, almost two listings later', { version: '101', takenMs: 25 * minute }, 'unchanged'],
    ['not listed, newer, no time known', { version: '101', takenMs: null }, 'unchanged'],
    ['not listed, deleted', { deleted: true }, 'unchanged'],
    ['another is listed, older', { listedUid: 'b' }, 'deleted'],
    ['another is listed, newer', { listedUid: 'b', version: '101' }, 'unchanged'],
    ['another is listed, deleted', { listedUid: 'b', deleted: true }, 'unchanged'],
    ['another is listed, which is known', { listedUid: 'b', displaced: [former] }, 'alive b@7'],
    [
      'another is listed, which is known, newer',
      { listedUid: 'b', version: '101', displaced: [former] },
      'alive b@7',
    ],
    ['a third is listed, older', { listedUid: 'c', displaced: [former] }, 'deleted'],
    ['listed, deleted', { listedUid: 'b', deleted: true, displaced: [former] }, 'alive b@7'],
    [
      'listed, deleted, of a newer version',
      { listedUid: 'b', deleted: true, version: '101', displaced: [former] },
      'alive b@7',
    ],
    [
      'listed, deleted, the second of those known',
      { listedUid: 'b', deleted: true, displaced: [{ ...former, uid: 'c' }, former] },
      'alive b@7',
    ],
    [
      'listed, deleted, and its state of a false version',
      { listedUid: 'b', deleted: true, displaced: [higher] },
      'alive b@101 anew',
    ],
    ['listed, deleted, no state known', { listedUid: 'a', deleted: true }, 'unchanged'],
    ['not listed, deleted, a state known', { deleted: true, displaced: [former] }, 'unchanged'],
  ])('%s', (_, given, expected) => {
    expect(verdict(given)).toBe(expected);
  });

  it.each([
    [minute + 1, 'alive b@7'],
    [minute, 'unchanged'],
    [-second, 'unchanged'],
    [null, 'unchanged'],
  ])(
    'nothing is alive by a listing that was taken %s ms after its deletion was stored',
    (takenMs, expected) => {
      expect(verdict({ listedUid: 'b', deleted: true, displaced: [former], takenMs })).toBe(expected);
    },
  );

  it('a listing proves only of what is alive that a record whose time was not noted is out of date', () => {
    const view = { resourceVersion: '100', nowMs: seenAtMs, takenAtMs: seenAtMs };
    const sighting = { uid: 'a', resourceVersion: '101', createdAt: '2026-11-21T10:00:00Z', deleted: false };
    const known = { key: 'shop/a', sighting, state: { uid: 'a', resourceVersion: '101' } };
    const gone = verdictOf({ ...view, uids: new Map() }, { ...known, displaced: [] });
    expect(gone).toEqual({ is: 'unchanged' });
    const alive = verdictOf({ ...view, uids: new Map([['shop/a', 'b']]) }, { ...known, displaced: [former] });
    expect(alive).toMatchObject({ is: 'alive', state: former });
  });

  it.each([
    ['2026-11-21T10:00:01Z', 'deleted'],
    ['2026-11-21T10:00:00Z', 'unchanged'],
    ['2026-11-21T10:00:00.900Z', 'unchanged'],
    ['2026-11-21T09:59:59Z', 'unchanged'],
    ['2026-11-21T13:01:00Z', 'deleted'],
    ['2026-11-21T13:01:01Z', 'unchanged'],
    ['2099-01-01T00:00:00Z', 'unchanged'],
  ])('newer, and the cluster began at %s, unless that is yet to come', (clusterCreatedAt, expected) => {
    expect(verdict({ version: '101', clusterCreatedAt })).toBe(expected);
  });
});
