import { describe, expect, it } from 'vitest';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  RefusedError,
  RetryableError,
  WaitError,
} from '../../shared/model/errors.ts';
import { cloudMapReadinessGate } from '../../shared/model/kubernetes.ts';
import type { Pod } from '../../shared/model/pod.ts';
import type { GateNote } from '../../shared/model/records/gate-note.ts';
import type { Claim } from '../../shared/model/records/registration.ts';
import { Outcome } from '../../shared/pods/outcome.ts';
import { desiredInstances } from '../../shared/pods/plan/desired/desired.ts';
import type { RegistrationContext } from '../../shared/pods/plan/desired/registration-context.ts';
import { applyGate } from '../../shared/pods/readiness-gate.ts';
import type { Operation } from '../../shared/ports/ports.ts';
import { aNode } from '../explain/harness/pod-facts.ts';
import { aPod } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

const where = 'shop.local/front as 10.0.0.1';
const registered = { status: 'True', reason: 'Registered', message: `registered in ${where}` } as const;

interface Given {
  readonly pod?: Partial<Pod>;
  readonly gate?: Partial<GateNote>;
  readonly context?: Partial<RegistrationContext>;
  /** Of the pod's claim, which is accepted at time 0; null: there is none. */
  readonly claim?: Partial<Pick<Claim, 'health' | 'operationId'>> | null;
  readonly operation?: Operation;
  readonly nowMs?: number;
  readonly isCrowded?: boolean;
  /** Of the call that sets the condition. */
  readonly error?: Error;
  /** Failures of the registration. */
  readonly failed?: Error;
}

/** A wait lasts as long as it says. */
const passing = (clock: { nowMs: number }) => ({
  now: () => clock.nowMs,
  sleep: async (ms: number) => {
    await new Promise((resolve) => setImmediate(resolve));
    clock.nowMs += ms;
  },
});

/** What is set, stored and reported for the usual pod, which is registered in one service. */
async function apply(given: Given = {}) {
  const { deps, stores, config, clock } = aDependencies({
    operations: async () => new Map([['op-1', given.operation ?? { status: 'succeeded' }]]),
    findInstance: async () => undefined,
  });
  const pod = aPod({ readinessGates: [cloudMapReadinessGate], ...given.pod });
  await stores.pods.record({ pod, deleted: false });
  if (given.claim !== null) {
    const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' } as const;
    const claim = await deps.claims.take({ service, instanceId: '10.0.0.1' }, pod, 'srv-1', 0);
    await deps.claims.apply(claim, {
      ...{ fingerprint: 'f', health: 'HEALTHY', operationId: 'op-1', touchedAtMs: 0 },
      ...given.claim,
    });
  }
  clock.nowMs = given.nowMs ?? 2_000;
  const set: object[] = [];
  const logged: (object | undefined)[] = [];
  const telemetry = {
    ...{ change: () => undefined, count: () => {} },
    log: (_message: string, fields?: object) => void logged.push(fields),
  };
  const setCondition = async (_pod: unknown, condition: object) => {
    set.push(condition);
    if (given.error) throw given.error;
    return '7';
  };
  const registrationContext = {
    virtualNodes: [aNode('front')],
    meshes: [],
    namespaceLabels: {},
    ...given.context,
  };
  const outcome = new Outcome();
  const { failed } = given;
  if (failed) await outcome.attempt('VirtualNode front', () => Promise.reject(failed));
  const gate = given.gate && { uid: pod.uid, succeeded: [], ...given.gate };
  await applyGate(
    { ...deps, clock: passing(clock), podStatus: () => ({ setCondition }), telemetry },
    { pod, deleted: false, registrations: [], problems: [], gate },
    {
      desired: desiredInstances(pod, registrationContext, config.cloudMap),
      ...{ registrationContext, outcome, limit: { untilMs: 0, isCrowded: given.isCrowded ?? false } },
    },
  );
  const thrown = await Promise.resolve()
    .then(() => outcome.rethrow())
    .catch((error: unknown) => error as RetryableError);
  const [claim] = stores.claims.items.values();
  return {
    set,
    thrown,
    claim,
    logged,
    problems: outcome.problems,
    note: (await stores.pods.find(pod))?.gate,
  };
}

