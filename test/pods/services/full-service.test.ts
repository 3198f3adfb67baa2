import { describe, expect, it } from 'vitest';
import { QuotaExceededError, RefusedError } from '../../../shared/model/errors.ts';
import type { PodResyncRequested } from '../../../shared/model/events/event.ts';
import type { Claim, CloudMapService, FullService } from '../../../shared/model/records/registration.ts';
import { refuseWhereFull, registerOrRefuse } from '../../../shared/pods/services/full-service.ts';
import type { CloudMap, Dependencies, Operation } from '../../../shared/ports/ports.ts';
import { aClaim, aConfig } from '../../explain/harness/pod-facts.ts';
import { aPod } from '../../fakes/objects.ts';
import { memoryStores } from '../../fakes/stores/memory-stores.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const { service: key, owner } = aClaim();
const pod = aPod();
const instanceId = '10.0.0.1';
const full: FullService = { atMs: nowMs, quota: 'service' };

interface Given {
  readonly full?: FullService;
  /** By Cloud Map's own count, of three that fit. */
  readonly count?: number;
  readonly isThere?: boolean;
  readonly operations?: ReadonlyMap<string, Operation>;
}

/** A service of the usual pod, which is not registered. */
async function aService(given: Given) {
  const stores = memoryStores(() => nowMs);
  const [asked, calls]: string[][] = [[], []];
  const requests = {
    send: async (events: readonly PodResyncRequested[]) =>
      void asked?.push(...events.map(({ pod: { name } }) => name)),
  };
  const cloudMap = {
    whenAllowed: (_call: string, work: () => Promise<string>) => work(),
    findInstance: async () => {
      calls?.push('findInstance');
      return given.isThere ? {} : undefined;
    },
    instanceCount: async () => given.count ?? 3,
    operations: async () => given.operations ?? new Map(),
  } as unknown as CloudMap;
  const config = aConfig({ quotas: { instancesPerService: 3 } });
  const deps = {
    ...stores,
    ...{ requests, clock: { now: () => nowMs }, cluster: () => config, cloudMap: () => cloudMap },
  } as unknown as Dependencies;
  const service: CloudMapService = {
    ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
    ...{ hasCustomHealthCheck: true, full: given.full },
  };
  await stores.services.save(key, service);
  await stores.pods.record({ pod, deleted: false });
  const waiting = () => [...stores.waitingPods.items.values()].map(({ name }) => name);
  return { deps, stores, cloudMap, service, asked, calls, waiting };
}

describe('a new instance in a service that is recorded as full', () => {
  const refuse = ({ deps, service }: Awaited<ReturnType<typeof aService>>, current?: Claim) =>
    refuseWhereFull(deps, key, service, { pod, instanceId, current });

  it('a new instance in a service that is recorded as full is refused, and the pod waits; if that is repeated, Cloud Map is not asked again', async () => {
    const on = await aService({ full });
    for (let time = 1; time <= 2; time++) await expect(refuse(on)).rejects.toThrow(RefusedError);
    expect(on.waiting()).toEqual(['front-1']);
    expect((await on.stores.pods.find(pod))?.waits).toEqual([{ service: key, createdAt: pod.createdAt }]);
    expect(on.calls).toEqual(['findInstance']);
  });

  it.each<readonly [string, Given, Claim | undefined]>([
    ['the service is not full', {}, undefined],
    ['the service was full 15 minutes ago', { full: { ...full, atMs: nowMs - 900_000 } }, undefined],
    ['the service is being reopened', { full: { ...full, reopening: true } }, undefined],
    ['the pod has the claim', { full }, aClaim()],
    ['the instance already exists', { full, isThere: true }, undefined],
  ])(
    'a new instance in a service that is recorded as full is not refused if %s',
    async (_, given, current) => {
      const on = await aService(given);
      expect(await refuse(on, current)).toBeUndefined();
      expect(on.waiting()).toEqual([]);
    },
  );

  it('a new instance in a service that is recorded as full is not refused if a place was freed while the pod began to wait', async () => {
    const on = await aService({ full });
    const { waitingPods, services } = on.stores;
    const add = waitingPods.add.bind(waitingPods);
    waitingPods.add = async (...args) => {
      await add(...args);
      await services.clearFull(key, full);
    };
    expect(await refuse(on)).toBeUndefined();
  });

  it('a new instance in a service that is recorded as full is not refused if the pod was offered a place', async () => {
    const on = await aService({ full });
    const { createdAt } = pod;
    const { cluster, namespace, name } = owner;
    const wakened = { cluster, namespace, name, createdAt, instanceId, wokenAtMs: nowMs, wokenFor: 'a' };
    await on.stores.waitingPods.add(key, wakened);
    expect(await refuse(on)).toEqual(wakened);
  });
});

