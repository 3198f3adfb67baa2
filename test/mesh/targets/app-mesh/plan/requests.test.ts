import { describe, expect, it } from 'vitest';
import { isValid } from '../../../../../shared/mesh/plan/entry.ts';
import { References } from '../../../../../shared/mesh/plan/references/references.ts';
import { requestsOf } from '../../../../../shared/mesh/targets/app-mesh/plan/requests.ts';
import { appMeshRules } from '../../../../../shared/mesh/targets/app-mesh/plan/rules.ts';
import type { ClusterConfig } from '../../../../../shared/model/cluster-config.ts';
import type { MeshKind } from '../../../../../shared/model/kubernetes.ts';
import { aMesh, aNamespace, aNode, anExample, aRoute, aRouter } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { aClaim, aDesired, byKey, named } from './planned.ts';

/** What an object asks for, with the references of each request. */
function requested(kind: MeshKind, name: string, manifests = anExample()) {
  const directory = directoryOf(...manifests);
  const entry = directory.find(kind, { namespace: kind === 'Mesh' ? '' : 'apps', name });
  if (!entry || !isValid(entry)) throw new Error(`not valid: ${entry?.fault}`);
  const place = directory.placeOf(entry);
  if ('reason' in place) throw new Error(place.reason);
  return requestsOf(entry, place, directory, {}).map((request) => {
    const references = new References(directory, entry, place.meshName);
    return { ...request, translation: request.translate(references), references };
  });
}

/** The requests of an object of the example, translated. */
function translated(kind: MeshKind, name: string, manifests = anExample()) {
  return requested(kind, name, manifests).map(({ key, resource, translation, references }) => {
    const { spec, dependsOn, refersTo } = translation;
    expect(references.problems).toEqual([]);
    return { key, name: resource.name, fields: Object.keys(spec), dependsOn, refersTo };
  });
}

describe('the resources that an object asks for', () => {
  const mesh = 'mesh/shop';

  it.each<[MeshKind, string, readonly object[]]>([
    ['Mesh', 'shop', [{ key: mesh, name: 'shop', dependsOn: [], refersTo: [] }]],
    [
      ...(['VirtualNode', 'front'] as const),
      [
        {
          ...{ key: 'virtualNode/shop/front_apps', name: 'front_apps', dependsOn: [mesh] },
          refersTo: [],
        },
      ],
    ],
    [
      ...(['VirtualService', 'color'] as const),
      [
        {
          ...{ key: 'virtualService/shop/color.apps', name: 'color.apps' },
          dependsOn: [mesh, 'virtualRouter/shop/color_apps'],
          refersTo: ['virtualRouter/shop/color_apps'],
        },
      ],
    ],
    [
      ...(['VirtualGateway', 'entry'] as const),
      [{ key: 'virtualGateway/shop/entry_apps', name: 'entry_apps', dependsOn: [mesh], refersTo: [] }],
    ],
    [
      ...(['GatewayRoute', 'front'] as const),
      [
        {
          ...{ key: 'gatewayRoute/shop/entry_apps/front_apps', name: 'front_apps' },
          dependsOn: ['virtualGateway/shop/entry_apps', 'virtualService/shop/front.example.com'],
          refersTo: ['virtualService/shop/front.example.com'],
        },
      ],
    ],
    [
      ...(['VirtualRouter', 'color'] as const),
      [
        { key: 'virtualRouter/shop/color_apps', name: 'color_apps', dependsOn: [mesh], refersTo: [] },
        {
          ...{ key: 'route/shop/color_apps/mixed', name: 'mixed' },
          dependsOn: [
            ...['virtualRouter/shop/color_apps', 'virtualNode/shop/blue_apps'],
            'virtualNode/shop/green_apps',
          ],
          refersTo: ['virtualNode/shop/blue_apps', 'virtualNode/shop/green_apps'],
        },
        {
          ...{ key: 'route/shop/color_apps/only-blue', name: 'only-blue' },
          dependsOn: ['virtualRouter/shop/color_apps', 'virtualNode/shop/blue_apps'],
          refersTo: ['virtualNode/shop/blue_apps'],
        },
      ],
    ],
  ])('%s %s: a resource, and one for each route', (kind, name, expected) => {
    expect(translated(kind, name).map(({ fields: _, ...rest }) => rest)).toEqual(expected);
  });

  it('a backend group asks for none, a router without routes for its own only', () => {
    expect(translated('BackendGroup', 'behind-front')).toEqual([]);
    const router = { ...aRouter('r'), spec: {} };
    const [own, ...routes] = translated('VirtualRouter', 'r', [aNamespace(), aMesh(), router]);
    expect([own?.key, routes]).toEqual(['virtualRouter/shop/r_apps', []]);
  });

  it('each has the spec of its kind', () => {
    const kinds = ['VirtualNode', 'VirtualGateway', 'VirtualRouter'] as const;
    const names = { VirtualNode: 'blue', VirtualGateway: 'entry', VirtualRouter: 'color' };
    expect(kinds.map((kind) => translated(kind, names[kind]).map(({ fields }) => fields))).toEqual([
      [['listeners', 'serviceDiscovery']],
      [['listeners']],
      [['listeners'], ['httpRoute'], ['priority', 'httpRoute']],
    ]);
  });

  it('a reference that cannot be resolved is named by its route', () => {
    const routes = [aRoute('found', { blue: 1 }), aRoute('lost', { none: 1 })];
    const manifests = [aNamespace(), aMesh(), aNode('blue'), aRouter('r', routes)];
    const problems = requested('VirtualRouter', 'r', manifests).map(({ references }) =>
      references.problems.map(({ message }) => message),
    );
    const path = 'spec.routes[1].httpRoute.action.weightedTargets[0].virtualNodeRef';
    expect(problems).toEqual([[], [], [`${path}: VirtualNode "apps/none" not found`]]);
  });

  it('those of a mesh of another account depend on that mesh', () => {
    const shared = [aNamespace(), aMesh({ meshOwner: '111122223333' }), aRouter('r')];
    expect(translated('VirtualRouter', 'r', shared)).toMatchObject([
      { key: 'virtualRouter/111122223333:shop/r_apps', dependsOn: ['mesh/111122223333:shop'] },
    ]);
  });
});

