import { describe, expect, it } from 'vitest';
import type { InstanceToVerify } from '../../../shared/model/events/event.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';
import { invalidateClaims } from '../../../shared/pods/invalidate-claims.ts';
import type { LogFields } from '../../../shared/ports/telemetry.ts';
import { aPod } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';

const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const registration = { service, instanceId: '10.0.0.1' };
const owner = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const failed = { id: 'op-1', error: 'in words' };

interface Given {
  /** The pod's applied claim, with these changes; null: there is none. */
  readonly claim?: Partial<Claim> | null;
  readonly isRegistered?: boolean;
  readonly isKnown?: boolean;
  readonly isRecorded?: boolean;
  readonly run?: string;
  readonly verify?: Partial<InstanceToVerify>;
}

/** The claim, the registrations and the log after the verification of one instance. */
async function verified(given: Given = {}) {
  const { deps, stores, clock } = aDependencies();
  const { isRegistered = true, isKnown = true, isRecorded = true, claim, run, verify } = given;
  clock.nowMs = 500;
  if (isRecorded) await stores.pods.record({ pod: aPod(), deleted: false });
  if (isRecorded && isRegistered) await stores.pods.addRegistration(owner, { ...registration, uid: 'uid-1' });
  if (isKnown)
    await stores.services.save(service, {
      ...{ id: 'srv-1', name: 'front', httpName: 'shop.local', namespaceId: 'ns-1', namespaceKind: 'http' },
      hasCustomHealthCheck: true,
    });
  if (claim !== null) {
    const taken = await stores.claims.take(registration, owner, 'srv-1', 0);
    const applied = await stores.claims.apply(taken, {
      ...{ fingerprint: 'f', health: 'HEALTHY', operationId: 'op-1', touchedAtMs: 0 },
    });
    const [key = ''] = stores.claims.items.keys();
    stores.claims.items.set(key, { ...applied, ...claim });
  }
  const logged: [string, LogFields | undefined][] = [];
  const telemetry = {
    ...{ change: () => undefined, count: () => {} },
    log: (message: string, fields?: LogFields) => void logged.push([message, fields]),
  };
  const toVerify = { namespaceName: 'shop.local', serviceName: 'front', instanceId: '10.0.0.1', ...verify };
  const { uid: _, ...key } = owner;
  await invalidateClaims({ ...deps, telemetry }, key, { instancesToVerify: [toVerify], run });
  const registrations = (await stores.pods.find(owner))?.registrations;
  return { claim: [...stores.claims.items.values()][0], registrations, logged };
}

describe('an instance that is to be verified', () => {
  it('invalidates all that its claim says, and keeps the registration', async () => {
    const { claim, registrations, logged } = await verified({ run: 'run-1' });
    expect(claim).toStrictEqual({
      ...{ ...registration, owner, phase: 'claimed', serviceId: 'srv-1', touchedAtMs: 0, version: 3 },
      ...{ fingerprint: 'invalidated', invalidatedIn: 'run-1', waiting: [], waitRevision: 0 },
    });
    expect(registrations).toEqual([{ ...registration, uid: 'uid-1' }]);
    expect(logged).toEqual([]);
  });

  it('is verified each time if it is of no run', async () => {
    expect((await verified({ claim: { invalidatedIn: undefined } })).claim?.phase).toBe('claimed');
    expect((await verified({ run: 'run-1', claim: { invalidatedIn: 'run-1' } })).claim?.phase).toBe(
      'applied',
    );
    expect((await verified({ run: 'run-2', claim: { invalidatedIn: 'run-1' } })).claim?.phase).toBe(
      'claimed',
    );
  });

  it('is registered and claimed if nobody has it, in the service that is known, or else where it was seen', async () => {
    const taken = { owner, phase: 'claimed', serviceId: 'srv-1', touchedAtMs: 500, version: 1 };
    const { claim, registrations } = await verified({ claim: null, isRegistered: false });
    expect(claim).toMatchObject(taken);
    expect(registrations).toEqual([registration]);
    expect((await verified({ claim: null, verify: { serviceId: 'srv-7' } })).claim).toMatchObject(taken);
    const seen = await verified({ claim: null, isKnown: false, verify: { serviceId: 'srv-7' } });
    expect(seen.claim).toMatchObject({ serviceId: 'srv-7' });
  });

  it('is left alone if neither its pod nor its service is known', async () => {
    expect(await verified({ claim: null, isRecorded: false })).toMatchObject({ claim: undefined });
    const { claim, registrations } = await verified({ claim: null, isKnown: false, isRegistered: false });
    expect([claim, registrations]).toEqual([undefined, []]);
  });

  it('that is being released is released again, if an operation of it is known', async () => {
    const release = { phase: 'releasing' } as const;
    const again = await verified({ claim: release });
    expect([again.claim?.phase, again.claim?.operationId, again.claim?.version]).toEqual([
      ...['releasing', undefined, 3],
    ]);
    const first = await verified({ claim: { ...release, operationId: undefined } });
    expect(first.claim?.version).toBe(2);
  });

  it('is in the place that the request names', async () => {
    const { claim, registrations } = await verified({
      ...{ claim: null, isRegistered: false },
      verify: { target: 'own/eu-west-1', chosen: 'ns-1', serviceId: 'srv-7' },
    });
    const elsewhere = { ...service, target: 'own/eu-west-1', chosen: 'ns-1' };
    expect([claim?.service, registrations?.[0]?.service]).toEqual([elsewhere, elsewhere]);
    const plain = await verified({ claim: null, verify: { target: 'own/eu-west-1', serviceId: 'srv-7' } });
    expect(plain.claim?.service).toStrictEqual({ ...service, target: 'own/eu-west-1' });
  });
});

describe('the failure of an operation', () => {
  it('is logged if the claim still names the operation', async () => {
    const journey = { correlationId: 'c-1', observedAtMs: 100, receivedAtMs: 150, calledAtMs: 200 };
    expect((await verified({ claim: { journey }, verify: { failedOperation: failed } })).logged).toEqual([
      [
        'Cloud Map operation failed',
        {
          ...{ call: 'RegisterInstance', serviceId: 'srv-1', instanceId: '10.0.0.1', operationId: 'op-1' },
          ...{ result: 'failed', error: 'in words', correlationId: 'c-1', sinceObservedMs: 400 },
        },
      ],
    ]);
    for (const claim of [{ operationId: 'op-2' }, { operationId: undefined }, null])
      expect((await verified({ claim, verify: { failedOperation: failed } })).logged).toEqual([]);
  });

  it('is not logged a second time by the same run, nor by another pod', async () => {
    const verify = { failedOperation: failed };
    expect((await verified({ run: 'r', claim: { invalidatedIn: 'r' }, verify })).logged).toEqual([]);
    const ofAnother = { owner: { ...owner, name: 'front-2' } };
    const { claim, logged } = await verified({ claim: ofAnother, verify });
    expect([claim?.phase, logged]).toEqual(['applied', []]);
  });
});
