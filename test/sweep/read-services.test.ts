import { describe, expect, it } from 'vitest';
import { NotFoundError, PermanentError } from '../../shared/model/errors.ts';
import type { Claim, CloudMapService } from '../../shared/model/records/registration.ts';
import type { SeenInstance } from '../../shared/model/service-view.ts';
import type { CloudMapReader, SweepDependencies } from '../../shared/ports/sweep-ports.ts';
import type { ClusterSnapshot } from '../../shared/sweep/read-cluster.ts';
import { readServices } from '../../shared/sweep/read-services.ts';
import { aNode } from '../explain/harness/pod-facts.ts';
import { anObject, aPod } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

const key = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const id = { service: key, instanceId: '10.0.0.1' };
const owner = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const service: CloudMapService = {
  ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
  hasCustomHealthCheck: false,
};
const instance: SeenInstance = { attributes: { app: 'front' } };
const nowMs = 10_000_000;
const minutesAgo = (minutes: number) => nowMs - minutes * 60_000;
type Running = Awaited<ReturnType<CloudMapReader['runningOperation']>>;

interface Situation {
  readonly known?: CloudMapService | undefined;
  readonly claim?: Partial<Claim> | undefined;
  readonly instances?: readonly string[] | Error;
  /** The ids of running operations, and what those are that no claim names. */
  readonly running?: readonly string[];
  readonly operations?: Readonly<Record<string, Running>>;
  /** What the namespace holds by its names. */
  readonly services?: Readonly<Record<string, CloudMapService>>;
}

/** A sweep of one service that a record of use names. */
async function aSweep(situation: Situation) {
  const { known, claim, instances = [], running = [], operations = {}, services = {} } = situation;
  const calls: string[] = [];
  const reader: Partial<CloudMapReader> = {
    runningOperations: async (serviceId) => {
      calls.push(`running ${serviceId ?? 'all'}`);
      return running;
    },
    runningOperation: async (operationId) => {
      calls.push(`operation ${operationId}`);
      return operations[operationId];
    },
    failedOperations: async (serviceId, sinceMs) => {
      calls.push(`failed ${serviceId} ${(nowMs - sinceMs) / 60_000} min`);
      return new Map([['op-f', 'in words']]);
    },
    instancesOf: async (serviceId) => {
      calls.push(`list ${serviceId}`);
      if (instances instanceof Error && serviceId === 'srv-1') throw instances;
      return new Map((instances instanceof Error ? [] : instances).map((each) => [each, instance]));
    },
    servicesOf: async ({ id: namespaceId }) => {
      calls.push(`services ${namespaceId}`);
      return new Map(Object.entries(services));
    },
  };
  const world = aDependencies({
    namespacesNamed: async (name) => [{ id: 'ns-1', name, kind: 'http', httpName: name }],
  });
  const { stores, clock, config } = world;
  clock.nowMs = nowMs;
  if (known !== undefined) await stores.services.save(key, known);
  if (claim !== undefined) {
    const taken = await stores.claims.take(id, owner, 'srv-1', 0);
    stores.claims.items.set([...stores.claims.items.keys()].join(), { ...taken, ...claim });
  }
  const deps = {
    ...world.deps,
    cloudMapReader: () => reader as CloudMapReader,
  } as unknown as SweepDependencies;
  const snapshot = {
    ...{ pods: new Map(), seen: new Map(), objects: [] },
    registrationContext: () => ({ virtualNodes: [], meshes: [], namespaceLabels: {} }),
  } as unknown as ClusterSnapshot;
  const read = (changes: Partial<ClusterSnapshot> = {}, configured = config) =>
    readServices(deps, configured, { ...snapshot, ...changes });
  const readUsed = async () => {
    await stores.usedServices.save('local', { service: key, usedAtMs: 0 });
    return (await read()).views.get('shop.local/front');
  };
  return { ...world, calls, read, readUsed };
}

const own = { phase: 'applied', operationId: 'op-1', fingerprint: 'f' } as const;
const failures = 'failed srv-1 30 min';

