import { expect, it } from 'vitest';
import {
  type ResourceKind,
  resourceKey,
} from '../../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { referredIn } from '../../../../../shared/mesh/targets/app-mesh/plan/spec-references.ts';

const target = { virtualService: { virtualServiceName: 's.apps' } };
const weightedTargets = [{ virtualNode: 'a', weight: 1 }, { virtualNode: 'b' }];

const table: readonly (readonly [
  kind: ResourceKind,
  spec: Readonly<Record<string, unknown>>,
  referred: readonly string[],
])[] = [
  ['virtualService', {}, []],
  ['virtualService', { provider: { virtualNode: { virtualNodeName: 'a' } } }, ['virtualNode/shop/a']],
  ['virtualService', { provider: { virtualRouter: { virtualRouterName: 'r' } } }, ['virtualRouter/shop/r']],
  ...['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute'].map(
    (protocol) =>
      [
        'route',
        { priority: 1, [protocol]: { action: { weightedTargets } } },
        ['virtualNode/shop/a', 'virtualNode/shop/b'],
      ] as const,
  ),
  ['route', { httpRoute: { action: {} } }, []],
  ['route', { httpRoute: { action: null }, grpcRoute: null, tcpRoute: undefined }, []],
  ...['httpRoute', 'http2Route', 'grpcRoute'].map(
    (protocol) =>
      ['gatewayRoute', { [protocol]: { action: { target } } }, ['virtualService/shop/s.apps']] as const,
  ),
  ['virtualNode', { backends: [{ virtualService: { virtualServiceName: 's.apps' } }] }, []],
  ['virtualRouter', { listeners: [] }, []],
  ['mesh', { egressFilter: { type: 'ALLOW_ALL' } }, []],
];

it.each(table)('%s %j needs %j', (kind, spec, referred) => {
  const resource = { kind, meshName: 'shop', parentName: 'p', name: 'x' };
  expect(referredIn(resource, spec).map(resourceKey)).toEqual(referred);
});

it('what is in a mesh of another account refers to what is in that mesh', () => {
  const resource = { kind: 'route', meshName: 'shop', meshOwner: '111122223333', name: 'x' } as const;
  const spec = { tcpRoute: { action: { weightedTargets } } };
  expect(referredIn(resource, spec).map(resourceKey)).toEqual([
    'virtualNode/111122223333:shop/a',
    'virtualNode/111122223333:shop/b',
  ]);
});
