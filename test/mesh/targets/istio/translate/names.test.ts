import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../../shared/mesh/plan/entry.ts';
import {
  ageOf,
  isHost,
  kubernetesServiceOf,
  labelOf,
  nameIn,
  ownHostOf,
  serviceHostOf,
  suffixed,
} from '../../../../../shared/mesh/targets/istio/translate/names.ts';
import { aNode, aService } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

const entryOf = (manifest: ReturnType<typeof aNode>): Entry => {
  const [entry] = directoryOf(manifest).entries;
  if (entry === undefined) throw new Error('expected an object');
  return entry;
};
const digest = /^[0-9a-f]{16}$/;

describe('a host of Istio', () => {
  it.each([
    ['a.b', true],
    ['a1.b-c', true],
    ['1.2.3.a', true],
    ['a', false],
    ['', false],
    ['a.1', false],
    ['a.12', false],
    ['10.0.0.1', false],
    ['a.1b', true],
    ['a.b1', true],
    ['A.b', false],
    ['a_b.c', false],
    ['-a.b', false],
    ['a-.b', false],
    ['a..b', false],
    ['a.b.', false],
    ['*.b', false],
    [`${'a'.repeat(63)}.b`, true],
    [`${'a'.repeat(64)}.b`, false],
    [`${'a.'.repeat(126)}a`, true],
    [`${'a.'.repeat(126)}ab`, false],
  ])('%s: %s', (host, expected) => {
    expect(isHost(host)).toBe(expected);
  });

  it.each([
    ['orders.shop.svc.cluster.local', 'shop/orders'],
    ['orders.shop.svc.example.com', 'shop/orders'],
    ['orders.shop.svc', undefined],
    ['orders.shop', undefined],
    ['orders.shop.pod.cluster.local', undefined],
  ])('%s names the Service %s', (host, expected) => {
    const [namespace, name] = expected?.split('/') ?? [];
    expect(kubernetesServiceOf(host)).toEqual(expected && { namespace, name });
  });

  it.each([
    ['cart', 'cart.apps.svc.cluster.local'],
    ['Cart', 'cart.apps.svc.cluster.local'],
    ['cart.', 'cart.apps.svc.cluster.local'],
    ['cart.shop', 'cart.shop'],
    ['cart.shop.svc', 'cart.shop.svc.cluster.local'],
    ['cart.shop.svc.', 'cart.shop.svc.cluster.local'],
    ['cart.shop.svc.cluster.local', 'cart.shop.svc.cluster.local'],
    ['x.cart.shop.svc', 'x.cart.shop.svc'],
    ['API.example.com', 'api.example.com'],
  ])('of the virtual service %s is %s', (awsName, host) => {
    expect(serviceHostOf(entryOf(aService('s', undefined, { awsName })))).toBe(host);
  });

  it('of a virtual node has labels of its own where its name is none', () => {
    expect(ownHostOf(entryOf(aNode('blue')))).toBe('blue.apps.virtual-node');
    expect(ownHostOf(entryOf(aNode('blue.v1')))).toBe('blue.v1.apps.virtual-node');
    const [name = '', ...rest] = ownHostOf(entryOf(aNode('b'.repeat(64)))).split('.');
    expect(rest).toEqual(['apps', 'virtual-node']);
    expect(name).toMatch(/^b{46}-[0-9a-f]{16}$/);
  });

  it('has no final dot', () => {
    expect([nameIn('A.b.'), nameIn('a..'), nameIn('a.b')]).toEqual(['a.b', 'a.', 'a.b']);
  });
});

describe('the age of an object', () => {
  it('is when it was created, then its name', () => {
    expect(ageOf(entryOf(aNode('blue')))).toMatch(/ apps\/blue$/);
    const { createdAt } = entryOf(aNode('blue'));
    expect(ageOf(entryOf(aNode('blue')))).toBe(`${createdAt} apps/blue`);
  });
});

describe('a name with a suffix', () => {
  it('is shortened to 253 characters, with a digest of the whole', () => {
    expect(suffixed('a', 'http')).toBe('a-http');
    expect(suffixed('a'.repeat(248), 'http')).toBe(`${'a'.repeat(248)}-http`);
    const long = suffixed('a'.repeat(249), 'http');
    expect(long).toMatch(/^a{230}-[0-9a-f]{16}-http$/);
    expect(long.length).toBeLessThanOrEqual(253);
    expect(suffixed('b'.repeat(249), 'http').slice(231, 247)).toMatch(digest);
    expect(suffixed(`${'a'.repeat(229)}.${'b'.repeat(19)}`, 'http')).toMatch(/^a{229}-[0-9a-f]{16}-http$/);
    expect(suffixed(`a.b${'c'.repeat(225)}..${'d'.repeat(19)}`, 'http')).toMatch(
      /^a\.bc{225}-[0-9a-f]{16}-http$/,
    );
    expect(suffixed(`${'a'.repeat(249)}x`, 'http')).not.toBe(suffixed(`${'a'.repeat(249)}y`, 'http'));
  });
});

describe('a name as one label', () => {
  it.each([
    ['blue', 'blue'],
    ['a'.repeat(63), 'a'.repeat(63)],
    ['blue.v1', 'blue-v1-'],
    ['a..b', 'a-b-'],
    ['a'.repeat(64), `${'a'.repeat(46)}-`],
  ])('%s begins with %s', (name, start) => {
    const label = labelOf(name);
    expect(label.startsWith(start)).toBe(true);
    if (start.endsWith('-')) expect(label.slice(start.length)).toMatch(digest);
    else expect(label).toBe(start);
  });
});
