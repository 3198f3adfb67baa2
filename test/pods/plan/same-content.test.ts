import { expect, it } from 'vitest';
import { contentText, isSameContent } from '../../../shared/pods/plan/same-content.ts';

it.each([
  [{ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }, true],
  [[{ a: 1, b: 2 }], [{ b: 2, a: 1 }], true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: null }, { a: null }, true],
  [{ a: null }, {}, false],
  [{ a: 1 }, { a: 2 }, false],
  [{ a: { b: 1 } }, { a: { b: 2 } }, false],
  [[1, 2], [2, 1], false],
  [[], {}, false],
  ['1', 1, false],
])('the content of %j and %j is the same: %s', (one, other, isSame) => {
  expect(isSameContent(one, other)).toBe(isSame);
  expect(isSameContent(other, one)).toBe(isSame);
});

it('the text of a content has the keys of every object sorted, and lists as they are', () => {
  const value = { c: [3, 1, { z: 1, y: null }], a: 'text', b: { e: true, d: undefined } };
  expect(contentText(value)).toBe('{"a":"text","b":{"e":true},"c":[3,1,{"y":null,"z":1}]}');
});