describe('an instance that Cloud Map refuses because a quota is reached', () => {
  const refusal = new QuotaExceededError('too many');

  /** Registers the pod; Cloud Map refuses the first calls. */
  async function registerIn(on: Awaited<ReturnType<typeof aService>>, refusedCalls: number) {
    const { claims } = on.stores;
    const claim = await claims.take({ service: key, instanceId }, owner, 'srv-1', nowMs);
    await on.stores.pods.addRegistration(pod, { service: key, instanceId });
    let calls = 0;
    const result = registerOrRefuse(
      on.deps,
      on.cloudMap,
      { claim, pod, isInFull: false, waiting: undefined },
      async () => {
        calls += 1;
        if (calls <= refusedCalls) throw refusal;
        return 'op-1';
      },
    );
    const outcome = await result.catch((error: unknown) => error);
    return { outcome, calls, full: (await on.stores.services.find(key))?.full };
  }

  it('an instance that Cloud Map refuses because a quota is reached is refused: the claim is released, the pod waits, and the service is full', async () => {
    const on = await aService({});
    const { outcome, calls, full: recorded } = await registerIn(on, 1);
    expect(outcome).toMatchObject({ dependsOn: 'service quota', waitsIn: key });
    expect([calls, recorded]).toEqual([1, full]);
    expect(on.stores.claims.items.size).toBe(0);
    expect(on.waiting()).toEqual(['front-1']);
    const { waits, registrations } = (await on.stores.pods.find(pod)) ?? {};
    expect([waits, registrations]).toEqual([[{ service: key, createdAt: pod.createdAt }], []]);
    expect(on.calls, 'it was not registered before').toEqual([]);
  });

  it('an instance that Cloud Map refuses because a quota is reached keeps its claim if it was registered before and exists: it takes no other place', async () => {
    const on = await aService({ isThere: true });
    const { claims } = on.stores;
    const take = claims.take.bind(claims);
    claims.take = async (...args) => ({ ...(await take(...args)), fingerprint: 'print' });
    expect((await registerIn(on, 1)).outcome).toBe(refusal);
    expect([claims.items.size, on.waiting()]).toEqual([1, []]);
  });

  it('an instance that Cloud Map refuses because a quota is reached is called once more if Cloud Map counts fewer by now, and the other places are offered', async () => {
    const on = await aService({ count: 1 });
    for (const [index, name] of ['front-2', 'front-3'].entries()) {
      const createdAt = `2026-11-21T11:00:0${index}Z`;
      const other = aPod({ name, uid: name, createdAt });
      await on.stores.pods.record({ pod: other, deleted: false });
      const { cluster, namespace } = other;
      await on.stores.waitingPods.add(key, { cluster, namespace, name, createdAt, instanceId: name });
    }
    expect(await registerIn(on, 1)).toMatchObject({ outcome: 'op-1', calls: 2 });
    expect(on.asked).toEqual(['front-2']);
    expect(on.waiting()).toEqual(['front-2', 'front-3']);
  });

  it('an instance that Cloud Map refuses because a quota is reached is refused by the quota of the namespace if Cloud Map counts fewer and refuses again', async () => {
    const { outcome, full: recorded } = await registerIn(await aService({ count: 1 }), 2);
    expect(outcome).toMatchObject({ dependsOn: 'namespace quota' });
    expect(recorded).toMatchObject({ quota: 'namespace' });
  });

  it('an instance that Cloud Map refuses because a quota is reached asks the writers of running deregistrations to check how they end, and no others', async () => {
    const status = (one: Operation['status']): Operation => ({ status: one });
    const operations = new Map([
      ['op-2', status('pending')],
      ['op-3', status('succeeded')],
      ['op-4', status('pending')],
      ['op-1', status('pending')],
    ]);
    const on = await aService({ operations });
    for (const [id, phase] of [
      ['2', 'releasing'],
      ['3', 'releasing'],
      ['4', 'applied'],
    ] as const) {
      const other = { ...owner, name: `front-${id}`, uid: id };
      await on.stores.claims.take({ service: key, instanceId: `10.0.0.${id}` }, other, 'srv-1', nowMs);
      for (const claim of on.stores.claims.items.values())
        if (claim.owner.uid === id) Object.assign(claim, { phase, operationId: `op-${id}` });
    }
    const ownOther = { service: key, instanceId: '10.0.0.9' };
    await on.stores.claims.release(await on.stores.claims.take(ownOther, owner, 'srv-1', nowMs), 'op-1');
    await registerIn(on, 1);
    expect(on.asked).toEqual(['front-2']);
  });
});

describe('an instance that Cloud Map accepts in a service that is recorded as full', () => {
  const wait = { cluster: 'local', namespace: 'shop', createdAt: pod.createdAt };
  const accepted = async (on: Awaited<ReturnType<typeof aService>>, name: string, woken: object) => {
    const { pods, waitingPods } = on.stores;
    const claim = await on.stores.claims.take({ service: key, instanceId }, owner, 'srv-1', nowMs);
    const waiting = { ...wait, name: pod.name, instanceId, ...woken };
    await waitingPods.add(key, waiting);
    await pods.record({ pod: aPod({ name, uid: name }), deleted: false });
    await waitingPods.add(key, { ...wait, name, instanceId: name });
    return registerOrRefuse(
      on.deps,
      on.cloudMap,
      { claim, pod, isInFull: true, waiting },
      async () => 'op-1',
    );
  };

  it('an instance that Cloud Map accepts in a service that is recorded as full takes the place that its pod was offered', async () => {
    const on = await aService({ full, count: 1 });
    expect(await accepted(on, 'front-2', { wokenFor: 'a', wokenAtMs: nowMs })).toBe('op-1');
    expect([on.waiting(), on.asked]).toEqual([['front-2'], []]);
  });

  it('an instance that Cloud Map accepts in a service that is recorded as full shows that there are more places if its pod was offered none: they are offered', async () => {
    const on = await aService({ full, count: 2 });
    expect(await accepted(on, 'front-2', {})).toBe('op-1');
    expect([on.waiting(), on.asked]).toEqual([['front-2'], ['front-2']]);
  });

  it('an instance that Cloud Map accepts in a service that is recorded as full offers none if Cloud Map counts as many as fit', async () => {
    const on = await aService({ full, count: 3 });
    expect(await accepted(on, 'front-2', {})).toBe('op-1');
    expect([on.waiting(), on.asked]).toEqual([['front-2'], []]);
  });
});