describe('what a sweep reads of a service', () => {
  const all = ['running all'];
  const list = [...all, 'list srv-1'];
  const underWay = [...all, 'running srv-1', 'list srv-1'];

  it.each<[string, Situation, object, string[]]>([
    [
      'nothing but its list while nothing runs',
      { instances: ['10.0.0.1'], claim: own },
      { underWay: [] },
      list,
    ],
    ['its failures, if an instance is missing', { claim: own }, { failed: ['op-f'] }, [...list, failures]],
    ['no failures of a claim that is not applied', { claim: { phase: 'claimed' } }, { failed: [] }, list],
    [
      'its failures, if a deregistered instance is there',
      { instances: ['10.0.0.1'], claim: { ...own, phase: 'releasing' } },
      { failed: ['op-f'], instances: ['10.0.0.1'] },
      [...list, failures],
    ],
    [
      'no failures of a release that was not accepted',
      { instances: ['10.0.0.1'], claim: { phase: 'releasing', operationId: undefined } },
      { failed: [] },
      list,
    ],
    [
      'no failures of a release that is done',
      { claim: { ...own, phase: 'releasing' } },
      { failed: [] },
      list,
    ],
    [
      'its failures since an attribute should have been removed',
      {
        instances: ['10.0.0.1'],
        claim: { ...own, removal: { keys: ['app'], operationId: 'op-0', acceptedAtMs: minutesAgo(45) } },
      },
      { failed: ['op-f'] },
      [...list, 'failed srv-1 45 min'],
    ],
    [
      'an own registration that runs, without a read of it',
      { claim: own, running: ['op-1'] },
      { underWay: [['10.0.0.1', { id: 'op-1', type: 'register' }]], failed: [] },
      underWay,
    ],
    [
      'an own deregistration that runs, after which the instance is gone',
      { instances: ['10.0.0.1', '10.0.0.2'], claim: { ...own, phase: 'releasing' }, running: ['op-1'] },
      {
        ...{ underWay: [['10.0.0.1', { id: 'op-1', type: 'deregister' }]], instances: ['10.0.0.2'] },
        failed: [],
      },
      underWay,
    ],
    [
      'an operation that no claim names',
      {
        ...{ instances: ['10.0.0.1'], claim: own, running: ['op-7', 'op-8'] },
        operations: { 'op-7': { id: 'op-7', instanceId: '10.0.0.7', type: 'register' } },
      },
      { underWay: [['10.0.0.7', { id: 'op-7', type: 'register' }]], instances: ['10.0.0.1'] },
      [...all, 'running srv-1', 'operation op-7', 'operation op-8', 'list srv-1'],
    ],
    [
      'its running operations if its namespace is shared: they are not among those of the account',
      { known: { ...service, ownerAccount: '111122223333' } },
      { underWay: [] },
      underWay,
    ],
  ])('is %s', async (_what, situation, expected, calls) => {
    const sweep = await aSweep({ known: service, ...situation });
    const view = await sweep.readUsed();
    const seen = {
      underWay: [...(view?.underWay ?? [])],
      instances: [...(view?.instances.keys() ?? [])],
      failed: [...(view?.failedOperations.keys() ?? [])],
    };
    expect(seen).toMatchObject(expected);
    expect(view).toMatchObject({ key, serviceId: 'srv-1', isFormer: false, hasCustomHealthCheck: false });
    expect(sweep.calls).toEqual(calls);
  });

  it('includes that it is full', async () => {
    const full = { atMs: 1, quota: 'service' } as const;
    expect((await (await aSweep({ known: { ...service, full } })).readUsed())?.full).toEqual(full);
    expect(await (await aSweep({ known: service })).readUsed()).not.toHaveProperty('full');
  });
});

describe('a service that is not as the table has it', () => {
  const gone = new NotFoundError('service', 'no srv-1');
  const calls = ['running all', 'list srv-1', 'services ns-1'];

  it('is found by its names if it is not known', async () => {
    const { readUsed, calls: made } = await aSweep({ services: { front: service }, instances: ['10.0.0.1'] });
    expect(await readUsed()).toMatchObject({ serviceId: 'srv-1' });
    expect(made).toEqual(['running all', 'services ns-1', 'list srv-1']);
  });

  it('is found by its names if it was created again', async () => {
    const again = { ...service, id: 'srv-2' };
    const sweep = await aSweep({ known: service, instances: gone, services: { front: again } });
    expect(await sweep.readUsed()).toMatchObject({ serviceId: 'srv-2' });
    expect(sweep.calls).toEqual([...calls, 'list srv-2']);
  });

  it('has its claims if it was deleted', async () => {
    const { readUsed } = await aSweep({ known: service, instances: gone, claim: own });
    const view = await readUsed();
    expect(view).toMatchObject({ key, serviceId: 'srv-1', hasCustomHealthCheck: false });
    expect([...(view?.claims.keys() ?? [])]).toEqual(['10.0.0.1']);
    expect([view?.instances.size, view?.underWay.size, view?.failedOperations.size]).toEqual([0, 0, 0]);
  });

  it('is left out if nothing of it remains', async () => {
    const { readUsed, calls: made } = await aSweep({ known: service, instances: gone });
    expect(await readUsed()).toBeUndefined();
    expect(made).toEqual(calls);
  });

  it.each([new PermanentError('denied'), new NotFoundError('namespace', 'no ns-1')])(
    'is not left out because of another failure: $message',
    async (error) => {
      const { readUsed } = await aSweep({ known: service, instances: error });
      await expect(readUsed()).rejects.toBe(error);
    },
  );
});

