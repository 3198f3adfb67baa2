import { describe, expect, it } from 'vitest';
import { overfull, overQuota, type Quotas } from '../../../../../shared/mesh/targets/app-mesh/plan/quotas.ts';
import type { ResourceName } from '../../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { aClaim, aDesired, named } from './planned.ts';

const quotas: Quotas = {
  ...{ meshes: 1, virtualNodes: 2, virtualRouters: 1, virtualServices: 1, virtualGateways: 1 },
  ...{ routesPerRouter: 1, gatewayRoutesPerGateway: 1, backendsPerNode: 2, weightedTargets: 2 },
};
const node = (name: string, more: Partial<ResourceName> = {}) => named('virtualNode', name, more);
const keysOver = (creations: readonly ResourceName[], existing: readonly ResourceName[]) => [
  ...overQuota(
    creations.map((resource) => aDesired(resource)),
    existing.map((resource) => aClaim(resource)),
    quotas,
  ).keys(),
];

describe('the quota of a kind of resource', () => {
  it.each([
    ['mesh', undefined, 'the account has reached the quota meshes of 1 meshes'],
    ['virtualRouter', undefined, 'mesh "shop" has reached the quota virtualRouters of 1 virtual routers'],
    ['virtualService', undefined, 'mesh "shop" has reached the quota virtualServices of 1 virtual services'],
    ['virtualGateway', undefined, 'mesh "shop" has reached the quota virtualGateways of 1 virtual gateways'],
    ['route', 'r', '"r" in mesh "shop" has reached the quota routesPerRouter of 1 routes'],
    [
      'gatewayRoute',
      'g',
      '"g" in mesh "shop" has reached the quota gatewayRoutesPerGateway of 1 gateway routes',
    ],
  ] as const)('one %s of %s is too many', (kind, parentName, words) => {
    const [desired, existing] = [
      aDesired(named(kind, 'b', { parentName })),
      named(kind, 'a', { parentName }),
    ];
    const message = `"b" was not created: ${words}; delete others, or raise the quota on AWS and in clusters.yml`;
    expect(overQuota([desired], [aClaim(existing)], quotas)).toEqual(
      new Map([[desired.key, { reason: 'QuotaExceeded', message }]]),
    );
    expect(overQuota([desired], [], quotas)).toEqual(new Map());
  });

  it('counts what exists, and of what is created the earlier objects first', () => {
    const creations = [
      aDesired(node('late'), {}, { createdAt: '2026-11-21T10:00:02Z' }),
      aDesired(node('early'), {}, { createdAt: '2026-11-21T10:00:01Z' }),
    ];
    const over = (...claims: Parameters<typeof aClaim>[]) => [
      ...overQuota(
        creations,
        claims.map((each) => aClaim(...each)),
        quotas,
      ).keys(),
    ];
    expect(over()).toEqual([]);
    expect(over([node('a')])).toEqual(['virtualNode/shop/late']);
    expect(over([node('a')], [node('b')])).toEqual(['virtualNode/shop/early', 'virtualNode/shop/late']);
    expect(over([node('a'), { id: undefined }])).toEqual([]);
    expect(over([node('a'), { owner: 'somebody' }])).toEqual([]);
  });

  it('of objects of the same time those of the lower key come first', () => {
    expect(keysOver([node('c'), node('b')], [node('a')])).toEqual(['virtualNode/shop/c']);
    expect(keysOver([node('b'), node('c')], [node('a')])).toEqual(['virtualNode/shop/c']);
  });

  it('is of each mesh and each parent for itself', () => {
    const other = { meshName: 'depot' };
    const shared = { meshOwner: '111122223333' };
    const two = [node('a'), node('b')];
    expect(keysOver([node('c', other), node('c', shared)], two)).toEqual([]);
    expect(keysOver([node('c')], two)).toEqual(['virtualNode/shop/c']);
    const route = (parentName: string, name: string) => named('route', name, { parentName });
    expect(keysOver([route('r', 'b'), route('s', 'b')], [route('r', 'a')])).toEqual(['route/shop/r/b']);
    expect(keysOver([named('mesh', 'b')], [node('a')])).toEqual([]);
  });
});

describe('the quotas inside of a resource', () => {
  const list = (length: number) => Array.from({ length }, () => ({}));
  const over = (spec: Readonly<Record<string, unknown>>) => overfull(aDesired(node('a'), spec), quotas);
  const tooMany = (message: string) => ({ reason: 'QuotaExceeded', message });

  it.each([[{}], [{ backends: list(2) }], [{ httpRoute: { action: { weightedTargets: list(2) } } }]])(
    '%j is accepted',
    (spec) => {
      expect(over(spec)).toBe(null);
    },
  );

  it.each([
    [{ priority: 1 }],
    [{ httpRoute: {} }],
    [{ httpRoute: { action: { weightedTargets: 'three' } } }],
  ])('%j has no list, so even a quota of zero accepts it', (spec) => {
    const none = { ...quotas, backendsPerNode: 0, weightedTargets: 0 };
    expect(overfull(aDesired(node('a'), spec), none)).toBe(null);
  });

  it.each([
    [{ backends: list(3) }, '"a" has 3 backends; the quota backendsPerNode allows at most 2'],
    [
      { priority: 1, tcpRoute: { action: { weightedTargets: list(3) } } },
      '"a" has 3 weighted targets; the quota weightedTargets allows at most 2',
    ],
  ])('%j is too much', (spec, message) => {
    expect(over(spec)).toEqual(tooMany(message));
  });
});
