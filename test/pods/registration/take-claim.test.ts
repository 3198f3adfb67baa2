import { describe, expect, it } from 'vitest';
import { ConflictError, PermanentError, RefusedError, WaitError } from '../../../shared/model/errors.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';
import { type ClaimRequest, isOwn, isOwnGroup, takeClaim } from '../../../shared/pods/take-claim.ts';
import type { ClaimStore, Operation } from '../../../shared/ports/ports.ts';
import { aPod } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';

const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const id = { service, instanceId: '10.0.0.1' };
const pod = aPod();
const self = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const holder = { ...self, name: 'front-2', uid: 'uid-2' };

/** The claim as somebody left it, and what the pod asks for; the deregistration that it names has ended so. */
async function aRequest(
  claim?: Partial<Claim>,
  { end = 'pending' as Operation['status'], seen = false } = {},
) {
  const operations: string[] = [];
  const logged: string[] = [];
  const world = aDependencies({
    operation: async (operationId) => {
      operations.push(operationId);
      return { status: end };
    },
  });
  const { stores, clock } = world;
  const telemetry = {
    change: () => undefined,
    count: () => {},
    log: (message: string) => void logged.push(message),
  };
  const deps = { ...world.deps, telemetry };
  clock.nowMs = 100;
  const find = () => stores.claims.find(service, '10.0.0.1');
  if (claim !== undefined) {
    await stores.claims.take(id, claim.owner ?? holder, 'srv-1', 7);
    const [key = ''] = stores.claims.items.keys();
    const taken = stores.claims.items.get(key) as Claim;
    stores.claims.items.set(key, { ...taken, operationId: 'op-1', ...claim });
  }
  const current = seen ? await find() : undefined;
  const request: ClaimRequest = { ...id, pod, serviceId: 'srv-1', attributeKeys: ['app'], current };
  return { ...world, deps, operations, logged, find, request, take: () => takeClaim(deps, request) };
}

async function withHolder(
  world: Awaited<ReturnType<typeof aRequest>>,
  changes: object = {},
  deleted = false,
) {
  const alive = aPod({ ...holder, ...changes });
  await world.stores.pods.record({ pod: alive, deleted });
  return world;
}

describe('an id that a pod takes', () => {
  it('is its own if nobody has it, with the keys that it is about to write', async () => {
    const { take, find } = await aRequest();
    const claim = await take();
    expect(claim).toMatchObject({ owner: self, phase: 'claimed', touchedAtMs: 100, attributeKeys: ['app'] });
    expect(claim.owner).toStrictEqual(self);
    expect(await find()).toEqual(claim);
  });

  it.each(['uid-1', 'uid-0'])('is its own if it has it, or a former pod of its name: %s', async (uid) => {
    const { take, sent, operations } = await aRequest({ owner: { ...self, uid } }, { seen: true });
    expect(await take()).toMatchObject({ owner: self, phase: 'claimed', version: 2 });
    expect([sent, operations]).toEqual([[], []]);
  });

  it('is taken over once its deregistration has succeeded, and the end is logged', async () => {
    const { take, sent, operations, logged } = await aRequest({ phase: 'releasing' }, { end: 'succeeded' });
    expect(await take()).toMatchObject({ owner: self, phase: 'claimed', touchedAtMs: 100 });
    expect(operations).toEqual(['op-1']);
    expect(logged).toEqual(['Cloud Map operation succeeded']);
    expect(sent).toEqual([]);
  });

  it.each<[string, Partial<Claim>, Operation['status']]>([
    ['is registered', { phase: 'applied' }, 'succeeded'],
    ['is being deregistered', { phase: 'releasing' }, 'pending'],
    ['could not be deregistered', { phase: 'releasing' }, 'failed'],
    ['is about to be deregistered', { phase: 'releasing', operationId: undefined }, 'succeeded'],
  ])('is waited for while it %s', async (_what, claim, end) => {
    const { take, find } = await aRequest(claim, { end });
    const taking = take();
    await expect(taking).rejects.toBeInstanceOf(RefusedError);
    await expect(taking).rejects.toMatchObject({ dependsOn: 'instance' });
    await expect(taking).rejects.toThrow(
      'instance id 10.0.0.1 of shop.local/front is held by pod shop/front-2 of cluster local; waiting until that pod releases it',
    );
    expect(await find()).toMatchObject({ owner: holder, waiting: [{ name: 'front-1' }], waitRevision: 1 });
  });

  it('is taken if it was released before the pod could wait', async () => {
    const { take, stores, find } = await aRequest({ phase: 'applied' });
    const wait = stores.claims.wait.bind(stores.claims);
    stores.claims.wait = async (...args) => {
      stores.claims.items.clear();
      return wait(...args);
    };
    await take();
    expect(await find()).toMatchObject({ owner: self, version: 1 });
  });

  it('is tried four times while it changes hands', async () => {
    const { take, stores } = await aRequest({ phase: 'applied' });
    let waits = 0;
    stores.claims.wait = async () => {
      waits += 1;
      return false;
    };
    const taking = take();
    await expect(taking).rejects.toBeInstanceOf(WaitError);
    await expect(taking).rejects.toThrow(
      'instance id 10.0.0.1 of shop.local/front changes hands too quickly',
    );
    expect(waits).toBe(4);
  });

  it('is waited for if somebody else took it over first, and is not if the table fails', async () => {
    const { take, stores, find } = await aRequest({ phase: 'releasing' }, { end: 'succeeded' });
    stores.claims.takeOver = () => Promise.reject(new ConflictError('changed'));
    await expect(take()).rejects.toBeInstanceOf(RefusedError);
    expect(await find()).toMatchObject({ owner: holder, waitRevision: 1 });
    stores.claims.takeOver = () => Promise.reject(new PermanentError('no table'));
    await expect(take()).rejects.toThrow('no table');
  });
});

