import { describe, expect, it } from 'vitest';
import type { Claim } from '../../shared/model/records/registration.ts';
import { readRegistrationState } from '../../shared/pods/registration-state.ts';
import { aPod } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const instance = {
  ...{ namespaceName: 'shop.local', serviceName: 'front', instanceId: '10.0.0.1', attributes: {} },
  ...{ droppedLabels: [], ipFamily: 'ipv4' as const, source: 'VirtualNode front' },
};

/** How things stand with the pod of uid-1, whose operation is known to have succeeded, by a claim on its id. */
async function stateOf(owner: Partial<Claim['owner']>, refusal?: string) {
  const { deps } = aDependencies({ operation: async () => ({ status: 'succeeded' }) });
  const pod = aPod();
  const { cluster, namespace, name, uid } = pod;
  const claim = await deps.claims.take(
    { service, instanceId: '10.0.0.1' },
    { cluster, namespace, name, uid, ...owner },
    'srv-1',
    0,
  );
  await deps.claims.apply(claim, {
    fingerprint: 'f',
    health: 'HEALTHY',
    operationId: 'op-1',
    touchedAtMs: 0,
  });
  const record = { pod, deleted: false, registrations: [], problems: [], gate: { uid, succeeded: ['op-1'] } };
  return readRegistrationState(deps, record, instance, { refusal, limit: { untilMs: 0, isCrowded: false } });
}

describe('how things stand with a service', () => {
  it('the registration state of a service is read from the claim of this very pod', async () => {
    expect(await stateOf({})).toMatchObject({ kind: 'discoverable', where: 'shop.local/front as 10.0.0.1' });
  });

  it.each([
    ['a former pod of its name', { uid: 'uid-0' }],
    ['another pod', { name: 'front-2' }],
    ['a pod of another namespace', { namespace: 'blue' }],
    ['a pod of another cluster', { cluster: 'second' }],
  ])('the registration state of a service is not known from the claim of %s', async (_what, owner) => {
    expect(await stateOf(owner)).toEqual({ kind: 'unsettled' });
    expect(await stateOf(owner, 'held by another')).toEqual({ kind: 'refused', reason: 'held by another' });
  });
});
