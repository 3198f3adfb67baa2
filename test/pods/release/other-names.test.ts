import { describe, expect, it } from 'vitest';
import type { Pod } from '../../../shared/model/pod.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';
import { releaseInstance } from '../../../shared/pods/release-instance.ts';
import { aReleasingPod, pod, record, registration, service } from './releasing.ts';

const otherName = { service: { ...service, serviceName: 'Front' }, instanceId: '10.0.0.1' };
const otherAddress = { service, instanceId: 'fd00::1' };

/** The ids whose claims were read, and whether the instance was deregistered. */
async function releaseOf(
  claim: Partial<Claim> | undefined,
  seen: Partial<Pod> = {},
  registered = [otherName],
) {
  const { deps, stores, calls } = await aReleasingPod();
  for (const other of registered) await stores.pods.addRegistration(pod, other);
  if (claim !== undefined) {
    const taken = await stores.claims.take(otherName, pod, 'srv-1', 0);
    await stores.claims.apply(taken, { fingerprint: 'print', touchedAtMs: 0 });
    const [key = ''] = [...stores.claims.items.keys()].slice(-1);
    stores.claims.items.set(key, { ...taken, phase: 'applied', ...claim });
  }
  const reads: string[] = [];
  const find: typeof deps.claims.find = async (key, id) => {
    reads.push(`${key.serviceName} ${id}`);
    return stores.claims.find(key, id);
  };
  const claims = new Proxy(stores.claims, {
    get: (target, name) => (name === 'find' ? find : Reflect.get(target, name).bind?.(target)),
  });
  const pods = { ...record, pod: { ...pod, ...seen }, deleted: false };
  await releaseInstance({ ...deps, claims }, pods, registration);
  return { reads, isDeregistered: calls.includes('deregister 10.0.0.1 of srv-1') };
}

describe('an instance that its pod may have under another name of the service', () => {
  it.each<[string, Partial<Claim> | undefined, boolean]>([
    ['stays where that name is registered', {}, false],
    ['goes where that name has no claim', undefined, true],
    ['goes where that name is another service', { serviceId: 'srv-2' }, true],
    ['goes where that name is about to be registered', { phase: 'claimed' }, true],
    ['goes where that name is released, too', { phase: 'releasing' }, true],
    ['goes where that name is of a former pod', { owner: { ...pod, uid: 'uid-0' } }, true],
  ])('%s', async (_what, claim, isDeregistered) => {
    expect((await releaseOf(claim)).isDeregistered).toBe(isDeregistered);
  });

  it('goes with a pod that terminates', async () => {
    expect((await releaseOf({}, { terminating: true })).isDeregistered).toBe(true);
  });

  it('no other claim is read where the pod has no other name for the instance', async () => {
    const { reads, isDeregistered } = await releaseOf(undefined, {}, [otherAddress]);
    expect(isDeregistered).toBe(true);
    expect(reads).toEqual(['front 10.0.0.1']);
  });
});