/** How long the operation is waited for before it is read. */
const readForMs = 120;
/** The note that the operation had succeeded, for a message handled at that time. */
const done = (nowMs: number) => ({ succeeded: ['op-1'], succeededAtMs: { 'op-1': nowMs + readForMs } });
const setTo = (status: 'True' | 'False') => ({
  conditions: { ...aPod().conditions, [cloudMapReadinessGate]: status },
});
const flipped = { type: cloudMapReadinessGate, lastTransitionTime: '1970-01-01T00:00:02Z' };

describe('the gate of a registered pod', () => {
  it('is set to True, and what was set and is done is stored', async () => {
    const { set, thrown, note, problems } = await apply();
    expect(set).toEqual([{ ...flipped, ...registered }]);
    expect(note).toEqual({
      uid: 'uid-1',
      written: { ...registered, resourceVersion: '7' },
      ...done(2_000),
    });
    expect([thrown, problems]).toEqual([undefined, []]);
  });

  it('is not set again, but what is done is stored', async () => {
    const { set, note } = await apply({ pod: setTo('True') });
    expect(set).toEqual([]);
    expect(note).toEqual({ uid: 'uid-1', ...done(2_000) });
  });

  it('changes the message of a condition without its time', async () => {
    const written = { ...registered, message: 'registered elsewhere', resourceVersion: '1' };
    const { set } = await apply({ pod: setTo('True'), gate: { written } });
    expect(set).toEqual([{ type: cloudMapReadinessGate, ...registered }]);
  });
});

describe('the gate of a pod that is not registered', () => {
  it('is closed with the reason of the last attempt', async () => {
    const { set } = await apply({ claim: null, failed: new RefusedError('taken'), pod: setTo('True') });
    expect(set).toEqual([{ ...flipped, status: 'False', reason: 'NotRegistered', message: 'taken' }]);
  });

  it('is left alone while the attempt is to be repeated', async () => {
    const { set, note } = await apply({
      claim: null,
      failed: new RetryableError('busy'),
      pod: setTo('True'),
    });
    expect([set, note]).toEqual([[], undefined]);
  });

  it('is closed if nothing selects it', async () => {
    const { set } = await apply({ context: { virtualNodes: [] } });
    expect(set).toMatchObject([{ status: 'False', reason: 'NotRegistered' }]);
  });

  it('is closed only if it was open while the pod is not eligible', async () => {
    const notReady = { ContainersReady: 'False' };
    const open = await apply({ pod: { conditions: { ...notReady, [cloudMapReadinessGate]: 'True' } } });
    expect(open.set).toMatchObject([
      { status: 'False', reason: 'NotEligible', message: 'condition ContainersReady is False' },
    ]);
    expect((await apply({ pod: { conditions: notReady } })).set).toEqual([]);
  });
});

describe('the gate of a pod of a drained cluster', () => {
  const context = { drain: { sinceMs: 0 } as NonNullable<RegistrationContext['drain']> };

  it('is opened if it is not open', async () => {
    for (const pod of [{}, setTo('False')])
      expect((await apply({ context, claim: null, pod })).set).toMatchObject([
        { status: 'True', reason: 'Drained', lastTransitionTime: '1970-01-01T00:00:02Z' },
      ]);
    for (const gate of [undefined, { written: { ...registered, resourceVersion: '1' } }])
      expect((await apply({ context, claim: null, pod: setTo('True'), ...(gate && { gate }) })).set).toEqual(
        [],
      );
  });

  it('is tried again if that fails', async () => {
    const { thrown } = await apply({ context, claim: null, error: new RetryableError('restarting') });
    expect(thrown).toMatchObject({ message: 'restarting', retryAfterMs: 1_000 });
  });
});

