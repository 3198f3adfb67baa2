import { describe, expect, it } from 'vitest';
import type { Claim } from '../../shared/model/records/registration.ts';
import { isFreshOperation, readRegistrationState } from '../../shared/pods/registration-state.ts';
import type { Operation } from '../../shared/ports/ports.ts';
import { aPod } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

const id = {
  service: { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' },
  instanceId: '10.0.0.1',
};
const instance = {
  ...{ namespaceName: 'shop.local', serviceName: 'front', instanceId: '10.0.0.1', attributes: {} },
  ...{ droppedLabels: [], ipFamily: 'ipv4' as const, source: 'VirtualNode front' },
};
const where = 'shop.local/front as 10.0.0.1';
const pod = aPod();
const acceptedAtMs = 1_000_000;

interface Situation {
  readonly claim?: Partial<Claim>;
  /** What Cloud Map says of the operation; undefined if it has forgotten it. */
  readonly operation?: Operation | undefined;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly succeeded?: readonly string[];
  readonly refusal?: string;
  /** Since the acceptance of the operation. */
  readonly ageMs?: number;
  /** Since the acceptance, too: how long the message may wait. */
  readonly untilMs?: number;
}

/** The registration state of a pod, and what Cloud Map was asked and how long after the operation's acceptance. */
async function aRegistration({ claim, operation, attributes, ageMs = 5_000, ...situation }: Situation) {
  const calls: string[] = [];
  const { deps, stores, clock } = aDependencies({
    operations: async (serviceId, { ids }) => {
      calls.push(`operations ${ids} of ${serviceId} after ${clock.nowMs - acceptedAtMs} ms`);
      return new Map(operation && ids.map((operationId) => [operationId, operation]));
    },
    findInstance: async (serviceId, instanceId) => {
      calls.push(`find ${instanceId} of ${serviceId}`);
      return attributes;
    },
  });
  clock.nowMs = acceptedAtMs + ageMs;
  const taken = await stores.claims.take(id, pod, 'srv-1', acceptedAtMs);
  const applied = {
    fingerprint: 'f',
    health: 'HEALTHY',
    operationId: 'op-1',
    touchedAtMs: acceptedAtMs,
  } as const;
  const stored = { ...(await stores.claims.apply(taken, applied)), ...claim };
  stores.claims.items.set([...stores.claims.items.keys()].join(), stored);
  const cloudMap = deps.cloudMap(deps.cluster('local'));
  const sleep = async (ms: number) => {
    clock.nowMs += ms;
  };
  const gate = situation.succeeded && { uid: 'uid-1', succeeded: situation.succeeded };
  const record = { pod, deleted: false, registrations: [], problems: [], ...(gate && { gate }) };
  const read = () =>
    readRegistrationState(
      { ...deps, cloudMap: () => cloudMap, clock: { ...deps.clock, sleep } },
      record,
      instance,
      {
        refusal: situation.refusal,
        limit: { untilMs: acceptedAtMs + (situation.untilMs ?? ageMs + 150), isCrowded: false },
      },
    );
  return { read, calls, clock };
}

const asked = ['operations op-1 of srv-1 after 5120 ms'];

describe('the registration state of an applied claim', () => {
  it.each<[string, Situation, object, string[]]>([
    ['known to have succeeded', { succeeded: ['op-1'] }, { kind: 'discoverable', where }, []],
    [
      'of which another operation succeeded',
      { succeeded: ['op-0'], operation: { status: 'succeeded' } },
      { kind: 'discoverable', where },
      asked,
    ],
    ['that succeeded', { operation: { status: 'succeeded' } }, { kind: 'discoverable', where }, asked],
    [
      'that failed',
      { operation: { status: 'failed', error: 'in words' } },
      { kind: 'failed', where, reason: 'in words' },
      asked,
    ],
    [
      'that failed without a reason',
      { operation: { status: 'failed' } },
      { kind: 'failed', where, reason: 'no reason given' },
      asked,
    ],
    ['that runs', { operation: { status: 'pending' } }, { kind: 'pending', where }, asked],
    [
      'that runs for almost a minute',
      { operation: { status: 'pending' }, ageMs: 59_879 },
      { kind: 'pending', where },
      ['operations op-1 of srv-1 after 59999 ms'],
    ],
    [
      'that runs for a minute',
      { operation: { status: 'pending' }, ageMs: 59_880 },
      { kind: 'refused', reason: `${where}: Cloud Map works on operation op-1 for over a minute` },
      ['operations op-1 of srv-1 after 60000 ms'],
    ],
    [
      'that Cloud Map has forgotten, with the instance there',
      { attributes: {} },
      { kind: 'discoverable', where },
      [...asked, 'find 10.0.0.1 of srv-1'],
    ],
    [
      'that Cloud Map has forgotten, without the instance',
      {},
      { kind: 'failed', where, reason: 'Cloud Map does not have the instance' },
      [...asked, 'find 10.0.0.1 of srv-1'],
    ],
    [
      'that is not recorded, with the instance there',
      { claim: { operationId: undefined }, attributes: {}, succeeded: [] },
      { kind: 'discoverable', where },
      ['find 10.0.0.1 of srv-1'],
    ],
  ])('an operation %s', async (_what, situation, expected, calls) => {
    const registration = await aRegistration(situation);
    const { claim, ...state } = await registration.read();
    expect(state).toEqual(expected);
    expect(claim).toMatchObject({ instanceId: '10.0.0.1', phase: 'applied' });
    expect(registration.calls).toEqual(calls);
  });
});

describe('how long a message waits for an operation', () => {
  it('a new operation is awaited for 300 ms while operations may end that soon', async () => {
    const { read, calls } = await aRegistration({
      operation: { status: 'pending' },
      ageMs: 0,
      untilMs: 9_000,
    });
    expect(await read()).toMatchObject({ kind: 'pending', where });
    expect(calls).toEqual(['operations op-1 of srv-1 after 200 ms']);
  });

  it('a new operation is not asked about once one is known to take longer', async () => {
    const { read, calls, clock } = await aRegistration({
      operation: { status: 'pending' },
      ageMs: 0,
      untilMs: 9_000,
    });
    await read();
    calls.splice(0);
    clock.nowMs = acceptedAtMs + 899;
    expect(await read()).toMatchObject({ kind: 'pending', where });
    expect(calls).toEqual([]);
    clock.nowMs = acceptedAtMs + 900;
    expect(await read()).toMatchObject({ kind: 'pending', where });
    expect(calls).not.toEqual([]);
  });

  it('an older operation is awaited for as long as the message may wait', async () => {
    const { read, calls } = await aRegistration({ operation: { status: 'pending' }, untilMs: 5_500 });
    await read();
    expect(calls).toEqual([5_120, 5_320].map((ms) => `operations op-1 of srv-1 after ${ms} ms`));
  });

  it('an operation is new for 900 ms', () => {
    expect([0, 899, 900].map(isFreshOperation)).toEqual([true, true, false]);
  });
});

describe('the registration state without an applied claim', () => {
  const refusal = 'held by another';

  it.each<[string, Partial<Claim>, object]>([
    ['an instance that cannot be updated still exists', { phase: 'claimed' }, { kind: 'unsettled' }],
    [
      'one never registered is refused',
      { phase: 'claimed', fingerprint: undefined },
      { kind: 'refused', reason: refusal },
    ],
    ['one that is released is refused', { phase: 'releasing' }, { kind: 'refused', reason: refusal }],
    ['one that is unhealthy is refused', { health: 'UNHEALTHY' }, { kind: 'refused', reason: refusal }],
    [
      'one of another pod is refused',
      { phase: 'claimed', owner: { ...pod, uid: 'uid-0' } },
      { kind: 'refused', reason: refusal },
    ],
  ])('%s', async (_what, claim, expected) => {
    const { read, calls } = await aRegistration({ claim, refusal });
    expect(await read()).toEqual(expected);
    const open = await aRegistration({ claim });
    expect(await open.read()).toEqual({ kind: 'unsettled' });
    expect([...calls, ...open.calls]).toEqual([]);
  });
});
