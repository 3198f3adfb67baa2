import { describe, expect, it } from 'vitest';
import { NotFoundError, PermanentError } from '../../../shared/model/errors.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';
import { endRelease, releaseInstance } from '../../../shared/pods/release-instance.ts';
import type { Operation } from '../../../shared/ports/ports.ts';
import { aReleasingPod, pod, record, registration, released, service } from './releasing.ts';

const waiter = { cluster: 'local', namespace: 'shop', name: 'front-2' };
const ours = { 'k8s.io/cluster': 'local', 'k8s.io/pod-uid': 'uid-1' };
const accepted = { claim: 'releasing', registrations: 1 };

describe('the proof that an instance is the own one', () => {
  const find = 'find 10.0.0.1 of srv-1';
  const deregister = 'deregister 10.0.0.1 of srv-1';

  it.each<[string, Partial<Claim>, Record<string, string> | undefined, string[]]>([
    ['a registered instance needs no read', {}, { other: 'attributes' }, [deregister]],
    ['after an invalidation, it is still ours', { phase: 'claimed' }, undefined, [deregister]],
    [
      'one never registered is read, and may be absent',
      { fingerprint: undefined },
      undefined,
      [find, deregister],
    ],
    ['one never registered is read, and is ours', { fingerprint: undefined }, ours, [find, deregister]],
    [
      'one never registered is left to another pod',
      { fingerprint: undefined },
      { ...ours, 'k8s.io/pod-uid': 'uid-2' },
      [find],
    ],
    [
      'one never registered is left to another cluster',
      { fingerprint: undefined },
      { ...ours, 'k8s.io/cluster': 'second' },
      [find],
    ],
    [
      'one never registered is left to whoever made it',
      { fingerprint: undefined },
      { color: 'blue' },
      [find],
    ],
    [
      'a release that began before is read',
      { phase: 'releasing', operationId: undefined },
      ours,
      [find, deregister],
    ],
    [
      'a release that began before is left',
      { phase: 'releasing', operationId: undefined },
      { color: 'blue' },
      [find],
    ],
  ])('%s', async (_what, claim, attributes, expected) => {
    const { deps, calls, remaining } = await aReleasingPod(claim, { findInstance: async () => attributes });
    await releaseInstance(deps, record, registration);
    expect(calls).toEqual(expected);
    expect(await remaining()).toEqual(expected.includes(deregister) ? accepted : released);
  });
});

describe('an accepted deregistration', () => {
  it('records its operation and cause, its lag, and the change of the service', async () => {
    const { deps, stores, clock, counted, noted, logged } = await aReleasingPod();
    clock.nowMs = 4_500;
    await releaseInstance(deps, record, registration);
    expect(await stores.claims.find(service, '10.0.0.1')).toMatchObject({
      ...{ phase: 'releasing', operationId: 'op-new' },
      releaseCause: { correlationId: 'c-1', observedAtMs: -500 },
    });
    expect(counted).toEqual([['DeregistrationLag', 5_000]]);
    expect(noted).toEqual([{ cluster: 'local', service, serviceId: 'srv-1' }]);
    expect(logged).toEqual([]);
  });

  it('is awaited where another pod waits for the id', async () => {
    const { deps, calls, logged, sent, remaining } = await aReleasingPod({ waiting: [waiter] });
    await releaseInstance(deps, record, registration);
    expect(calls).toEqual(['deregister 10.0.0.1 of srv-1', 'await op-new']);
    expect(sent).toMatchObject([
      { group: 'local/shop/front-2', reason: 'the claim on 10.0.0.1 was released' },
    ]);
    expect(logged).toEqual([
      [
        'Cloud Map operation succeeded',
        {
          ...{
            call: 'DeregisterInstance',
            serviceId: 'srv-1',
            instanceId: '10.0.0.1',
            operationId: 'op-new',
          },
          ...{ result: 'succeeded', correlationId: 'c-1', sinceObservedMs: 500 },
        },
      ],
    ]);
    expect(await remaining()).toEqual(released);
  });

  it('is awaited where a pod waits for a place in the service', async () => {
    const { deps, stores, calls, remaining } = await aReleasingPod();
    await stores.services.save(service, {
      ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
      ...{ hasCustomHealthCheck: false, full: { atMs: 0, quota: 'service' } },
    });
    await releaseInstance(deps, record, registration);
    expect(calls).toEqual(['deregister 10.0.0.1 of srv-1', 'await op-new']);
    expect((await stores.services.find(service))?.full).toBeUndefined();
    expect(await remaining()).toEqual(released);
  });
});

