import { beforeEach, describe, expect, it } from 'vitest';
import { detailTypes } from '../../shared/model/event.ts';
import { aPod } from '../fakes/objects.ts';
import { byHand, callsDuring, failure, keysIn, outcomeOf, remainsOf, resourceIn } from './kit.ts';
import { aMesh, aNamespace, aNode, anExample, aRoute, aRouter, aService, exampleKeys } from './manifests.ts';
import { type Manifest, MeshStage } from './stage.ts';

const ground = [aNamespace(), aMesh()];
const nodeKey = (name: string) => `virtualNode/shop/${name}_apps`;
const nodeIs = (stage: MeshStage, name: string) => stage.activeOf('VirtualNode', name, 'apps');
const applied = { is: 'True Applied', message: 'App Mesh holds what the spec says' };

async function stageWith(...manifests: readonly Manifest[]): Promise<MeshStage> {
  const stage = new MeshStage();
  stage.apply(...ground, ...manifests);
  await stage.settleInOneRun();
  return stage;
}

/** All that is queued is seen; answers what the run that follows throws. */
async function settledWith(stage: MeshStage, ...manifests: readonly Manifest[]): Promise<string> {
  stage.apply(...manifests);
  return failure(() => stage.settleInOneRun());
}

describe('a call of App Mesh that fails for now', () => {
  it.each([
    ['throttle', 'TooManyRequestsException'],
    ['error', 'InternalServerErrorException'],
    ['unavailable', 'ServiceUnavailableException'],
    ['lost-before', 'no answer came'],
    ['lost-after', 'no answer came'],
  ] as const)(
    '%s: its object waits, others are done, the message comes again and completes it',
    async (fault, told) => {
      const stage = await stageWith();
      stage.engine.faults.failNext('CreateVirtualNode', fault);
      expect(await settledWith(stage, aNode('a'), aNode('b'), aService('b', 'node/b'))).toContain(told);
      expect(nodeIs(stage, 'a')).toMatchObject({
        is: 'False Pending',
        message: expect.stringContaining(told),
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

  it('what is in use for longer comes again, and its claim stays', async () => {
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

describe('what App Mesh refuses', () => {
  /** Two listeners and a route that names no port. */
  const twoPorts = {
    listeners: [8080, 9090].map((port) => ({ portMapping: { port, protocol: 'http' } })),
  };
  const vague = aRouter('color', [aRoute('all', { a: 1 })]);

  it('is told with its words, and not tried again, by runs or events that change nothing of it', async () => {
    const stage = await stageWith(aNode('a', twoPorts));
    expect(await settledWith(stage, vague)).toBe('');
    const router = () => stage.activeOf('VirtualRouter', 'color', 'apps');
    expect(router()).toMatchObject({
      is: 'False Refused',
      message: expect.stringContaining('VirtualNode a_apps has multiple listeners; set port'),
    });
    stage.apply(vague, aNode('other'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({ CreateVirtualNode: 1 });
    expect(router().is).toBe('False Refused');
    expect(await callsDuring(stage, () => stage.reconcile({ verify: true }))).toMatchObject({
      CreateRoute: 1,
    });
    expect(router().is).toBe('False Refused');
  });

  it('is tried again when it changes', async () => {
    const stage = await stageWith(aNode('a', twoPorts), vague);
    expect(await settledWith(stage, aRouter('color', [aRoute('all', { b: 1 })]), aNode('b'))).toBe('');
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('is tried again when what it needs changes', async () => {
    const stage = await stageWith(aNode('a', twoPorts), vague);
    stage.apply(aNode('a'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({
      UpdateVirtualNode: 1,
      CreateRoute: 1,
    });
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('a router’s listeners are tried again when its routes change', async () => {
    const stage = await stageWith(aNode('a'), vague);
    const onPort = { match: { prefix: '/', port: 8080 } };
    await settledWith(stage, aRouter('color', [aRoute('all', { a: 1 })], twoPorts));
    expect(stage.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False Refused');
    await settledWith(stage, aRouter('color', [aRoute('all', { a: 1 }, onPort)], twoPorts));
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('an update leaves what was there, says so, and is taken back by the spec of before', async () => {
    const stage = await stageWith(aNode('a'), aNode('b', twoPorts), vague);
    await settledWith(stage, aRouter('color', [aRoute('all', { b: 1 })]));
    expect(stage.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False Refused');
    expect(stage.statusOf('VirtualRouter', 'color', 'apps')).toMatchObject({
      routeARNs: { all: expect.stringContaining('route/all') },
    });
    await settledWith(stage, vague);
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
    stage.delete(aNode('a'), aNode('b'), vague, ...ground);
    await stage.settleInOneRun();
    expect(remainsOf(stage)).toEqual([]);
  });

  it('a deletion that is refused is told to nobody but comes again, and keeps its claim', async () => {
    const stage = await stageWith(aNode('a'));
    byHand(
      stage.engine,
      'Create',
      { kind: 'virtualService', meshName: 'shop', name: 'by-hand' },
      {
        spec: { provider: { virtualNode: { virtualNodeName: 'a_apps' } } },
      },
    );
    stage.delete(aNode('a'));
    expect(await failure(() => stage.settleInOneRun())).toContain('ResourceInUseException');
    expect([...stage.stores.meshClaims.items.keys()]).toContain(`local ${nodeKey('a')}`);
  });
});

describe('a quota', () => {
  const several = (make: (name: string) => Manifest) => ['one', 'two', 'three'].map(make);
  const few = (quotas: Readonly<Record<string, number>>) =>
    new MeshStage({ config: { appMesh: { quotas } } });

  it.each([
    [
      'virtualNodes',
      several((name) => aNode(name)),
      'mesh shop has the 2 virtual nodes that the quota virtualNodes allows',
    ],
    [
      'virtualRouters',
      several((name) => aRouter(name)),
      'mesh shop has the 2 virtual routers that the quota virtualRouters allows',
    ],
    [
      'virtualServices',
      several((name) => aService(name)),
      'mesh shop has the 2 virtual services that the quota virtualServices allows',
    ],
    [
      'virtualGateways',
      several((name) => ({ ...gateway(name) })),
      'mesh shop has the 2 virtual gateways that the quota virtualGateways allows',
    ],
    [
      'gatewayRoutesPerGateway',
      [gateway('entry'), aService('a'), ...several((name) => gatewayRoute(name))],
      'entry_apps of mesh shop has the 2 gateway routes that the quota gatewayRoutesPerGateway allows',
    ],
    [
      'routesPerRouter',
      [
        aNode('a'),
        aRouter(
          'color',
          ['one', 'two', 'three'].map((name) => aRoute(name, { a: 1 })),
        ),
      ],
      'color_apps of mesh shop has the 2 routes that the quota routesPerRouter allows',
    ],
    [
      'backendsPerNode',
      [...several((name) => aService(name)), aNode('three', { backendGroups: [{ name: '*' }] })],
      'three_apps has 3 backends; expected at most the 2 that the quota backendsPerNode allows',
    ],
    [
      'weightedTargets',
      [...several((name) => aNode(name)), aRouter('color', [aRoute('three', { one: 1, two: 1, three: 1 })])],
      'three has 3 weighted targets; expected at most the 2 that the quota weightedTargets allows',
    ],
  ] as const)('%s is found before the call, and named', async (quota, manifests, message) => {
    const stage = few({ [quota]: 2 });
    stage.apply(...ground, ...manifests);
    await stage.settleInOneRun();
    const told = [...stage.objects.values()].map(({ manifest: { kind, metadata } }) =>
      stage.activeOf(kind, metadata.name, metadata.namespace),
    );
    const refused = told.filter(({ is }) => is === 'False QuotaExceeded');
    expect(refused).toEqual([{ is: 'False QuotaExceeded', message: expect.stringContaining(message) }]);
    expect(await callsDuring(stage, () => stage.reconcile({ verify: false }))).toEqual({});
    const creations = [...stage.engine.calls].filter(([name]) => name.startsWith('Create'));
    expect(creations.reduce((sum, [, count]) => sum + count, 0)).toBe(stage.engine.snapshot().length);
  });

  it('of meshes is found before the call, and named', async () => {
    const stage = few({ meshes: 1 });
    stage.apply(aMesh({}, 'first'), aMesh({}, 'second'));
    await stage.settleInOneRun();
    expect(stage.activeOf('Mesh', 'first')).toEqual(applied);
    expect(stage.activeOf('Mesh', 'second')).toMatchObject({
      is: 'False QuotaExceeded',
      message: expect.stringContaining(
        'the account has the 1 meshes that the quota meshes allows; expected room for second',
      ),
    });
  });

  it('has room again after a deletion in the same run', async () => {
    const stage = few({ virtualNodes: 1 });
    stage.apply(...ground, aNode('old'));
    await stage.settleInOneRun();
    stage.delete(aNode('old'));
    stage.apply(aNode('new'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({
      DeleteVirtualNode: 1,
      CreateVirtualNode: 1,
    });
    expect(nodeIs(stage, 'new')).toEqual(applied);
  });

  it('that is lower than clusters.yml says is told by App Mesh, and tried again when something of ours goes', async () => {
    const quotas = { virtualNodesPerMesh: 1 };
    const stage = new MeshStage({ engineOptions: { settings: { rates: {}, quotas } } });
    stage.apply(...ground, aNode('a'));
    await stage.settleInOneRun();
    expect(await settledWith(stage, aNode('b'))).toBe('');
    expect(nodeIs(stage, 'b')).toMatchObject({
      is: 'False QuotaExceeded',
      message: expect.stringContaining('LimitExceededException'),
    });
    expect(await callsDuring(stage, () => stage.reconcile())).toEqual({});
    stage.delete(aNode('a'));
    await stage.settleInOneRun();
    expect(nodeIs(stage, 'b')).toEqual(applied);
  });
});

function gateway(name: string): Manifest {
  const listeners = [{ portMapping: { port: 8088, protocol: 'http' } }];
  const namespaceSelector = { matchLabels: { mesh: 'shop' } };
  return {
    kind: 'VirtualGateway',
    metadata: { name, namespace: 'apps' },
    spec: { listeners, namespaceSelector },
  };
}

function gatewayRoute(name: string): Manifest {
  const target = { virtualService: { virtualServiceRef: { name: 'a' } } };
  const httpRoute = { match: { prefix: `/${name}` }, action: { target } };
  return { kind: 'GatewayRoute', metadata: { name, namespace: 'apps' }, spec: { httpRoute } };
}

describe('an object at fault', () => {
  it('keeps what it has, tells where the fault is, and is changed when it is mended', async () => {
    const stage = await stageWith(aNode('a'), aService('a', 'node/a'));
    const { virtualNodeARN } = stage.statusOf('VirtualNode', 'a', 'apps');
    const logging = { accessLog: { file: { path: 7 } } };
    expect(await settledWith(stage, aNode('a', { logging }))).toBe('');
    expect(nodeIs(stage, 'a')).toEqual({
      is: 'False Invalid',
      message: expect.stringContaining('spec.logging.accessLog.file.path: '),
    });
    expect(stage.statusOf('VirtualNode', 'a', 'apps').virtualNodeARN, 'which is still true').toBe(
      virtualNodeARN,
    );
    expect(resourceIn(stage.engine, nodeKey('a')).version).toBe(1);
    await settledWith(stage, aNode('a', { logging: { accessLog: { file: { path: '/x' } } } }));
    expect(nodeIs(stage, 'a')).toEqual(applied);
    expect(resourceIn(stage.engine, nodeKey('a')).version).toBe(2);
  });

  it('that cannot even be stored tells its fault, too', async () => {
    const stage = await stageWith(aNode('a'));
    stage.apply(aNode('a', { listeners: [{ portMapping: { port: 0, protocol: 'http' } }] }));
    const faults = [];
    for (let event = stage.queue.shift(); event !== undefined; event = stage.queue.shift()) {
      const handled = event;
      faults.push(await failure(() => stage.handle(handled)));
    }
    expect(faults.join()).toContain('VirtualNode apps/a: spec.listeners[0].portMapping.port');
    expect(nodeIs(stage, 'a')).toEqual({
      is: 'False Invalid',
      message: expect.stringContaining('spec.listeners[0].portMapping.port'),
    });
    expect(resourceIn(stage.engine, nodeKey('a')).version).toBe(1);
  });

  it('is gone when it is deleted, whatever its fault', async () => {
    const stage = await stageWith(aNode('a'));
    await settledWith(stage, aNode('a', { colour: 'x' }));
    stage.delete(aNode('a'));
    await stage.settleInOneRun();
    expect(keysIn(stage.engine)).toEqual(['mesh/shop']);
  });

  it('a router at fault keeps its routes, and says so of none', async () => {
    const stage = await stageWith(aNode('a'), aRouter('color', [aRoute('all', { a: 1 })]));
    const { routeARNs } = stage.statusOf('VirtualRouter', 'color', 'apps');
    await settledWith(stage, aRouter('color', [aRoute('other', { a: -1 })]));
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({
      is: 'False Invalid',
      message: expect.stringContaining('spec.routes[0].httpRoute.action.weightedTargets[0].weight'),
    });
    expect(stage.statusOf('VirtualRouter', 'color', 'apps').routeARNs).toEqual(routeARNs);
    expect(keysIn(stage.engine)).toContain('route/shop/color_apps/all');
  });
});

describe('a reference', () => {
  it('that is missing is told with its path; the object is done as soon as it is there', async () => {
    const stage = await stageWith(
      aRouter('color', [aRoute('all', { later: 1 })]),
      aService('color', 'router/color'),
    );
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toMatchObject({
      is: 'False ReferenceMissing',
      message: expect.stringContaining(
        'spec.routes[0].httpRoute.action.weightedTargets[0].virtualNodeRef: there is no VirtualNode apps/later',
      ),
    });
    expect(stage.activeOf('VirtualService', 'color', 'apps'), 'needs the router, not its routes').toEqual(
      applied,
    );
    stage.apply(aNode('later'));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({
      CreateVirtualNode: 1,
      CreateRoute: 1,
    });
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
  });

  it('to a namespace of another mesh is told with both meshes', async () => {
    const others = { mesh: 'other' };
    const stage = await stageWith(
      aNamespace('elsewhere', others),
      aMesh({ namespaceSelector: { matchLabels: others } }, 'other'),
      aNode('far', {}, 'elsewhere'),
      aService('far', undefined, {
        provider: { virtualNode: { virtualNodeRef: { name: 'far', namespace: 'elsewhere' } } },
      }),
    );
    expect(stage.activeOf('VirtualService', 'far', 'apps')).toMatchObject({
      is: 'False ReferenceMissing',
      message: expect.stringContaining('VirtualNode elsewhere/far is in mesh other; expected one in shop'),
    });
  });

  it('holds what it refers to: a deletion waits until nothing does', async () => {
    const stage = await stageWith(aNode('a'), aNode('b'), aRouter('color', [aRoute('all', { a: 1 })]));
    stage.delete(aNode('a'));
    expect(await callsDuring(stage, () => stage.settleInOneRun()), 'known beforehand').toEqual({});
    expect(stage.activeOf('VirtualRouter', 'color', 'apps').is).toBe('False ReferenceMissing');
    expect(keysIn(stage.engine)).toContain(nodeKey('a'));
    await settledWith(stage, aRouter('color', [aRoute('all', { b: 1 })]));
    expect(resourceIn(stage.engine, 'route/shop/color_apps/all').version).toBe(2);
    expect(keysIn(stage.engine)).not.toContain(nodeKey('a'));
  });
});

describe('membership', () => {
  it('lost with the namespace’s label deletes nothing, and says why', async () => {
    const stage = await stageWith(aNode('a'), aService('a', 'node/a'));
    stage.apply(aNamespace('apps', {}));
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({});
    expect(nodeIs(stage, 'a')).toEqual({
      is: 'False NotMember',
      message: 'no Mesh selects namespace apps by its namespaceSelector',
    });
    expect(stage.statusOf('VirtualNode', 'a', 'apps')).toHaveProperty('virtualNodeARN');
    stage.delete(aMesh());
    expect(await callsDuring(stage, () => stage.settleInOneRun()), 'held by its members').toEqual({});
    stage.apply(aMesh(), aNamespace());
    expect(await callsDuring(stage, () => stage.settleInOneRun())).toEqual({});
    expect(nodeIs(stage, 'a')).toEqual(applied);
  });

  it('of two meshes deletes nothing, and names both', async () => {
    const stage = await stageWith(aNode('a'));
    await settledWith(stage, aMesh({}, 'rival'));
    expect(nodeIs(stage, 'a')).toEqual({
      is: 'False NotMember',
      message: '2 Meshes select namespace apps: rival, shop; exactly one may',
    });
    expect(keysIn(stage.engine)).toEqual(['mesh/rival', 'mesh/shop', nodeKey('a')]);
  });

  it('of another mesh moves what there is: made there, then deleted here', async () => {
    const rival = { mesh: 'rival' };
    const stage = await stageWith(
      aMesh({ namespaceSelector: { matchLabels: rival } }, 'rival'),
      aNode('a'),
      aRouter('color', [aRoute('all', { a: 1 })]),
      aService('color', 'router/color'),
    );
    stage.apply(aNamespace('apps', rival));
    await stage.settleInOneRun();
    const inRival = [
      'route/rival/color_apps/all',
      'virtualNode/rival/a_apps',
      'virtualRouter/rival/color_apps',
      'virtualService/rival/color.apps',
    ];
    expect(keysIn(stage.engine)).toEqual(['mesh/rival', 'mesh/shop', ...inRival]);
    expect(stage.statusOf('VirtualNode', 'a', 'apps').virtualNodeARN).toContain('mesh/rival/');
  });
});

describe('what was deleted by hand', () => {
  it('together with what it needs is found by the first call that misses it, and made again at once', async () => {
    const stage = await stageWith(aNode('a'), aRouter('color', [aRoute('all', { a: 1 })]));
    const route = { kind: 'route', meshName: 'shop', parentName: 'color_apps', name: 'all' } as const;
    byHand(stage.engine, 'Delete', route);
    stage.clock.advance(1_000);
    byHand(stage.engine, 'Delete', { kind: 'virtualRouter', meshName: 'shop', name: 'color_apps' });
    expect(await settledWith(stage, aRouter('color', [aRoute('all', { a: 2 })]))).toBe('');
    expect(keysIn(stage.engine)).toContain('route/shop/color_apps/all');
    expect(stage.activeOf('VirtualRouter', 'color', 'apps')).toEqual(applied);
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

  it('objects are still seen, and pods asked to look again', async () => {
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

  it('a verification fails as a whole and doubts nothing', async () => {
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

describe('the status of objects', () => {
  it('is written later where the cluster cannot be reached, and kept until then', async () => {
    const stage = new MeshStage();
    stage.isApiDown = true;
    stage.apply(...ground, aNode('a'));
    await stage.settleInOneRun();
    expect(nodeIs(stage, 'a').is).toBe('none');
    const record = stage.stores.statuses.items.get('local VirtualNode apps/a');
    expect(record).toMatchObject({
      mesh: { condition: { status: 'True' } },
      problem: 'the API server is down',
    });
    expect(record?.written).toBeUndefined();
    stage.isApiDown = false;
    expect(await callsDuring(stage, () => stage.reconcile())).toEqual({});
    expect(nodeIs(stage, 'a')).toEqual(applied);
    expect(outcomeOf(stage).unwritten).toEqual([]);
    const writes = stage.statusWrites;
    await stage.reconcile();
    expect(stage.statusWrites).toBe(writes);
  });

  it('of a route that is no more is struck also where the cluster could not be reached meanwhile', async () => {
    const stage = await stageWith(aNode('a'), aRouter('color', [aRoute('old', { a: 1 })]));
    stage.isApiDown = true;
    await settledWith(stage, aRouter('color', [aRoute('middle', { a: 1 })]));
    await settledWith(stage, aRouter('color', [aRoute('new', { a: 1 })]));
    stage.isApiDown = false;
    await stage.reconcile();
    expect(stage.statusOf('VirtualRouter', 'color', 'apps').routeARNs).toEqual({
      new: expect.stringMatching(/route\/new$/),
    });
    const writes = stage.statusWrites;
    await stage.reconcile();
    expect(stage.statusWrites, 'and said once').toBe(writes);
  });

  it('of an object made anew under its name is told anew', async () => {
    const stage = await stageWith(aNode('a'));
    stage.delete(aNode('a'));
    stage.apply(aNode('a'));
    expect(await callsDuring(stage, () => stage.settleInOneRun()), 'the resource stays').toEqual({});
    expect(nodeIs(stage, 'a')).toEqual(applied);
    expect(stage.statusOf('VirtualNode', 'a', 'apps')).toMatchObject({
      observedGeneration: 1,
      virtualNodeARN: resourceIn(stage.engine, nodeKey('a')).arn,
    });
  });

  it('changes its time with its status only', async () => {
    const stage = await stageWith(aNode('a'));
    const changedAt = () =>
      (stage.statusOf('VirtualNode', 'a', 'apps').conditions as { lastTransitionTime: string }[])[0]
        ?.lastTransitionTime;
    const first = changedAt();
    stage.clock.advance(60_000);
    await settledWith(stage, aNode('a', { listeners: [{ portMapping: { port: 1, protocol: 'http' } }] }));
    expect(changedAt()).toBe(first);
    stage.clock.advance(60_000);
    await settledWith(stage, aNode('a', { colour: 'x' }));
    expect(changedAt()).toBe(new Date(stage.clock.now()).toISOString().replace(/\.\d+/, ''));
  });

  it('is told as soon as its own resource is there, whatever the others wait for', async () => {
    const told: string[] = [];
    const stage = new MeshStage({
      wrap: (world) => ({
        ...world,
        statusWriter: (cluster) => {
          const writer = world.statusWriter(cluster);
          return {
            write: async (object, status) => {
              told.push(`${object.name} with ${stage.engine.snapshot().length}`);
              await writer.write(object, status);
            },
          };
        },
      }),
    });
    stage.apply(...ground, aNode('a'), aService('a', 'node/a'));
    await stage.settleInOneRun();
    expect(told[0]).toBe('shop with 1');
  });

  it('that cannot be kept fails the run, without a failure that nobody hears of, and is told by the next', async () => {
    let refusals = 2;
    const stage = new MeshStage({
      wrap: (world) => ({
        ...world,
        statuses: new Proxy(world.statuses, {
          get: (store, name) => {
            const member: unknown = Reflect.get(store, name);
            if (name !== 'replace' || refusals-- <= 0)
              return typeof member === 'function' ? member.bind(store) : member;
            return async () => {
              throw new Error('the table is down');
            };
          },
        }),
      }),
    });
    stage.apply(...ground, aNode('a'), aNode('b'), aService('a', 'node/a'));
    expect(await failure(() => stage.settleInOneRun())).toBe('the table is down');
    await stage.reconcile();
    expect(nodeIs(stage, 'a')).toEqual(applied);
    expect(stage.activeOf('Mesh', 'shop')).toEqual(applied);
  });
});

describe('when time runs out', () => {
  it('what is left is asked for anew, with the verification that it is part of', async () => {
    const stage = await stageWith(aNode('a'), aNode('b'));
    byHand(stage.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'b_apps' });
    byHand(stage.engine, 'Delete', { kind: 'virtualNode', meshName: 'shop', name: 'a_apps' });
    stage.engine.faults.onCall = (operation) => {
      if (operation === 'ListVirtualNodes') stage.clock.advance(60_000);
      return undefined;
    };
    await stage.reconcile({ verify: true });
    expect(stage.queue).toMatchObject([
      { type: detailTypes.meshReconcileRequested, verify: true, reason: 'there was no time for all of it' },
    ]);
    expect((await stage.stores.meshRuns.last('local'))?.verifiedAtMs).toBeUndefined();
    stage.engine.faults.reset();
    await stage.settle();
    expect(keysIn(stage.engine)).toEqual(['mesh/shop', nodeKey('a'), nodeKey('b')]);
    expect((await stage.stores.meshRuns.last('local'))?.verifiedAtMs).toBe(stage.clock.now());
  });
});
