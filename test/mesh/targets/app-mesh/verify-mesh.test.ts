import { beforeEach, describe, expect, it } from 'vitest';
import { clusterTag } from '../../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import {
  type ResourceName,
  resourceKey,
} from '../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { byHand, callsDuring, keysIn, outcomeOf, resourceIn } from '../../harness/engine-state.ts';
import { MeshHarness } from '../../harness/harness.ts';
import {
  aMesh,
  aNamespace,
  aNode,
  anExample,
  aRoute,
  aRouter,
  exampleKeys,
} from '../../harness/manifests.ts';

const listener = (port: number) => ({ portMapping: { port, protocol: 'http' } });
const dns = { serviceDiscovery: { dns: { hostname: 'elsewhere.example.com' } } };
const weighted = (virtualNode: string) => ({ action: { weightedTargets: [{ virtualNode, weight: 9 }] } });
const target = { target: { virtualService: { virtualServiceName: 'color.apps' } } };

/** A resource of each kind of the example, and a spec that nobody wants. */
const drifts: readonly (readonly [resource: ResourceName, spec: object])[] = [
  [{ kind: 'mesh', meshName: 'shop', name: 'shop' }, { egressFilter: { type: 'DROP_ALL' } }],
  [inMesh('virtualNode', 'blue_apps'), { listeners: [listener(1)], ...dns }],
  [inMesh('virtualRouter', 'color_apps'), { listeners: [listener(1)] }],
  [
    { ...inMesh('route', 'mixed'), parentName: 'color_apps' },
    { httpRoute: { match: { prefix: '/' }, ...weighted('front_apps') } },
  ],
  [inMesh('virtualService', 'color.apps'), { provider: { virtualNode: { virtualNodeName: 'blue_apps' } } }],
  [inMesh('virtualGateway', 'entry_apps'), { listeners: [listener(1)] }],
  [
    { ...inMesh('gatewayRoute', 'front_apps'), parentName: 'entry_apps' },
    { httpRoute: { match: { prefix: '/else' }, action: target } },
  ],
];

function inMesh(kind: ResourceName['kind'], name: string): ResourceName {
  return { kind, meshName: 'shop', name };
}

/** Lists of the example: one a mesh and kind, one a router and a gateway. */
const lists = {
  ...{ ListMeshes: 1, ListVirtualNodes: 1, ListVirtualRouters: 1, ListRoutes: 1 },
  ...{ ListVirtualServices: 1, ListVirtualGateways: 1, ListGatewayRoutes: 1 },
};

describe('a verification', () => {
  let harness: MeshHarness;
  let expected: ReturnType<typeof outcomeOf>;
  beforeEach(async () => {
    harness = new MeshHarness();
    harness.apply(...anExample());
    await harness.settle();
    // As the relay sends the statuses: what was made for an object is known by its ARN.
    harness.apply(...anExample());
    await harness.settle();
    expected = outcomeOf(harness);
  });
  const verify = () => callsDuring(harness, () => harness.reconcile({ verify: true }));

  it('a verification that finds nothing makes no calls but lists', async () => {
    const { statusWrites } = harness;
    expect(await verify()).toEqual(lists);
    expect(harness.statusWrites).toBe(statusWrites);
    expect(outcomeOf(harness)).toEqual(expected);
  });

  it('a verification notes when it was done, and every other run when it ended', async () => {
    const last = () => harness.stores.meshRuns.last('local');
    expect((await last())?.verifiedAtMs?.['app-mesh']).toBeUndefined();
    harness.clock.advance(1_000);
    await verify();
    const at = harness.clock.now();
    expect(await last()).toEqual({ endedAtMs: at, verifiedAtMs: { 'app-mesh': at } });
    harness.clock.advance(1_000);
    await harness.reconcile();
    expect(await last()).toEqual({ endedAtMs: at + 1_000, verifiedAtMs: { 'app-mesh': at } });
  });

  const named = drifts.map(([resource, spec]) => [resourceKey(resource), { resource, spec }] as const);

  describe.each(named)('puts right what was done by hand to %s', (key, { resource, spec }) => {
    const title = `${resource.kind.charAt(0).toUpperCase()}${resource.kind.slice(1)}`;

    it('a resource updated by hand is put right by one update', async () => {
      byHand(harness.engine, 'Update', resource, { spec });
      expect(await callsDuring(harness, () => harness.reconcile()), 'no other run checks').toEqual({});
      expect(resourceIn(harness.engine, key).spec).toEqual(spec);
      const looked = { [`Describe${title}`]: 1, ListTagsForResource: 1 };
      expect(await verify()).toEqual({ ...lists, ...looked, [`Update${title}`]: 1 });
      expect(outcomeOf(harness)).toEqual(expected);
      expect(await verify()).toEqual(lists);
    });

    it('a resource deleted by hand with all that needs it is created again', async () => {
      for (const dependant of dependantsOf(harness, resource)) {
        byHand(harness.engine, 'Delete', dependant);
        harness.clock.advance(1_000);
      }
      await harness.reconcile();
      expect(keysIn(harness.engine)).not.toContain(key);
      await verify();
      expect(sorted(outcomeOf(harness))).toEqual(sorted(expected));
      expect(await verify()).toEqual(lists);
    });

    it('a resource deleted and created again by hand is ours, with its tag', async () => {
      for (const dependant of dependantsOf(harness, resource)) {
        byHand(harness.engine, 'Delete', dependant);
        harness.clock.advance(1_000);
      }
      byHand(harness.engine, 'Create', resource, { spec });
      await verify();
      expect(resourceIn(harness.engine, key).tags).toEqual({ [clusterTag]: 'local' });
      expect(sorted(outcomeOf(harness))).toEqual(sorted(expected));
    });
  });

  it('a verification leaves alone what another cluster created in its place, and says so', async () => {
    const service = inMesh('virtualService', 'front.example.com');
    const [, route] = drifts.at(-1) ?? [];
    byHand(
      harness.engine,
      'Update',
      { ...inMesh('gatewayRoute', 'front_apps'), parentName: 'entry_apps' },
      { spec: route },
    );
    harness.clock.advance(1_000);
    byHand(harness.engine, 'Delete', service);
    byHand(harness.engine, 'Create', service, { spec: {}, tags: [{ key: clusterTag, value: 'other' }] });
    await verify();
    expect(resourceIn(harness.engine, resourceKey(service))).toMatchObject({ version: 1 });
    expect(resourceIn(harness.engine, resourceKey(service)).spec).toEqual({});
    expect(harness.activeOf('VirtualService', 'front', 'apps')).toMatchObject({
      is: 'False Refused',
      message: expect.stringContaining('belongs to cluster other'),
    });
    harness.delete(
      ...anExample().filter(({ kind, metadata }) => kind === 'VirtualService' && metadata.name === 'front'),
    );
    await harness.settle();
    expect(resourceIn(harness.engine, resourceKey(service)).version).toBe(1);
  });
});

