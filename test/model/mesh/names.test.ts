import { describe, expect, it } from 'vitest';
import { virtualRouterSpec } from '../../../shared/model/mesh/kinds/virtual-router.ts';
import { meshSpecs } from '../../../shared/model/mesh/object.ts';
import { faultsOf } from './specs.ts';

const expected =
  "expected a name in App Mesh: without /, and other than . and .., since it is part of a URL's path";
const sound = [
  'a',
  'a.b',
  '.a',
  '..a',
  'a..',
  '...',
  '....',
  '.-',
  'Orders_apps',
  'orders.shop.svc',
  'ä b',
  '%2e%2e',
];
const bad = ['.', '..', '/', 'a/b', '../a', 'a/..', '.../', '/a', '..../a', 'a/'];
const kinds = [
  'Mesh',
  'VirtualNode',
  'VirtualService',
  'VirtualRouter',
  'VirtualGateway',
  'GatewayRoute',
] as const;

describe.each(kinds)('the awsName of a %s', (kind) => {
  const faults = (awsName: string) =>
    faultsOf(meshSpecs[kind], { awsName })
      .split('\n')
      .filter((fault) => fault.startsWith('spec.awsName'));

  it.each(['', ...sound])('an awsName may be %j', (name) => {
    expect(faults(name)).toEqual([]);
  });

  it.each(bad)('an awsName may not be %j', (name) => {
    expect(faults(name)).toEqual([`spec.awsName: ${expected}`]);
  });
});

describe('the name of a route', () => {
  const target = { virtualNodeRef: { name: 'a' }, weight: 1 };
  const tcpRoute = { action: { weightedTargets: [target] } };
  const faults = (name: string) => faultsOf(virtualRouterSpec, { routes: [{ name, tcpRoute }] });

  it.each(sound)('the name of a route may be %j', (name) => {
    expect(faults(name)).toBe('');
  });

  it.each(bad)('the name of a route may not be %j', (name) => {
    expect(faults(name)).toBe(`spec.routes[0].name: ${expected}`);
  });

  it('the name of a route is checked in a time that is linear in its length', () => {
    const startedAt = performance.now();
    for (const letter of ['.', 'a']) expect(faults(`${letter.repeat(1_000_000)}/`)).toContain(expected);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