describe('the claim as read before', () => {
  it.each<[string, Partial<Claim> | undefined, 'absent' | 'of itself' | 'not used']>([
    ['saves a read if there was none', undefined, 'absent'],
    ['saves a read if it is the own one', { owner: self }, 'of itself'],
    ['is read again if it is of another pod', { phase: 'applied' }, 'not used'],
  ])('%s', async (_what, claim, expected) => {
    const world = await aRequest(claim, { seen: true });
    const seen: string[] = [];
    const take: ClaimStore['take'] = world.stores.claims.take.bind(world.stores.claims);
    world.stores.claims.take = async (...args) => {
      const { seen: before } = args[4] ?? {};
      seen.push(before === undefined ? 'not used' : before === null ? 'absent' : 'of itself');
      return take(...args);
    };
    await world.take().catch(() => {});
    expect(seen).toEqual([expected]);
  });
});

describe('the holder of an id that another pod wants', () => {
  it.each<[string, object, boolean]>([
    ['it is deleted', {}, true],
    ['it terminates', { terminating: true }, false],
    ['another pod has its name', { uid: 'uid-3' }, false],
  ])('is asked to resync if %s', async (_why, changes, deleted) => {
    const { take, sent } = await withHolder(await aRequest({ phase: 'applied' }), changes, deleted);
    await expect(take()).rejects.toBeInstanceOf(RefusedError);
    expect(sent).toMatchObject([
      { group: 'local/shop/front-2', run: 'uid-2/7/1/0', reason: '10.0.0.1 is wanted by another pod' },
    ]);
  });

  it('is asked to resync if nothing is known of it, or if it is releasing the id', async () => {
    const unknown = await aRequest({ phase: 'applied' });
    await expect(unknown.take()).rejects.toBeInstanceOf(RefusedError);
    const releasing = await withHolder(await aRequest({ phase: 'releasing' }));
    await expect(releasing.take()).rejects.toBeInstanceOf(RefusedError);
    expect([unknown.sent.length, releasing.sent.length]).toEqual([1, 1]);
  });

  it('is left alone while it lives', async () => {
    const { take, sent } = await withHolder(await aRequest({ phase: 'applied' }));
    await expect(take()).rejects.toBeInstanceOf(RefusedError);
    expect(sent).toEqual([]);
  });
});

it.each([
  [self, true, true],
  [{ ...self, uid: 'uid-0' }, true, false],
  [holder, false, false],
  [{ ...self, cluster: 'second' }, false, false],
])('a claim of %j is of the pod’s name: %s, of the pod itself: %s', async (owner, isOfName, isOfPod) => {
  const { find } = await aRequest({ owner });
  const claim = await find();
  expect([isOwnGroup(claim, pod), isOwn(claim, pod)]).toEqual([isOfName, isOfPod]);
  expect([isOwnGroup(undefined, pod), isOwn(undefined, pod)]).toEqual([false, false]);
});
