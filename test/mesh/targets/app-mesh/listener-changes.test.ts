import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { clusterTag } from '../../../../shared/mesh/targets/app-mesh/plan/adoption.ts';
import type { AppMeshClaim } from '../../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import { byHand, callsDuring, failure, keysIn, outcomeOf, resourceIn } from '../../harness/engine-state.ts';
import type { Manifest, MeshHarness } from '../../harness/harness.ts';
import { aNode, aRoute, aRouter, listenersOn, type Protocol, routeOn } from '../../harness/manifests.ts';
import { applied, harnessWith, settledWith } from '../../harness/settled.ts';

const key = 'route/shop/color_apps/web';
type Listeners = readonly `${Protocol}/${number}`[];
const router = (listeners: Listeners, ...routes: readonly Parameters<typeof routeOn>[]) =>
  aRouter(
    'color',
    routes.map((route) => routeOn(...route)),
    listenersOn(...listeners),
  );

describe('a router whose listeners change', () => {
  let harness: MeshHarness;
  const active = () => harness.activeOf('VirtualRouter', 'color', 'apps');
  const change = (...manifests: readonly Manifest[]) => {
    harness.apply(...manifests);
    return callsDuring(harness, () => harness.settleInOneRun());
  };
  const replaced = {
    ListTagsForResource: 1,
    DeleteRoute: 1,
    UpdateVirtualRouter: 1,
    CreateRoute: 1,
  };
  beforeEach(async () => {
    harness = await harnessWith(aNode('blue'), router(['http/8080'], ['web', 'http']));
  });

  it.each<Protocol>(['http2', 'grpc', 'tcp'])(
    'a router whose listeners change to protocol %s replaces its route in one run',
    async (to) => {
      expect(await change(router([`${to}/8080`], ['web', to]))).toEqual(replaced);
      expect(active()).toEqual(applied);
      expect(resourceIn(harness.engine, key).spec).toHaveProperty(`${to}Route`);
    },
  );

  it('a router whose listeners change from http to http2 and to grpc follows each apply', async () => {
    await change(router(['http2/8080'], ['web', 'http2']));
    expect(await change(router(['grpc/8080'], ['web', 'grpc']))).toEqual(replaced);
    expect(active()).toEqual(applied);
  });

  it('a router whose listeners change replaces a route whose port changes with the listener, and updates one that names no port', async () => {
    expect(await change(router(['http/9090'], ['web', 'http']))).toEqual({ UpdateVirtualRouter: 1 });
    await change(router(['http/9090'], ['web', 'http/9090']));
    expect(await change(router(['http/8080'], ['web', 'http/8080']))).toEqual(replaced);
    expect(active()).toEqual(applied);
  });

  it('a router whose listeners change updates in place what one of the listeners serves all the time', async () => {
    expect(
      await change(router(['http/8080', 'grpc/9090'], ['web', 'http/8080'], ['rpc', 'grpc/9090'])),
    ).toEqual({ UpdateRoute: 1, UpdateVirtualRouter: 1, CreateRoute: 1 });
    expect(active()).toEqual(applied);
    expect(
      await change(router(['http/8080', 'http2/9090'], ['web', 'http/8080', 2], ['rpc', 'http2/9090'])),
    ).toEqual({ ...replaced, UpdateRoute: 1 });
    expect(active()).toEqual(applied);
  });

  it('a router whose listeners change deletes a route that goes before the listener that it needs', async () => {
    await change(router(['http/8080', 'grpc/9090'], ['web', 'http/8080'], ['rpc', 'grpc/9090']));
    expect(await change(router(['http/8080'], ['web', 'http/8080']))).toEqual({
      ListTagsForResource: 1,
      DeleteRoute: 1,
      UpdateVirtualRouter: 1,
    });
    expect(active()).toEqual(applied);
  });

  it('two listeners that exchange their protocols replace both routes', async () => {
    await change(router(['http/8080', 'grpc/9090'], ['web', 'http/8080'], ['rpc', 'grpc/9090']));
    await change(router(['grpc/8080', 'http/9090'], ['web', 'http/9090'], ['rpc', 'grpc/8080']));
    expect(active()).toEqual(applied);
  });

  it('a router whose listeners change deletes no route where one that stays as it is keeps the listener from changing', async () => {
    await change(router(['http/8080'], ['web', 'http'], ['other', 'http']));
    const calls = await change(router(['http2/8080'], ['web', 'http2'], ['other', 'http']));
    expect(calls).not.toHaveProperty('DeleteRoute');
    expect(active().is).toBe('False Refused');
    expect(active().message).toContain('[web, other]');
    expect(keysIn(harness.engine)).toContain(key);
    await change(router(['http2/8080'], ['web', 'http2'], ['other', 'http2']));
    expect(active()).toEqual(applied);
  });

  it('a router whose listeners change deletes no route that cannot be created again because a node is missing', async () => {
    const missing = aRoute('web', { nobody: 1 });
    const { httpRoute: http2Route, name } = missing;
    await change(aRouter('color', [{ name, http2Route }], listenersOn('http2/8080')));
    expect(resourceIn(harness.engine, key).spec).toHaveProperty('httpRoute');
    await change(aNode('nobody'));
    expect(active()).toEqual(applied);
  });

  it('a new route waits for the listener that alone serves it, and is made when that is there', async () => {
    harness.engine.faults.failNext('UpdateVirtualRouter', 'throttle');
    const next = router(['http2/8080'], ['web', 'http2'], ['more', 'http2']);
    expect(await settledWith(harness, next)).toContain('TooManyRequests');
    expect(active().is).toBe('False Pending');
    await harness.reconcile();
    expect(active()).toEqual(applied);
  });

  it('a router whose listeners change leaves a route that is not ours any more, and says so', async () => {
    const { arn } = resourceIn(harness.engine, key);
    harness.engine.handle('TagResource', { resourceArn: arn, tags: [{ key: clusterTag, value: 'other' }] });
    const calls = await change(router(['http2/8080'], ['web', 'http2']));
    expect(calls).toEqual({ ListTagsForResource: 1 });
    expect(active().message).toContain(`its tag ${clusterTag} is other, expected local`);
  });

  it('a router whose listeners change finds a route whose creation was answered to nobody', async () => {
    harness.engine.faults.failNext('CreateRoute', 'lost-after');
    const routes: Parameters<typeof routeOn>[] = [
      ['web', 'http'],
      ['more', 'http'],
    ];
    expect(await settledWith(harness, router(['http/8080'], ...routes))).toContain('no answer came');
    await change(router(['grpc/8080'], ['web', 'grpc'], ['more', 'grpc']));
    expect(active()).toEqual(applied);
  });

  it('a router whose listeners change that an earlier version made is distinguished before it changes, and changes in the same run, too', async () => {
    const forget = () => {
      for (const [id, { listeners, ...claim }] of harness.stores.meshClaims.items as Map<
        string,
        AppMeshClaim
      >)
        harness.stores.meshClaims.items.set(id, claim);
    };
    forget();
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
    expect(await change(router(['http2/8080'], ['web', 'http2']))).toEqual(replaced);
    forget();
    const calls = await change(router(['http/8080'], ['web', 'http']));
    expect(calls).toEqual({ ...replaced, DescribeRoute: 1 });
    expect(active()).toEqual(applied);
  });

  it('a router whose listeners change that the old controller could not change is taken over and changed, by the next verification', async () => {
    const names = { meshName: 'shop', virtualRouterName: 'old_apps' };
    const old: Parameters<typeof byHand>[2] = { kind: 'virtualRouter', meshName: 'shop', name: 'old_apps' };
    byHand(harness.engine, 'Create', old, { spec: listenersOn('http/8080') });
    const weightedTargets = [{ virtualNode: 'blue_apps', weight: 1 }];
    const spec = { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
    harness.engine.handle('CreateRoute', { ...names, routeName: 'web', spec });
    await change(aRouter('old', [routeOn('web', 'http2')], listenersOn('http2/8080')));
    expect(harness.activeOf('VirtualRouter', 'old', 'apps').is).toBe('False Refused');
    await harness.reconcile({ verify: true });
    expect(harness.activeOf('VirtualRouter', 'old', 'apps')).toEqual(applied);
  });
});

const numRuns = Number(process.env.PROPERTY_RUNS ?? 30);
const protocol = fc.constantFrom<Protocol>('http', 'http2', 'grpc', 'tcp');

/** A router that App Mesh takes as it is: each route finds its listener. */
const aSoundRouter = fc
  .record({
    protocols: fc.array(protocol, { minLength: 1, maxLength: 3 }),
    ports: fc.shuffledSubarray([8080, 9090, 7070], { minLength: 3 }),
    routes: fc.uniqueArray(
      fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), on: fc.nat(), names: fc.boolean() }),
      { selector: ({ name }) => name, maxLength: 4 },
    ),
    weight: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ protocols, ports, routes, weight }) => {
    const listeners = protocols.map((each, index) => `${each}/${ports[index] ?? 1}` as const);
    const specs = routes.map(({ name, on, names }) => {
      const index = on % listeners.length;
      const [listener = 'http/1', bare = 'http'] = [listeners[index], protocols[index]];
      return routeOn(name, names || listeners.length > 1 ? listener : bare, weight);
    });
    return aRouter('color', specs, listenersOn(...listeners));
  });

describe('routers with any listeners, one after the other', () => {
  it('routers that get any listeners, one after the other, end as if each had been the first, in one run each, whatever fails on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aSoundRouter, { minLength: 2, maxLength: 5 }),
        fc.array(fc.nat({ max: 12 }), { maxLength: 3 }),
        async (routers, failing) => {
          const harness = await harnessWith(aNode('blue'));
          for (const manifest of routers) {
            let calls = 0;
            harness.engine.faults.onCall = () => (failing.includes(calls++) ? 'lost-after' : undefined);
            await failure(async () => {
              harness.apply(manifest);
              await harness.settleInOneRun();
            });
            harness.engine.faults.onCall = undefined;
            await harness.reconcile();
            expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
            expect(outcomeOf(harness)).toEqual(outcomeOf(await harnessWith(aNode('blue'), manifest)));
          }
        },
      ),
      { numRuns },
    );
  }, 600_000);
});