describe('a condition that cannot be set', () => {
  it.each([new NotFoundError('object', 'gone'), new ConflictError('another')])(
    'is none of a pod that is gone or replaced: $message',
    async (error) => {
      const { thrown, note, problems } = await apply({ error });
      expect([thrown, note, problems]).toEqual([undefined, undefined, []]);
    },
  );

  it('is a problem if the call is not allowed', async () => {
    const { thrown, note, problems } = await apply({ error: new PermanentError('forbidden') });
    expect([thrown, note]).toEqual([undefined, { uid: 'uid-1', ...done(2_000) }]);
    expect(problems.map(({ source, message }) => `${source}: ${message}`)).toEqual([
      `readiness gate: condition ${cloudMapReadinessGate} cannot be set, and the pod is ready only with it: forbidden; ` +
        'sync-pods needs to reach cluster local (kubernetes in clusters.yml) and to be in its group eks-mesh-sync-pods (deploy/cluster-access.yml)',
    ]);
  });

  it('is a failure if nobody expected it', async () => {
    const { thrown, note } = await apply({ error: new TypeError('a fault') });
    expect([thrown?.message, note]).toEqual(['a fault', undefined]);
  });

  it.each<[failingForMs: number | undefined, after: number | undefined]>([
    [undefined, 1_000],
    [0, 1_000],
    [2_000, 1_000],
    [2_002, 1_001],
    [29_999, 14_999.5],
    [30_000, undefined],
  ])('that fails for %j ms is tried again after %j', async (failingForMs, after) => {
    const nowMs = 40_000;
    const gate = failingForMs === undefined ? {} : { failingSinceMs: nowMs + readForMs - failingForMs };
    const { thrown, note, problems } = await apply({ error: new RetryableError('restarting'), gate, nowMs });
    expect(thrown?.retryAfterMs).toBe(after);
    expect(thrown === undefined).toBe(after === undefined);
    expect(problems.map(({ message }) => message)).toEqual(['restarting']);
    expect(note).toEqual({
      ...{ uid: 'uid-1', ...done(nowMs) },
      failingSinceMs: nowMs + readForMs - (failingForMs ?? 0),
    });
  });

  it('is tried again no sooner than the API server says', async () => {
    const { thrown } = await apply({ error: new RetryableError('busy', { retryAfterMs: 5_000 }) });
    expect(thrown?.retryAfterMs).toBe(5_000);
  });
});

describe('a registration that has not ended', () => {
  it.each<[ageMs: number, isCrowded: boolean, after: number]>([
    [200, false, 1_000],
    [899, false, 1_000],
    [900, false, 0],
    [900, true, 1_000],
    [1_249, true, 1_000],
    [1_250, true, 0],
    [3_999, false, 0],
    [4_000, false, 2_000],
    [10_000, true, 5_000],
  ])('is checked at the age of %i ms, crowded %j, again after %i', async (ageMs, isCrowded, after) => {
    const nowMs = ageMs - readForMs;
    const { set, thrown } = await apply({ operation: { status: 'pending' }, nowMs, isCrowded });
    expect(set).toEqual([]);
    expect(thrown).toBeInstanceOf(WaitError);
    expect(thrown).toMatchObject({
      message: 'Cloud Map operation op-1 is still running',
      retryAfterMs: after,
    });
  });
});

describe('a registration that failed', () => {
  const operation = { status: 'failed', error: 'InternalFailure' } as const;

  it('closes the gate, invalidates the claim and is tried again', async () => {
    const { set, thrown, claim, note } = await apply({ operation });
    const message = `${where}: InternalFailure`;
    expect(set).toMatchObject([{ status: 'False', reason: 'OperationFailed', message }]);
    expect(thrown).toBeInstanceOf(RetryableError);
    expect(thrown).toMatchObject({ message, retryAfterMs: 10_000 });
    expect(claim?.fingerprint).toBe('invalidated');
    expect(note?.succeeded).toEqual([]);
  });

  it('is logged, and so is one that succeeded, once', async () => {
    const ofCall = {
      call: 'RegisterInstance',
      serviceId: 'srv-1',
      instanceId: '10.0.0.1',
      operationId: 'op-1',
    };
    const { logged } = await apply({ operation });
    expect(logged).toEqual([{ ...ofCall, result: 'failed', error: 'InternalFailure' }]);
    expect((await apply()).logged).toEqual([{ ...ofCall, result: 'succeeded' }]);
    expect((await apply({ gate: { succeeded: ['op-1'] } })).logged).toEqual([]);
  });

  it('leaves the claim of one that succeeded as it is', async () => {
    expect((await apply()).claim?.fingerprint).toBe('f');
    expect((await apply({ operation: { status: 'pending' } })).claim?.fingerprint).toBe('f');
  });
});
