import { beforeEach, describe, expect, it } from 'vitest';
import { detailTypes } from '../../../shared/model/events/event.ts';
import { aPod } from '../../fakes/objects.ts';
import { byHand, callsDuring, failure, keysIn, outcomeOf, remainsOf } from '../harness/engine-state.ts';
import { MeshHarness } from '../harness/harness.ts';
import { aNode, anExample, aRoute, aRouter, aService, exampleKeys } from '../harness/manifests.ts';
import { applied, ground, harnessWith, nodeIs, nodeKey, settledWith } from '../harness/settled.ts';
import { slow } from '../harness/slow.ts';

describe('a call of App Mesh that fails for now', () => {
  it.each([
    ['throttle', 'TooManyRequestsException'],
    ['error', 'InternalServerErrorException'],
    ['unavailable', 'ServiceUnavailableException'],
    ['lost-before', 'no answer came'],
    ['lost-after', 'no answer came'],
  ] as const)(
    'an object waits whose call fails for now, others are applied, and a retry completes it: %s',
    async (fault, received) => {
      const harness = await harnessWith();
      harness.engine.faults.failNext('CreateVirtualNode', fault);
      expect(await settledWith(harness, aNode('a'), aNode('b'), aService('b', 'node/b'))).toContain(received);
      expect(nodeIs(harness, 'a')).toMatchObject({
        is: 'False Pending',
        message: expect.stringContaining(received),
      });
      expect(nodeIs(harness, 'b')).toEqual(applied);
      expect(harness.activeOf('VirtualService', 'b', 'apps')).toEqual(applied);
      await harness.reconcile();
      expect(nodeIs(harness, 'a')).toEqual(applied);
      const { reconciled } = { reconciled: await callsDuring(harness, () => harness.reconcile()) };
      expect(reconciled).toEqual({});
    },
  );

  it('calls that fail once each, in a run after the other, lead to the same end', async () => {
    const expected = outcomeOf(await harnessWith(...anExample()));
    const harness = new MeshHarness();
    harness.apply(...ground, ...anExample());
    const struck = new Set<string>();
    const faults = ['throttle', 'error', 'lost-before', 'lost-after'] as const;
    harness.engine.faults.onCall = (operation, input) => {
      const call = `${operation} ${JSON.stringify({ ...(input as object), clientToken: '' })}`;
      if (struck.has(call)) return undefined;
      struck.add(call);
      return faults[struck.size % faults.length];
    };
    let failures = 0;
    for (let run = 0; run < 30 && (run === 0 || failures === run); run++)
      if ((await failure(() => (run === 0 ? harness.settleInOneRun() : harness.reconcile()))) !== '')
        failures += 1;
    expect(failures).toBeGreaterThan(2);
    const { resources, ...rest } = outcomeOf(harness);
    expect(Object.keys(resources).sort()).toEqual(exampleKeys);
    expect(rest).toEqual({ ...expected, resources: undefined });
  });

  it('a run waits for a resource that is in use for a while', async () => {
    const harness = new MeshHarness({ engineOptions: { settings: { rates: {}, releasedAfterMs: 2_500 } } });
    harness.apply(...ground, aNode('a'), aService('a', 'node/a'));
    await harness.settleInOneRun();
    const before = harness.clock.now();
    harness.delete(aNode('a'), aService('a'));
    await harness.settleInOneRun();
    expect(keysIn(harness.engine)).toEqual(['mesh/shop']);
    expect(harness.clock.now() - before).toBeLessThan(5_000);
  });

  it('a resource that is in use for longer is retried, and its claim stays', async () => {
    const harness = new MeshHarness({ engineOptions: { settings: { rates: {}, releasedAfterMs: 60_000 } } });
    harness.apply(...ground, aNode('a'), aService('a', 'node/a'));
    await harness.settleInOneRun();
    harness.delete(aNode('a'), aService('a'));
    expect(await failure(() => harness.settleInOneRun())).toContain('is a VirtualService provider');
    expect(keysIn(harness.engine)).toEqual(['mesh/shop', nodeKey('a')]);
    harness.clock.advance(60_000);
    await harness.reconcile();
    expect(keysIn(harness.engine)).toEqual(['mesh/shop']);
  });

  it('an object that is applied again while its deletion is under way exists in the end', async () => {
    const harness = new MeshHarness({ engineOptions: { settings: { rates: {}, releasedAfterMs: 60_000 } } });
    harness.apply(...ground, aNode('a'), aService('a', 'node/a'));
    await harness.settleInOneRun();
    harness.delete(aNode('a'), aService('a'));
    await failure(() => harness.settleInOneRun());
    harness.apply(aNode('a'), aService('a', 'node/a'));
    await harness.settleInOneRun();
    expect(nodeIs(harness, 'a')).toEqual(applied);
    expect(keysIn(harness.engine)).toEqual(['mesh/shop', nodeKey('a'), 'virtualService/shop/a.apps']);
  });
});

