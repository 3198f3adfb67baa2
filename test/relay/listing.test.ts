import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareBytewise, listingParts, listingRange } from '../../relay/watch/listing.ts';

const key = fc
  .tuple(fc.stringMatching(/^[a-z0-9-]{0,8}$/), fc.string({ unit: 'binary', minLength: 1 }))
  .map((names) => names.join('/'));

it('keys are compared as UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
      expect(Math.sign(compareBytewise(one, other))).toBe(
        Buffer.compare(Buffer.from(one), Buffer.from(other)),
      );
    }),
  );
  expect(compareBytewise('\u{1f600}', '\uffee')).toBeGreaterThan(0);
});

it('the parts cover the whole range without a gap, each object in the range of its own part', () => {
  const objects = fc
    .uniqueArray(key, { maxLength: 50 })
    .chain((keys) =>
      fc.constant(
        keys.flatMap((each) =>
          Array.from({ length: 60 }, (_, index) => ({ key: `${each}${index}`, uid: 'uid' })),
        ),
      ),
    );
  fc.assert(
    fc.property(objects, (all) => {
      const parts = listingParts(all, listingRange(undefined));
      expect(parts[0]?.from).toBe('');
      expect(parts.at(-1)?.to).toBeNull();
      parts.forEach(({ from, to, objects: some }, index) => {
        if (index > 0) expect(from).toBe(parts[index - 1]?.to);
        expect(some.length).toBeLessThanOrEqual(1000);
        for (const object of some) {
          expect(compareBytewise(from, object.key)).toBeLessThanOrEqual(0);
          if (to !== null) expect(compareBytewise(object.key, to)).toBeLessThan(0);
        }
      });
      expect(parts.flatMap((part) => part.objects)).toHaveLength(all.length);
    }),
    { numRuns: 30 },
  );
});

it('an empty listing is one part that covers everything', () => {
  expect(listingParts([], listingRange(undefined))).toEqual([{ from: '', to: null, objects: [] }]);
});

it('the listing of a namespace covers exactly its keys', () => {
  const [part] = listingParts([{ key: 'shop/cart', uid: 'a' }], listingRange('shop'));
  expect(part).toMatchObject({ from: 'shop/', to: 'shop0' });
  for (const outside of ['shop', 'shop-2/cart', 'shop.2/cart', 'shop0/cart', 'sho/cart'])
    expect(compareBytewise(outside, 'shop/') < 0 || compareBytewise(outside, 'shop0') >= 0, outside).toBe(
      true,
    );
});

it('a part stays well under the 256 KB of an event, however long the names are', () => {
  const all = Array.from({ length: 2000 }, (_, index) => ({
    key: `${'n'.repeat(63)}/${'p'.repeat(245)}-${index}`,
    uid: 'u'.repeat(36),
  }));
  const parts = listingParts(all, listingRange(undefined));
  for (const part of parts) expect(JSON.stringify(part).length).toBeLessThan(140 * 1024);
  expect(parts.length).toBeGreaterThan(4);
});

const listed = (count: number, keyLength: number, uidLength: number) =>
  Array.from({ length: count }, (_, index) => ({
    key: String(index).padStart(keyLength, '0'),
    uid: 'u'.repeat(uidLength),
  }));

it.each([
  // An object has its key, its uid and 20 bytes of punctuation: here 1,024 bytes of at most 131,072.
  [128, 904, 100, [128]],
  [129, 904, 100, [128, 1]],
  [128, 905, 100, [127, 1]],
  [128, 904, 101, [127, 1]],
  [257, 904, 100, [128, 128, 1]],
  [1_000, 8, 8, [1_000]],
  [1_001, 8, 8, [1_000, 1]],
  [2, 131_072, 8, [1, 1]],
])('%i objects with %i + %i bytes are in parts of %j', (count, keyLength, uidLength, expected) => {
  const all = listed(count, keyLength, uidLength);
  const parts = listingParts(all, listingRange(undefined));
  expect(parts.map(({ objects }) => objects.length)).toEqual(expected);
});

it('parts begin with their first object, whatever the order of the objects', () => {
  const all = listed(2_001, 8, 8);
  expect(listingParts(all.toReversed(), { from: 'from', to: 'to' })).toEqual([
    { from: 'from', to: '00001000', objects: all.slice(0, 1_000) },
    { from: '00001000', to: '00002000', objects: all.slice(1_000, 2_000) },
    { from: '00002000', to: 'to', objects: all.slice(2_000) },
  ]);
});

it.each([
  ['\ud7ff', '\ue000'],
  ['\ue000', '\uffff'],
  ['\uffff', '\ud800\udc00'],
  ['\ud800\udc00', '\udbff\udfff'],
  ['a', 'aa'],
])('%j comes before %j', (one, other) => {
  expect(compareBytewise(one, other)).toBeLessThan(0);
  expect(compareBytewise(other, one)).toBeGreaterThan(0);
  expect(compareBytewise(one, one)).toBe(0);
});