describe('the services that a sweep reads', () => {
  const names = async (changes: Partial<ClusterSnapshot>) => {
    const sweep = await aSweep({
      known: service,
      services: { front: service, back: { ...service, id: 'srv-b' } },
    });
    const read = await sweep.read(changes);
    return { read, views: [...read.views.keys()], calls: sweep.calls };
  };
  const back = { ...key, serviceName: 'back' };
  const discovery = (serviceName: string) => ({
    serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName } },
  });
  const context = { virtualNodes: [aNode('front')], meshes: [], namespaceLabels: {} };
  const seen = { pod: aPod(), deleted: true, problems: [], registrations: [{ ...id, service: back }] };

  it.each<[string, Partial<ClusterSnapshot>, string[]]>([
    ['none that nothing names', {}, []],
    [
      'those that pods want',
      { pods: new Map([['shop/front-1', aPod()]]), registrationContext: () => context },
      ['shop.local/front'],
    ],
    ['those that pods had', { seen: new Map([['shop/front-1', seen]]) }, ['shop.local/back']],
    [
      'those that virtual nodes name',
      { objects: [anObject('VirtualNode', discovery('back')), anObject('VirtualNode', {})] },
      ['shop.local/back'],
    ],
    [
      'none that another kind seems to name',
      { objects: [anObject('VirtualGateway', discovery('back')), anObject('Namespace', undefined)] },
      [],
    ],
  ])('are %s', async (_what, snapshot, expected) => {
    const { read, views, calls } = await names(snapshot);
    expect(views).toEqual(expected);
    expect(calls.filter((call) => call === 'running all')).toHaveLength(expected.length > 0 ? 1 : 0);
    expect([key, back].filter((each) => read.isNamed(each)).map(({ serviceName }) => serviceName)).toEqual(
      expected.map((name) => name.split('/')[1]),
    );
  });

  it('include none of a place that clusters.yml does not name, which is reported', async () => {
    const { read, stores, calls } = await aSweep({});
    const elsewhere = { ...key, target: '999999999999/own' };
    await stores.usedServices.save('local', { service: elsewhere, usedAtMs: 0 });
    const { views, unreachable, used, isNamed } = await read();
    expect([views.size, unreachable, used]).toEqual([0, [elsewhere], [{ service: elsewhere, usedAtMs: 0 }]]);
    expect(isNamed(elsewhere)).toBe(false);
    expect(calls).toEqual([]);
  });

  it('count the instances of a service with two keys once, for the current one', async () => {
    const { read, stores, config } = await aSweep({ known: service, instances: ['10.0.0.1'] });
    const former = { ...key, chosen: 'ns-1' };
    await stores.services.save(former, service);
    for (const used of [former, key]) await stores.usedServices.save('local', { service: used, usedAtMs: 0 });
    const { views } = await read({}, config);
    expect([...views.values()].map((view) => [view.isFormer, view.instances.size])).toEqual([
      [true, 0],
      [false, 1],
    ]);
  });

  it('have the instances of a former key that no current one has', async () => {
    const { read, stores } = await aSweep({ instances: ['10.0.0.1'] });
    const former = { ...key, chosen: 'ns-1' };
    await stores.services.save(former, service);
    await stores.usedServices.save('local', { service: former, usedAtMs: 0 });
    const { views } = await read();
    expect([...views.values()].map((view) => [view.isFormer, view.instances.size])).toEqual([[true, 1]]);
  });
});
