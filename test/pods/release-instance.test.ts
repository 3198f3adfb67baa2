import { describe, expect, it } from 'vitest';
import { WaitError } from '../../shared/model/errors.ts';
import type { Registration } from '../../shared/model/records/registration.ts';
import { releaseInstance } from '../../shared/pods/release-instance.ts';
import { serviceKeyOf } from '../../shared/pods/services/resolve-service.ts';
import { aPod } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

/** An earlier release registered one service of a DNS namespace under two spellings, each with a claim of its own. */
async function registeredTwice(serviceIds: readonly [string, string]) {
  const deregistered: string[] = [];
  const { deps, stores, config } = aDependencies({
    deregisterInstance: async (serviceId) => {
      deregistered.push(serviceId);
      return 'op-1';
    },
  });
  const pod = aPod();
  await stores.pods.record({ pod, deleted: false });
  const registrations: Registration[] = ['CheckOut', 'checkout'].map((serviceName) => ({
    service: serviceKeyOf(config, { namespaceName: 'shop.local', serviceName }),
    instanceId: '10.0.0.1',
  }));
  for (const [index, registration] of registrations.entries()) {
    await stores.pods.addRegistration(pod, registration);
    const claim = await stores.claims.take(registration, pod, serviceIds[index] ?? '', 0);
    await stores.claims.apply(claim, { fingerprint: 'print', touchedAtMs: 0 });
  }
  return { deps, stores, pod, registrations, deregistered };
}

describe('an instance that a pod has under two names', () => {
  it('an instance that a pod has under two names stays while the pod claims it by the other one', async () => {
    const { deps, stores, pod, registrations, deregistered } = await registeredTwice(['srv-1', 'srv-1']);
    const [former, current] = registrations;
    if (former === undefined) throw new Error('there are two');
    await releaseInstance(deps, { pod, deleted: false, registrations, problems: [] }, former);
    expect(deregistered).toEqual([]);
    expect((await stores.pods.find(pod))?.registrations).toEqual([current]);
    expect([...stores.claims.items.values()].map(({ service }) => service.serviceName)).toEqual(['checkout']);
  });

  it('an instance that a pod has under two names goes where the other name is another service, or the pod is deleted', async () => {
    const two = await registeredTwice(['srv-1', 'srv-2']);
    const [first] = two.registrations;
    if (first === undefined) throw new Error('there are two');
    const record = { pod: two.pod, deleted: false, registrations: two.registrations, problems: [] };
    await releaseInstance(two.deps, record, first);
    expect(two.deregistered).toEqual(['srv-1']);
    const one = await registeredTwice(['srv-1', 'srv-1']);
    await releaseInstance(one.deps, { ...record, deleted: true }, first);
    expect(one.deregistered).toEqual(['srv-1']);
  });
});

it('a release that waits for its turn leaves the claim as it is', async () => {
  const { deps, stores, pod, registrations } = await registeredTwice(['srv-1', 'srv-2']);
  const [first] = registrations;
  if (first === undefined) throw new Error('there are two');
  const whenAllowed = () => Promise.reject(new WaitError('DeregisterInstance has to wait'));
  const paced = { ...deps, cloudMap: () => ({ ...deps.cloudMap(deps.cluster('local')), whenAllowed }) };
  const before = [...stores.claims.items.values()];
  const releasing = releaseInstance(paced, { pod, deleted: true, registrations, problems: [] }, first);
  await expect(releasing).rejects.toThrow('DeregisterInstance has to wait');
  expect([...stores.claims.items.values()]).toEqual(before);
});