describe('App Mesh as a mesh target', () => {
  const quotas = { virtualNodes: 0, backendsPerNode: 0, weightedTargets: 0 };
  const rulesOf = (appMesh?: object) =>
    appMeshRules({ name: 'production', appMesh, cloudMap: { ipFamily: 'ipv4' } } as ClusterConfig);
  const node = aDesired(named('virtualNode', 'a'), { backends: [{}] });

  it.each([
    [undefined, 'production#||'],
    [{}, 'production#||'],
    [{ roleArn: 'role' }, 'production#role||'],
    [{ roleArn: 'role', region: 'eu-west-1', endpoint: 'https://a' }, 'production#role|eu-west-1|https://a'],
  ])('with the settings %j its claimant is %s', (appMesh, claimant) => {
    expect(rulesOf(appMesh)).toMatchObject({ name: 'app-mesh', title: 'App Mesh', claimant });
  });

  it('names resources by their mesh, and routes as parts of their router', () => {
    const { nameOf, partOf } = rulesOf();
    expect(nameOf(node.resource)).toBe('the name "a" in mesh "shop"');
    expect(partOf?.(named('route', 'all', { parentName: 'r' }))).toBe('virtualRouter/shop/r');
    expect(partOf?.(node.resource)).toBe(undefined);
  });

  it('has the quotas of the settings, if any', () => {
    const { faultOf, overQuota } = rulesOf({ quotas });
    expect(faultOf?.(node)).toMatchObject({ reason: 'QuotaExceeded' });
    expect([...(overQuota?.([node], []).keys() ?? [])]).toEqual([node.key]);
    for (const appMesh of [undefined, {}]) {
      const without = rulesOf(appMesh);
      expect(without.faultOf?.(node)).toBe(null);
      expect(without.overQuota?.([node], [])).toEqual(new Map());
    }
  });

  it.each([
    ['virtualRouter', undefined, false],
    ['virtualRouter', [], true],
    ['route', undefined, false],
    ['route', [], true],
    ['virtualNode', undefined, true],
  ] as const)('of a %s with the listeners %j all is recorded: %j', (kind, listeners, expected) => {
    const resource = named(kind, 'a', { parentName: kind === 'route' ? 'r' : undefined });
    expect(rulesOf().isRecorded?.(aDesired(resource), aClaim(resource, { listeners }))).toBe(expected);
  });

  it('orders the changes of a router and its routes, and writes their ARNs', () => {
    const { orderOf, statusFields } = rulesOf();
    const router = named('virtualRouter', 'r');
    const changes = { ensured: byKey(aDesired(router)), wanted: new Map(), claims: byKey(aClaim(router)) };
    const order = orderOf?.({ ...changes, problems: new Map(), released: new Map() });
    expect(order?.of('virtualRouter/shop/r')).toEqual({ after: [], notAfter: [], awaits: [] });
    const id = { kind: 'VirtualNode', namespace: 'apps', name: 'blue' } as const;
    expect(statusFields?.(id, [aClaim(node.resource)])).toEqual({ arn: 'arn:virtualNode/shop/a' });
  });
});
