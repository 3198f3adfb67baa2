import { expect, it } from 'vitest';
import { jsonPath } from '../src/event-bridge/json-path.ts';
import { compilePattern } from '../src/event-bridge/pattern.ts';

const event = {
  source: 'shop',
  'detail-type': 'Pod Changed',
  resources: ['arn:one', 'arn:two'],
  detail: { count: 3, live: true, nothing: null, nested: { name: 'cart-0' } },
};

it.each<[string, Record<string, unknown>, boolean]>([
  ['an exact value', { source: ['shop'] }, true],
  ['one of several values', { source: ['x', 'shop'] }, true],
  ['another value', { source: ['shops'] }, false],
  ['all fields named', { source: ['shop'], 'detail-type': ['Other'] }, false],
  ['numbers, booleans and null', { detail: { count: [3], live: [true], nothing: [null] } }, true],
  ['a number that is text', { detail: { count: ['3'] } }, false],
  ['a nested field', { detail: { nested: { name: ['cart-0'] } } }, true],
  ['a missing field', { detail: { missing: ['x'] } }, false],
  ['an element of an array', { resources: ['arn:two'] }, true],
  ['no element of an array', { resources: ['arn:three'] }, false],
  ['a prefix', { source: [{ prefix: 'sh' }] }, true],
  ['a prefix that is not there', { source: [{ prefix: 'hop' }] }, false],
  ['a suffix', { source: [{ suffix: 'hop' }] }, true],
  ['anything but a value', { source: [{ 'anything-but': 'mall' }] }, true],
  ['anything but this value', { source: [{ 'anything-but': 'shop' }] }, false],
  ['anything but these values', { source: [{ 'anything-but': ['mall', 'shop'] }] }, false],
  ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'sh' } }] }, false],
  ['anything but, of a missing field', { missing: [{ 'anything-but': 'x' }] }, false],
  ['a field that exists', { detail: { count: [{ exists: true }] } }, true],
  ['a field that does not', { detail: { missing: [{ exists: false }] } }, true],
])('%s', (_what, pattern, matches) => {
  expect(compilePattern(pattern)(event)).toBe(matches);
});

it('a pattern that is not understood is refused, not taken for one that never matches', () => {
  expect(() => compilePattern({ detail: { count: [{ numeric: ['>', 1] }] } })).toThrow(
    /detail\.count.*numeric/,
  );
  expect(() => compilePattern({ source: 'shop' })).toThrow(/source is "shop", expected an array/);
});

it('a JSON path picks a value; a missing one is undefined', () => {
  expect(jsonPath('$')(event)).toBe(event);
  expect(jsonPath('$.detail-type')(event)).toBe('Pod Changed');
  expect(jsonPath('$.detail.nested.name')(event)).toBe('cart-0');
  expect(jsonPath('$.detail.none.name')(event)).toBeUndefined();
  expect(() => jsonPath('$.detail[0]')).toThrow(/expected \$ and names/);
});
