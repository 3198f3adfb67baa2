import { beforeEach, describe, expect, it } from 'vitest';
import { detailTypes } from '../../../shared/model/events/event.ts';
import { aPod } from '../../fakes/objects.ts';
import { byHand, callsDuring, failure, keysIn, outcomeOf, remainsOf } from '../harness/kit.ts';
import { aNode, anExample, aRoute, aRouter, aService, exampleKeys } from '../harness/manifests.ts';
import { applied, ground, nodeIs, nodeKey, settledWith, stageWith } from '../harness/settled.ts';
import { slow } from '../harness/slow.ts';
import { MeshStage } from '../harness/stage.ts';

describe('a call of App Mesh that fails for now', () => {
  it.each([
    ['throttle', 'TooManyRequestsException'],
    ['error', 'InternalServerErrorException'],
    ['unavailable', 'ServiceUnavailableException'],
    ['lost-before', 'no answer came'],
    ['lost-after', 'no answer came'],
  ] as const)(
    '%s: its object waits, others are done, the message is retried and completes it',
    async (fault, received) => {
      const stage = await stageWith();
      stage.engine.faults.failNext('CreateVirtualNode', fault);
      expect(await settledWith(stage, aNode('a'), aNode('b'), aService('b', 'node/b'))).toContain(received);
      expect(nodeIs(stage, 'a')).toMatchObject({
        is: 'False Pending',
        message: expect.stringContaining(received),
      });
      expect(nodeIs(stage, 'b')).toEqual(applied);
      expect(stage.activeOf('VirtualService', 'b', 'apps')).toEqual(applied);
      await stage.reconcile();
      expect(nodeIs(stage, 'a')).toEqual(applied);
      const { reconciled } = { reconciled: await callsDuring(stage, () => stage.reconcile()) };
      expect(reconciled).toEqual({});
    },
  );

  it('every call once, in a run after the other, comes to the same end', async () => {
    const expected = outcomeOf(await stageWith(...anExample()));
    const stage = new MeshStage();
    stage.apply(...ground, ...anExample());
    const struck = new Set<string>();
    const faults = ['throttle', 'error', 'lost-before', 'lost-after'] as const;
    stage.engine.faults.onCall = (operation, input) => {
      const call = `${operation} ${JSON.stringify({ ...(input as object), clientToken: '' })}`;
      if (struck.has(call)) return undefined;
      struck.add(call);
      return faults[struck.size % faults.length];
    };
    let failures = 0;
    for (let run = 0; run < 30 && (run === 0 || failures === run); run++)
      if ((await failure(() => (run === 0 ? stage.settleInOneRun() : stage.reconcile()))) !== '')
        failures += 1;
    expect(failures).toBeGreaterThan(2);
    const { resources, ...rest } = outcomeOf(stage);
    expect(Object.keys(resources).sort()).toEqual(exampleKeys);
    expect(rest).toEqual({ ...expected, resources: undefined });
  });

  it('what is still in use for a while is waited for', async () => {
    const stage = new MeshStage({ engineOptions: { settings: { rates: {}, releasedAfterMs: 2_500 } } });
    stage.apply(...ground, aNode('a'), aService('a', 'node/a'));
    await stage.settleInOneRun();
    const before = stage.clock.now();
    stage.delete(aNode('a'), aService('a'));
    await stage.settleInOneRun();
    expect(keysIn(stage.engine)).toEqual(['mesh/shop']);
    expect(stage.clock.now() - before).toBeLessThan(5_000);
  });

  it('what is in use for longer is retried, and its claim stays', async () => {
    const stage = new MeshStage({ engineOptions: { settings: { rates: {}, releasedAfterMs: 60_000 } } });
    stage.apply(...ground, aNode('a'), aService('a', 'node/a'));
    await stage.settleInOneRun();
    stage.delete(aNode('a'), aService('a'));
    expect(await failure(() => stage.settleInOneRun())).toContain('is a VirtualService provider');
    expect(keysIn(stage.engine)).toEqual(['mesh/shop', nodeKey('a')]);
    stage.clock.advance(60_000);
    await stage.reconcile();
    expect(keysIn(stage.engine)).toEqual(['mesh/shop']);
  });

  it('an object that is applied again while its deletion is under way is there in the end', async () => {
    const stage = new MeshStage({ engineOptions: { settings: { rates: {}, releasedAfterMs: 60_000 } } });
    stage.apply(...ground, aNode('a'), aService('a', 'node/a'));
    await stage.settleInOneRun();
    stage.delete(aNode('a'), aService('a'));
    await failure(() => stage.settleInOneRun());
    stage.apply(aNode('a'), aService('a', 'node/a'));
    await stage.settleInOneRun();
    expect(nodeIs(stage, 'a')).toEqual(applied);
    expect(keysIn(stage.engine)).toEqual(['mesh/shop', nodeKey('a'), 'virtualService/shop/a.apps']);
  });
});