describe('a release that Cloud Map accepted before', () => {
  const releasing = { phase: 'releasing', operationId: 'op-1' } as const;
  const again = ['operation op-1', 'find 10.0.0.1 of srv-1', 'deregister 10.0.0.1 of srv-1'];

  it('is left to the sweep while nobody waits', async () => {
    const { deps, calls, remaining } = await aReleasingPod(releasing);
    await releaseInstance(deps, record, registration);
    expect(calls).toEqual([]);
    expect(await remaining()).toEqual(accepted);
  });

  it.each<[string, Operation | undefined, string[], typeof accepted | typeof released]>([
    ['ends when it has succeeded', { status: 'succeeded' }, ['operation op-1', 'await op-1'], released],
    ['is called again when it has failed', { status: 'failed' }, [...again, 'await op-new'], released],
    ['is called again when it is forgotten', undefined, [...again, 'await op-new'], released],
  ])('with a pod that waits for the id, it %s', async (_what, end, expected, left) => {
    const { deps, calls, remaining } = await aReleasingPod(
      { ...releasing, waiting: [waiter] },
      {
        operation: async (id) => {
          if (id === 'op-new') return { status: 'succeeded' };
          if (end === undefined) throw new NotFoundError('operation', 'forgotten');
          return end;
        },
      },
    );
    await releaseInstance(deps, record, registration);
    expect(calls).toEqual(expected);
    expect(await remaining()).toEqual(left);
  });

  it('with a pod that waits for the id, it is awaited and then retried while it runs', async () => {
    const { deps, clock, remaining } = await aReleasingPod(
      { ...releasing, waiting: [waiter] },
      { operation: async () => ({ status: 'pending' }) },
    );
    const sleep = async (ms: number) => {
      clock.nowMs += ms;
    };
    const sleeping = { ...deps.clock, sleep };
    const release = releaseInstance({ ...deps, clock: sleeping }, record, registration);
    await expect(release).rejects.toThrow('Cloud Map operation op-1 is still running');
    expect(await remaining()).toEqual(accepted);
  });

  it('is not called again because its operation cannot be read', async () => {
    const error = new PermanentError('not allowed');
    const { deps, calls, remaining } = await aReleasingPod(
      { ...releasing, waiting: [waiter] },
      { operation: () => Promise.reject(error) },
    );
    await expect(releaseInstance(deps, record, registration)).rejects.toBe(error);
    expect(calls).toEqual(['operation op-1']);
    expect(await remaining()).toEqual(accepted);
  });

  it.each([
    ['with the reason of Cloud Map', 'access denied', 'access denied'],
    ['where Cloud Map names no reason', undefined, 'no reason given'],
  ])('a failure is logged %s', async (_what, error, expected) => {
    const { deps, logged } = await aReleasingPod(
      { ...releasing, waiting: [waiter], releaseCause: { correlationId: 'c-0', observedAtMs: -900 } },
      { operation: async (id) => (id === 'op-1' ? { status: 'failed', error } : { status: 'succeeded' }) },
    );
    await releaseInstance(deps, record, registration);
    expect(logged[0]).toEqual([
      'Cloud Map operation failed',
      {
        ...{ call: 'DeregisterInstance', serviceId: 'srv-1', instanceId: '10.0.0.1', operationId: 'op-1' },
        ...{ result: 'failed', error: expected, correlationId: 'c-0', sinceObservedMs: 900 },
      },
    ]);
    expect(logged).toHaveLength(2);
  });
});

describe('the end of a release that a sweep saw', () => {
  it('removes the claim and the registration, and logs the operation', async () => {
    const world = await aReleasingPod({ phase: 'releasing', operationId: 'op-1', waiting: [waiter] });
    await endRelease(world.deps, pod, registration, 'op-1');
    expect(await world.remaining()).toEqual(released);
    expect(world.sent).toMatchObject([{ group: 'local/shop/front-2' }]);
    expect(world.logged).toMatchObject([['Cloud Map operation succeeded', { operationId: 'op-1' }]]);
    expect(world.calls).toEqual([]);
  });

  it.each<[string, Partial<Claim>]>([
    ['another operation runs by now', { phase: 'releasing', operationId: 'op-2' }],
    ['the pod has registered again', { phase: 'applied', operationId: 'op-1' }],
    [
      'another pod has the id by now',
      {
        phase: 'releasing',
        operationId: 'op-1',
        owner: { ...waiter, uid: 'uid-2' },
      },
    ],
  ])('changes nothing where %s', async (_what, claim) => {
    const world = await aReleasingPod(claim);
    await endRelease(world.deps, pod, registration, 'op-1');
    expect(await world.remaining()).toEqual({ claim: claim.phase, registrations: 1 });
    expect([world.sent, world.logged]).toEqual([[], []]);
  });

  it('changes nothing where the claim is gone', async () => {
    const world = await aReleasingPod();
    world.stores.claims.items.clear();
    await endRelease(world.deps, pod, registration, 'op-1');
    expect(await world.remaining()).toEqual({ claim: undefined, registrations: 1 });
  });
});
