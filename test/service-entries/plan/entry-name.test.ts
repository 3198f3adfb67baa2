import { describe, expect, it } from 'vitest';
import {
  hostOf,
  parseSourceObject,
  sourceObjectOf,
} from '../../../shared/service-entries/plan/entry-name.ts';

const label = (length: number) => 'a'.repeat(length);
/** A namespace with which service `a` has a host of so many characters. */
const namespaceFor = (length: number) =>
  [label(63), label(63), label(63), label(length - 2 - 3 * 64)].join('.');

it.each([
  ['front', 'shop.local', 'front.shop.local'],
  ['Front', 'Shop.Local', 'front.shop.local'],
  ['.', 'shop.local', 'shop.local'],
  ['front', 'shop.local.', 'front.shop.local'],
  ['my_service', 'shop.local', 'esc--my-5fservice.shop.local'],
  ['é', 'shop.local', 'esc---c3-a9.shop.local'],
  ['a\tb', 'shop.local', 'esc--a-09b.shop.local'],
  ['a', '7', 'a.esc--7'],
  ['a', '77', 'a.esc--77'],
  ['7', 'a7', '7.a7'],
  ['a', '7a', 'a.7a'],
  ['esc--a', 'shop.local', 'esc--esc-2d-2da.shop.local'],
  [label(63), 'shop.local', `${label(63)}.shop.local`],
  [label(64), 'shop.local', undefined],
  ['a', 'shop..local', undefined],
  ['a', namespaceFor(244), `a.${namespaceFor(244)}`],
  ['a', namespaceFor(245), undefined],
])('the host of service %j in namespace %j is %s', (serviceName, namespaceName, host) => {
  expect(hostOf({ namespaceName, serviceName })).toBe(host);
});

describe('the source of an entry', () => {
  it.each([
    ['own/own/shop.local/web', ['own', 'own', 'shop.local', 'web']],
    ['111122223333/eu-west-1/a/b/web', ['111122223333', 'eu-west-1', 'a/b', 'web']],
    ['//shop/web', ['', '', 'shop', 'web']],
  ])(
    '%s is read as it was written',
    (text, [account = '', region = '', namespaceName = '', serviceName = '']) => {
      const source = { account, region, namespaceName, serviceName };
      expect(parseSourceObject(text)).toEqual(source);
      expect(sourceObjectOf(source)).toBe(text);
    },
  );

  it.each(['', 'a', 'a/b', 'a/b/c', 'a/b//c', 'a/b/c/', 'a/b/c/d/'])('%j is none', (text) => {
    expect(parseSourceObject(text)).toBeUndefined();
  });
});