describe('a change of which nobody knows whether it was made', () => {
  it('keeps what it was before in mind: an old target goes after it', async () => {
    const engineOptions = { settings: { rates: {}, releasedAfterMs: 0 } };
    const stage = new MeshStage({ engineOptions, wrap: slow('update') });
    stage.apply(...ground, aNode('a'), aNode('b'), aRouter('color', [aRoute('all', { a: 1 })]));
    await stage.settleInOneRun();
    stage.engine.faults.failNext('UpdateRoute', 'lost-before');
    await settledWith(stage, aRouter('color', [aRoute('all', { b: 1 })]));
    stage.delete(aNode('a'));
    const calls = await callsDuring(stage, () => stage.settleInOneRun());
    expect(calls).toEqual({ UpdateRoute: 1, ListTagsForResource: 1, DeleteVirtualNode: 1 });
  });

  it('a deletion, of an object that is applied again, ends with it there', async () => {
    const stage = await stageWith(aNode('a'));
    stage.engine.faults.failNext('DeleteVirtualNode', 'lost-after');
    stage.delete(aNode('a'));
    expect(await failure(() => stage.settleInOneRun())).toContain('no answer came');
    expect(keysIn(stage.engine)).toEqual(['mesh/shop']);
    expect(await settledWith(stage, aNode('a'))).toBe('');
    expect(keysIn(stage.engine)).toEqual(['mesh/shop', nodeKey('a')]);
    expect(nodeIs(stage, 'a')).toEqual(applied);
  });

  it('of a route holds up the second listener of its router', async () => {
    const stage = await stageWith(aNode('a'), aRouter('color', [aRoute('all', { a: 1 })]));
    const listeners = [8080, 9090].map((port) => ({ portMapping: { port, protocol: 'http' } }));
    const route = aRoute('all', { a: 1 }, { match: { prefix: '/', port: 8080 } });
    stage.engine.faults.failNext('UpdateRoute', 'throttle');
    stage.apply(aRouter('color', [route], { listeners }));
    const calls = await callsDuring(stage, () => failure(() => stage.settleInOneRun()));
    expect(calls).toEqual({ UpdateRoute: 1 });
    expect(stage.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False Pending');
    await stage.reconcile();
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });
});

describe('what was deleted by hand', () => {
  it('together with what it needs is found by the first call that does not find it, and made again at once', async () => {
    const stage = await stageWith(aNode('a'), aRouter('color', [aRoute('all', { a: 1 })]));
    const route = { kind: 'route', meshName: 'shop', parentName: 'color_apps', name: 'all' } as const;
    byHand(stage.engine, 'Delete', route);
    stage.clock.advance(1_000);
    byHand(stage.engine, 'Delete', { kind: 'virtualRouter', meshName: 'shop', name: 'color_apps' });
    expect(await settledWith(stage, aRouter('color', [aRoute('all', { a: 2 })]))).toBe('');
    expect(keysIn(stage.engine)).toContain('route/shop/color_apps/all');
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('alone is made again by the update that does not find it, and only it is checked', async () => {
    const stage = await stageWith(aNode('a'));
    byHand(stage.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'a_apps' });
    stage.apply(aNode('a', { logging: { accessLog: { file: { path: '/x' } } } }));
    const calls = await callsDuring(stage, () => stage.settleInOneRun());
    expect(calls).toEqual({ UpdateVirtualNode: 1, DescribeVirtualNode: 1, CreateVirtualNode: 1 });
  });

  it('a node that a route is to point to, likewise', async () => {
    const stage = await stageWith(aNode('a'), aNode('b'), aRouter('color', [aRoute('all', { a: 1 })]));
    byHand(stage.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'b_apps' });
    expect(await settledWith(stage, aRouter('color', [aRoute('all', { b: 1 })]))).toBe('');
    expect(keysIn(stage.engine)).toContain(nodeKey('b'));
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });
});

describe('without App Mesh', () => {
  let stage: MeshStage;
  beforeEach(async () => {
    stage = await stageWith(aNode('a'));
    stage.engine.faults.onCall = () => 'unavailable';
  });

  it('objects are still seen, and pods asked to check again', async () => {
    await stage.stores.pods.record({
      pod: aPod({ namespace: 'apps', labels: { app: 'a' } }),
      deleted: false,
    });
    const spec = {
      podSelector: { matchLabels: { app: 'a' } },
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'a' } },
    };
    stage.apply(aNode('a', spec));
    const seen = stage.queue.shift();
    if (seen === undefined) throw new Error('an event was to come');
    await stage.handle(seen);
    const types = stage.queue.map(({ type }) => type);
    expect(types).toContain(detailTypes.podResyncRequested);
    expect(types).toContain(detailTypes.meshReconcileRequested);
    expect(await failure(() => stage.reconcile())).toContain('ServiceUnavailableException');
    expect(nodeIs(stage, 'a')).toMatchObject({
      is: 'False Pending',
      message: expect.stringContaining('ServiceUnavailableException'),
    });
    stage.engine.faults.reset();
    await stage.reconcile();
    expect(nodeIs(stage, 'a')).toEqual(applied);
  });

  it('a verification fails as a whole and invalidates nothing', async () => {
    expect(await failure(() => stage.reconcile({ verify: true }))).toContain('ServiceUnavailableException');
    stage.engine.faults.reset();
    expect(await callsDuring(stage, () => stage.reconcile())).toEqual({});
  });

  it('as a target, nothing of it is called or kept', async () => {
    const none = new MeshStage({ config: { appMesh: undefined } });
    none.apply(...ground, aNode('a'));
    await none.settle();
    await none.reconcile({ verify: true });
    expect([...none.engine.calls]).toEqual([]);
    expect(remainsOf(none)).toEqual([]);
    expect(none.statusWrites).toBe(0);
  });
});

describe('when time runs out', () => {
  it('what is left is requested again, with the verification that it is part of', async () => {
    const stage = await stageWith(aNode('a'), aNode('b'));
    byHand(stage.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'b_apps' });
    byHand(stage.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'a_apps' });
    stage.engine.faults.onCall = (operation) => {
      if (operation === 'ListVirtualNodes') stage.clock.advance(60_000);
      return undefined;
    };
    await stage.reconcile({ verify: true });
    expect(stage.queue).toMatchObject([
      {
        type: detailTypes.meshReconcileRequested,
        verify: true,
        reason: 'the previous run did not have time for all steps',
      },
    ]);
    expect((await stage.stores.meshRuns.last('local'))?.verifiedAtMs).toBeUndefined();
    stage.engine.faults.reset();
    await stage.settle();
    expect(keysIn(stage.engine)).toEqual(['mesh/shop', nodeKey('a'), nodeKey('b')]);
    expect((await stage.stores.meshRuns.last('local'))?.verifiedAtMs).toBe(stage.clock.now());
  });
});