/** In an order in which they can be deleted, itself last. */
function dependantsOf(harness: MeshHarness, resource: ResourceName): readonly ResourceName[] {
  const dependsOn = new Map([...harness.stores.meshClaims.items.values()].map((claim) => [claim.key, claim]));
  const key = resourceKey(resource);
  const direct = [...dependsOn.values()]
    .filter((claim) => claim.dependsOn.includes(key))
    .map((claim) => claim.resource as ResourceName);
  const all = [...direct.flatMap((dependant) => dependantsOf(harness, dependant)), resource];
  const names = new Map(all.map((one) => [resourceKey(one), one]));
  return [...names.values()].filter((one) => keysIn(harness.engine).includes(resourceKey(one)));
}

/** Resources come in the order of their creation, which is no outcome. */
function sorted({ resources, ...outcome }: ReturnType<typeof outcomeOf>) {
  return { ...outcome, resources: Object.entries(resources).sort(([a], [b]) => (a < b ? -1 : 1)) };
}

describe('by hand, and meant the same', () => {
  it.each([
    ['the default said', { egressFilter: { type: 'DROP_ALL' } }],
    ['an empty member', { egressFilter: { type: 'DROP_ALL' }, serviceDiscovery: {} }],
  ])('a change by hand of %s that means the same is not undone', async (_, spec) => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aMesh());
    await harness.settle();
    byHand(harness.engine, 'Update', { kind: 'mesh', meshName: 'shop', name: 'shop' }, { spec });
    const calls = await callsDuring(harness, () => harness.reconcile({ verify: true }));
    expect(calls).toEqual({ ListMeshes: 1, DescribeMesh: 1, ListTagsForResource: 1 });
    expect(resourceIn(harness.engine, 'mesh/shop')).toMatchObject({ version: 2, spec });
    expect(await callsDuring(harness, () => harness.reconcile({ verify: true }))).toEqual({ ListMeshes: 1 });
  });

  it('targets in another order are not changed', async () => {
    const harness = new MeshHarness();
    harness.apply(aNamespace(), aMesh(), aNode('a'), aNode('b'), aRouter('r', [aRoute('x', { a: 1, b: 2 })]));
    await harness.settle();
    const weightedTargets = [
      { virtualNode: 'b_apps', weight: 2 },
      { virtualNode: 'a_apps', weight: 1 },
    ];
    const spec = { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
    byHand(
      harness.engine,
      'Update',
      { kind: 'route', meshName: 'shop', parentName: 'r_apps', name: 'x' },
      { spec },
    );
    await harness.reconcile({ verify: true });
    expect(resourceIn(harness.engine, 'route/shop/r_apps/x')).toMatchObject({ version: 2, spec });
  });
});

it('every kind is among these', () => {
  expect(new Set(drifts.map(([{ kind }]) => kind))).toEqual(
    new Set(exampleKeys.map((key) => key.split('/')[0])),
  );
});
