import { beforeEach, describe, expect, it } from 'vitest';
import { callsDuring, keysIn, resourceIn } from './harness/engine-state.ts';
import { type Manifest, MeshHarness } from './harness/harness.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter, aService } from './harness/manifests.ts';

const key = 'route/shop/color_apps/color';
const ground = [aNamespace(), aMesh(), aNode('blue'), aNode('green'), aService('color', 'router/color')];
const weighted = (blue: number, green: number) => aRouter('color', [aRoute('color', { blue, green })]);

/** Whose it is is asked before it is deleted. */
const deletedRoute = { ListTagsForResource: 1, DeleteRoute: 1 };

describe('a router with its routes', () => {
  let harness: MeshHarness;
  const apply = (...manifests: readonly Manifest[]) => {
    harness.apply(...manifests);
    return callsDuring(harness, () => harness.settle());
  };
  const inOneRun = (...changes: readonly (() => void)[]) => {
    for (const change of changes) change();
    return callsDuring(harness, () => harness.settleInOneRun());
  };
  beforeEach(async () => {
    harness = new MeshHarness();
    await apply(...ground, weighted(100, 0));
  });

  it('a router with its routes shifts from blue to green by two updates of its one route', async () => {
    const weights = () => {
      const { httpRoute } = resourceIn(harness.engine, key).spec as {
        httpRoute?: { action: { weightedTargets: { virtualNode: string; weight: number }[] } };
      };
      return httpRoute?.action.weightedTargets.map(({ virtualNode, weight }) => `${virtualNode} ${weight}`);
    };
    expect(weights()).toEqual(['blue_apps 100', 'green_apps 0']);
    expect(await apply(weighted(50, 50))).toEqual({ UpdateRoute: 1 });
    expect(weights()).toEqual(['blue_apps 50', 'green_apps 50']);
    expect(await apply(weighted(0, 100))).toEqual({ UpdateRoute: 1 });
    expect(weights()).toEqual(['blue_apps 0', 'green_apps 100']);
    expect(resourceIn(harness.engine, key)).toMatchObject({ version: 3 });
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({ is: 'True Applied' });
  });

  it.each([
    ['its match', { match: { prefix: '/color' } }],
    ['its kind of match', { match: { path: { regex: '/c.*' }, method: 'GET' } }],
    [
      'its headers',
      { match: { prefix: '/', headers: [{ name: 'x', invert: true, match: { exact: 'y' } }] } },
    ],
    ['its priority', { priority: 3 }],
  ])('a router with its routes changes %s by one update, and never deletes it', async (_, change) => {
    const router = aRouter('color', [aRoute('color', { blue: 100, green: 0 }, change)]);
    expect(await apply(router)).toEqual({ UpdateRoute: 1 });
    expect(resourceIn(harness.engine, key)).toMatchObject({ version: 2 });
  });

  it('a router with its routes makes the route of a new name and deletes the old one', async () => {
    const renamed = aRouter('color', [aRoute('colour', { blue: 100, green: 0 })]);
    expect(await apply(renamed)).toEqual({ CreateRoute: 1, ...deletedRoute });
    expect(keysIn(harness.engine)).toContain('route/shop/color_apps/colour');
    expect(keysIn(harness.engine)).not.toContain(key);
    expect(harness.statusOf('VirtualRouter', 'color', 'apps')).toMatchObject({
      routeARNs: { colour: expect.stringMatching(/route\/colour$/) },
    });
    expect(harness.statusOf('VirtualRouter', 'color', 'apps').routeARNs).not.toHaveProperty('color');
  });

  it('a router with its routes touches no other route, and nothing for an order that means nothing', async () => {
    const two = (weight: number) => [
      aRoute('a', { blue: weight, green: 1 }),
      aRoute('b', { green: 1, blue: 1 }),
    ];
    await apply(aRouter('color', two(1)));
    expect(await apply(aRouter('color', two(2)))).toEqual({ UpdateRoute: 1 });
    expect(await apply(aRouter('color', two(2).reverse()))).toEqual({});
  });

  it('a router with its routes moves from one node to another, made and deleted in the same run', async () => {
    const calls = await inOneRun(
      () => harness.apply(aNode('red'), aRouter('color', [aRoute('color', { red: 1 })])),
      () => harness.delete(aNode('blue'), aNode('green')),
    );
    expect(calls).toMatchObject({ CreateVirtualNode: 1, UpdateRoute: 1 });
    expect(keysIn(harness.engine)).toEqual([
      'mesh/shop',
      key,
      'virtualNode/shop/red_apps',
      'virtualRouter/shop/color_apps',
      'virtualService/shop/color.apps',
    ]);
  });

  it('a router with its routes hands a service from a router to a node, and back, with the router created again', async () => {
    const byNode = aService('color', 'node/blue');
    await inOneRun(
      () => harness.apply(byNode),
      () => harness.delete(weighted(100, 0)),
    );
    expect(keysIn(harness.engine)).not.toContain('virtualRouter/shop/color_apps');
    await inOneRun(() => harness.apply(aService('color', 'router/color'), weighted(0, 100)));
    expect(resourceIn(harness.engine, 'virtualService/shop/color.apps')).toMatchObject({ version: 3 });
  });

  const twoListeners = [8080, 9090].map((port) => ({ portMapping: { port, protocol: 'http' } }));
  const onPort = (port: number) => aRoute('color', { blue: 1, green: 1 }, { match: { prefix: '/', port } });

  it('a router with its routes gets a second listener once its routes say which they are of, and loses it before they do not', async () => {
    const router = aRouter('color', [onPort(8080), { ...onPort(9090), name: 'admin' }], {
      listeners: twoListeners,
    });
    expect(await apply(router)).toEqual({ UpdateRoute: 1, UpdateVirtualRouter: 1, CreateRoute: 1 });
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({ is: 'True Applied' });
    expect(await apply(weighted(1, 1))).toEqual({ UpdateVirtualRouter: 1, UpdateRoute: 1, ...deletedRoute });
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({ is: 'True Applied' });
  });

  it('a router with its routes gets a second listener in place of a route that named none', async () => {
    const router = aRouter('color', [{ ...onPort(9090), name: 'admin' }], { listeners: twoListeners });
    expect(await apply(router)).toEqual({ ...deletedRoute, UpdateVirtualRouter: 1, CreateRoute: 1 });
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({ is: 'True Applied' });
  });

  it('a router with its routes follows its nodes to two listeners and back', async () => {
    const vague = aRouter('color', [aRoute('color', { blue: 1 })]);
    const weightedTargets = [{ virtualNodeRef: { name: 'blue' }, weight: 1, port: 9090 }];
    const httpRoute = { match: { prefix: '/' }, action: { weightedTargets } };
    const exact = aRouter('color', [{ name: 'color', httpRoute }]);
    await apply(vague);
    await inOneRun(() => harness.apply(exact, aNode('blue', { listeners: twoListeners })));
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({ is: 'True Applied' });
    await inOneRun(() => harness.apply(vague, aNode('blue')));
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({ is: 'True Applied' });
  });
});
