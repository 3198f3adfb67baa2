import { describe, expect, it } from 'vitest';
import { Listings } from '../../../../shared/adapters/dynamodb/listings.ts';
import { stubTable } from './stub-table.ts';

const nowMs = Date.UTC(2026, 10, 21, 10);
const seconds = nowMs / 1000;
const listings = (...items: readonly object[]) => {
  const { table, asked } = stubTable({ items });
  return { listings: new Listings(table, () => nowMs), asked };
};

/** A head of two parts, both arrived, and an item of a part, since the table answers all queries alike. */
const head = (sk: string, changes: object = {}) => ({
  ...{ pk: 'LISTING#local', sk, resourceVersion: '5', storedAtMs: 1_000, parts: 2, objects: '' },
  ...{ arrived: new Set([1, 2]), isFromStart: true, isToEnd: true, expiresAt: seconds + 1, ...changes },
});

describe('the latest listing', () => {
  it.each<[string, object]>([
    ['lacks a part', { arrived: new Set([1]) }],
    ['does not begin at the start', { isFromStart: false }],
    ['does not go to the end', { isToEnd: false }],
    ['has expired', { expiresAt: seconds }],
  ])('is none that %s', async (_, changes) => {
    expect((await listings(head('a', changes), head('b')).listings.latest('local'))?.id).toBe('b');
    expect(await listings(head('a', changes), head('b', changes)).listings.latest('local')).toBeUndefined();
  });

  it.each<[string, object, object, string]>([
    ['was taken later', { storedAtMs: 2_000 }, { resourceVersion: '9' }, 'a'],
    ['was taken later, in either order', { resourceVersion: '9' }, { storedAtMs: 2_000 }, 'b'],
    ['has the higher version at the same time', { resourceVersion: '10' }, { resourceVersion: '9' }, 'a'],
    ['has the higher version, in either order', { resourceVersion: '9' }, { resourceVersion: '10' }, 'b'],
  ])('is the one that %s', async (_, a, b, expected) => {
    const latest = await listings(head('a', a), head('b', b)).listings.latest('local');
    expect(latest?.id).toBe(expected);
  });

  it('has the pods of its parts', async () => {
    const two = [
      head('a', { objects: 'shop/a uid-a\nshop/b uid-b' }),
      head('b', { objects: 'shop/c \n', isToEnd: false }),
    ];
    const { listings: read, asked } = listings(...two);
    expect(await read.latest('local')).toEqual({
      ...{ id: 'a', resourceVersion: '5', storedAtMs: 1_000 },
      pods: new Map([
        ['shop/a', 'uid-a'],
        ['shop/b', 'uid-b'],
      ]),
    });
    expect(asked).toEqual([
      ['query', 'LISTING#local', '', null],
      ['query', 'LISTING#local#a', '', null],
    ]);
  });

  it('is none whose parts have expired', async () => {
    expect(await listings(head('a')).listings.latest('local')).toBeUndefined();
  });
});

describe('the time of the last listing', () => {
  it('is that of the youngest, whether it is complete or not', async () => {
    const [older, newer] = [head('a'), head('b', { storedAtMs: 2_000, arrived: new Set([1]) })];
    for (const items of [
      [older, newer],
      [newer, older],
    ]) {
      const { listings: read, asked } = listings(...items);
      expect(await read.lastListedAtMs('local')).toBe(2_000);
      expect(asked).toEqual([['query', 'LISTING#local', '', null]]);
    }
  });

  it('is none where there is no listing, or only an expired one', async () => {
    expect(await listings().listings.lastListedAtMs('local')).toBeUndefined();
    const expired = head('a', { expiresAt: seconds, storedAtMs: 3_000 });
    expect(await listings(expired).listings.lastListedAtMs('local')).toBeUndefined();
    expect(await listings(head('b'), expired).listings.lastListedAtMs('local')).toBe(1_000);
  });
});

describe('a kind that was listed', () => {
  const key = { pk: 'LISTED#local', sk: 'Mesh' };
  it.each<[string, readonly object[], readonly unknown[]]>([
    ['is noted the first time', [], [['put', { ...key, isListed: true }]]],
    ['is noted where somebody waits for it', [{ ...key, since: 1 }], [['put', { ...key, isListed: true }]]],
    ['is not noted again', [{ ...key, isListed: true }], []],
  ])('%s', async (_, items, writes) => {
    const { listings: noted, asked } = listings(...items);
    await noted.noteListed('local', 'Mesh');
    expect(asked).toEqual([['get', key], ...writes]);
  });
});

describe('a part of a listing', () => {
  const set =
    'SET #resourceVersion = :resourceVersion, #parts = :parts, #storedAtMs = :storedAtMs, expiresAt = :expiresAt';
  it.each<[string, number, number, string, string | null, string, object]>([
    [
      'only one',
      1,
      1,
      '',
      null,
      ', #isFromStart = :isFromStart, #isToEnd = :isToEnd',
      { ':isFromStart': true, ':isToEnd': true },
    ],
    ['first', 1, 3, 'a', 'b', ', #isFromStart = :isFromStart', { ':isFromStart': false }],
    ['middle', 2, 3, 'b', 'c', '', {}],
    ['last', 3, 3, 'c', 'd', ', #isToEnd = :isToEnd', { ':isToEnd': false }],
  ])(
    'that is the %s is noted after its objects are stored',
    async (_, part, parts, from, to, more, values) => {
      const { listings: saved, asked } = listings();
      const objects = [
        { key: 'shop/a', uid: 'uid-a' },
        { key: 'shop/b', uid: 'uid-b' },
      ];
      const takenAt = new Date(nowMs - 5).toISOString();
      await saved.savePart('local', {
        id: 'l',
        resourceVersion: '5',
        takenAt,
        part,
        parts,
        from,
        to,
        objects,
      });
      const expiresAt = seconds + 24 * 3600;
      expect(asked).toStrictEqual([
        [
          'put',
          { pk: 'LISTING#local#l', sk: `00000${part}`, objects: 'shop/a uid-a\nshop/b uid-b', expiresAt },
        ],
        [
          'update',
          { pk: 'LISTING#local', sk: 'l' },
          {
            text: `${set}${more} ADD #arrived :arrived`,
            values: {
              ...{
                ':resourceVersion': '5',
                ':parts': parts,
                ':storedAtMs': nowMs - 5,
                ':expiresAt': expiresAt,
              },
              ...{ ...values, ':arrived': new Set([part]) },
            },
          },
          {
            text: 'attribute_not_exists(#arrived) OR NOT contains(#arrived, :part)',
            values: { ':part': part },
          },
        ],
      ]);
    },
  );
});