describe('a change of which nobody knows whether it was made', () => {
  it('a claim keeps the former spec of a change whose outcome nobody knows: an old target is deleted after it', async () => {
    const engineOptions = { settings: { rates: {}, releasedAfterMs: 0 } };
    const harness = new MeshHarness({ engineOptions, wrap: slow('update') });
    harness.apply(...ground, aNode('a'), aNode('b'), aRouter('color', [aRoute('all', { a: 1 })]));
    await harness.settleInOneRun();
    harness.engine.faults.failNext('UpdateRoute', 'lost-before');
    await settledWith(harness, aRouter('color', [aRoute('all', { b: 1 })]));
    harness.delete(aNode('a'));
    const calls = await callsDuring(harness, () => harness.settleInOneRun());
    expect(calls).toEqual({ UpdateRoute: 1, ListTagsForResource: 1, DeleteVirtualNode: 1 });
  });

  it('a deletion whose outcome nobody knows ends with the object there if it is applied again', async () => {
    const harness = await harnessWith(aNode('a'));
    harness.engine.faults.failNext('DeleteVirtualNode', 'lost-after');
    harness.delete(aNode('a'));
    expect(await failure(() => harness.settleInOneRun())).toContain('no answer came');
    expect(keysIn(harness.engine)).toEqual(['mesh/shop']);
    expect(await settledWith(harness, aNode('a'))).toBe('');
    expect(keysIn(harness.engine)).toEqual(['mesh/shop', nodeKey('a')]);
    expect(nodeIs(harness, 'a')).toEqual(applied);
  });

  it('a change of a route whose outcome nobody knows holds up the second listener of its router', async () => {
    const harness = await harnessWith(aNode('a'), aRouter('color', [aRoute('all', { a: 1 })]));
    const listeners = [8080, 9090].map((port) => ({ portMapping: { port, protocol: 'http' } }));
    const route = aRoute('all', { a: 1 }, { match: { prefix: '/', port: 8080 } });
    harness.engine.faults.failNext('UpdateRoute', 'throttle');
    harness.apply(aRouter('color', [route], { listeners }));
    const calls = await callsDuring(harness, () => failure(() => harness.settleInOneRun()));
    expect(calls).toEqual({ UpdateRoute: 1 });
    expect(harness.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False Pending');
    await harness.reconcile();
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });
});

describe('what was deleted by hand', () => {
  it('a resource deleted by hand with its dependencies is found by the first call that misses it, and created again at once', async () => {
    const harness = await harnessWith(aNode('a'), aRouter('color', [aRoute('all', { a: 1 })]));
    const route = { kind: 'route', meshName: 'shop', parentName: 'color_apps', name: 'all' } as const;
    byHand(harness.engine, 'Delete', route);
    harness.clock.advance(1_000);
    byHand(harness.engine, 'Delete', { kind: 'virtualRouter', meshName: 'shop', name: 'color_apps' });
    expect(await settledWith(harness, aRouter('color', [aRoute('all', { a: 2 })]))).toBe('');
    expect(keysIn(harness.engine)).toContain('route/shop/color_apps/all');
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('a resource deleted alone is created again by the update that misses it, and only it is checked', async () => {
    const harness = await harnessWith(aNode('a'));
    byHand(harness.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'a_apps' });
    harness.apply(aNode('a', { logging: { accessLog: { file: { path: '/x' } } } }));
    const calls = await callsDuring(harness, () => harness.settleInOneRun());
    expect(calls).toEqual({ UpdateVirtualNode: 1, DescribeVirtualNode: 1, CreateVirtualNode: 1 });
  });

  it('a node deleted by hand that a route is to refer to is created again, too', async () => {
    const harness = await harnessWith(aNode('a'), aNode('b'), aRouter('color', [aRoute('all', { a: 1 })]));
    byHand(harness.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'b_apps' });
    expect(await settledWith(harness, aRouter('color', [aRoute('all', { b: 1 })]))).toBe('');
    expect(keysIn(harness.engine)).toContain(nodeKey('b'));
    expect(harness.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });
});

describe('without App Mesh', () => {
  let harness: MeshHarness;
  beforeEach(async () => {
    harness = await harnessWith(aNode('a'));
    harness.engine.faults.onCall = () => 'unavailable';
  });

  it('objects are stored, and pods asked to check again, while App Mesh does not answer', async () => {
    await harness.stores.pods.record({
      pod: aPod({ namespace: 'apps', labels: { app: 'a' } }),
      deleted: false,
    });
    const spec = {
      podSelector: { matchLabels: { app: 'a' } },
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'a' } },
    };
    harness.apply(aNode('a', spec));
    const seen = harness.queue.shift();
    if (seen === undefined) throw new Error('an event was to come');
    await harness.handle(seen);
    const types = harness.queue.map(({ type }) => type);
    expect(types).toContain(detailTypes.podResyncRequested);
    expect(types).toContain(detailTypes.meshReconcileRequested);
    expect(await failure(() => harness.reconcile())).toContain('ServiceUnavailableException');
    expect(nodeIs(harness, 'a')).toMatchObject({
      is: 'False Pending',
      message: expect.stringContaining('ServiceUnavailableException'),
    });
    harness.engine.faults.reset();
    await harness.reconcile();
    expect(nodeIs(harness, 'a')).toEqual(applied);
  });

  it('a verification fails as a whole and invalidates nothing while App Mesh does not answer', async () => {
    expect(await failure(() => harness.reconcile({ verify: true }))).toContain('ServiceUnavailableException');
    harness.engine.faults.reset();
    expect(await callsDuring(harness, () => harness.reconcile())).toEqual({});
  });

  it('a cluster without App Mesh as its target calls nothing of it and stores nothing for it', async () => {
    const none = new MeshHarness({ config: { appMesh: undefined } });
    none.apply(...ground, aNode('a'));
    await none.settle();
    await none.reconcile({ verify: true });
    expect([...none.engine.calls]).toEqual([]);
    expect(remainsOf(none)).toEqual([]);
    expect(none.statusWrites).toBe(0);
  });
});

describe('when time runs out', () => {
  it('the rest of a run is requested again when time runs out, with the verification that it is part of', async () => {
    const harness = await harnessWith(aNode('a'), aNode('b'));
    byHand(harness.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'b_apps' });
    byHand(harness.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'a_apps' });
    harness.engine.faults.onCall = (operation) => {
      if (operation === 'ListVirtualNodes') harness.clock.advance(60_000);
      return undefined;
    };
    await harness.reconcile({ verify: true });
    expect(harness.queue).toMatchObject([
      {
        type: detailTypes.meshReconcileRequested,
        verify: true,
        reason: 'the previous run did not have time for all steps',
      },
    ]);
    expect((await harness.stores.meshRuns.last('local'))?.verifiedAtMs?.['app-mesh']).toBeUndefined();
    harness.engine.faults.reset();
    await harness.settle();
    expect(keysIn(harness.engine)).toEqual(['mesh/shop', nodeKey('a'), nodeKey('b')]);
    expect((await harness.stores.meshRuns.last('local'))?.verifiedAtMs?.['app-mesh']).toBe(
      harness.clock.now(),
    );
  });
});
