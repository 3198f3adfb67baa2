import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../shared/model/errors.ts';
import type { CloudMapService } from '../../../shared/model/records/registration.ts';
import { releaseInstance } from '../../../shared/pods/release-instance.ts';
import type { Operation } from '../../../shared/ports/ports.ts';
import { aReleasingPod, pod, record, registration, released, service } from './releasing.ts';

const full: CloudMapService = {
  ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
  ...{ hasCustomHealthCheck: false, full: { atMs: 0, quota: 'service' } },
};

/** The target of the functions, as a claim of an earlier version names it. */
const spelledOut = { ...service, target: '111122223333/us-west-2' };
const own = { account: '111122223333', region: 'us-west-2' };

/** A pod that has registered where `target` says; the cluster registers into the functions' account and Region now. */
async function registeredAt(
  target: string,
  accepted: boolean,
  operation: Operation = { status: 'succeeded' },
) {
  const there = { ...registration, service: { ...service, target } };
  const world = await aReleasingPod({}, { operation: async () => operation });
  const { stores } = world;
  stores.claims.items.clear();
  await stores.pods.removeRegistration(pod, registration);
  await stores.pods.addRegistration(pod, there);
  const taken = await stores.claims.take(there, pod, 'srv-1', 0);
  const claim = await stores.claims.apply(taken, { fingerprint: 'print', touchedAtMs: 0 });
  if (accepted) await stores.claims.release(claim, 'op-1');
  const cloudMap = { ...world.config.cloudMap, formerly: [{ region: 'eu-west-1' }] };
  const config = { ...world.config, own, cloudMap };
  const release = () => releaseInstance({ ...world.deps, cluster: () => config }, record, there);
  const remaining = async () => ({
    claim: (await stores.claims.find(there.service, '10.0.0.1'))?.phase,
    registrations: ((await stores.pods.find(pod))?.registrations ?? []).length,
  });
  return { ...world, release, remaining };
}

describe('a release in a target that the cluster had earlier, or under an earlier name of it', () => {
  const [find, deregister] = ['find 10.0.0.1 of srv-1', 'deregister 10.0.0.1 of srv-1'];

  it.each([
    ['the current target needs no read', 'own/own', [deregister]],
    [
      'a former target is read, because somebody else may have cleaned up there',
      'own/eu-west-1',
      [find, deregister],
    ],
    ['an earlier name of the target is read', spelledOut.target, [find, deregister]],
  ])('an instance in %s', async (_what, target, expected) => {
    const { release, calls } = await registeredAt(target, false);
    await release();
    expect(calls).toEqual(expected);
  });

  const stays = { claim: 'releasing', registrations: 1 };

  it.each<[string, string, Operation['status'], readonly string[], object]>([
    ['in the current target is left to the sweep', 'own/own', 'succeeded', [], stays],
    ['in a former target is left to the sweep', 'own/eu-west-1', 'succeeded', [], stays],
    [
      'under an earlier name ends here',
      spelledOut.target,
      'succeeded',
      ['operation op-1', 'await op-1'],
      released,
    ],
    ['under an earlier name is not awaited', spelledOut.target, 'pending', ['operation op-1'], stays],
  ])('an accepted release %s', async (_what, target, status, expected, left) => {
    const { release, calls, remaining } = await registeredAt(target, true, { status });
    await release();
    expect(calls).toEqual(expected);
    expect(await remaining()).toEqual(left);
  });

  it('a release from a target that clusters.yml does not name is refused with what to do', async () => {
    const { release, calls } = await registeredAt('444455556666/eu-west-1', false);
    await expect(release()).rejects.toBeInstanceOf(RefusedError);
    await expect(release()).rejects.toThrow(
      'instance 10.0.0.1 of shop.local/front cannot be deregistered: it is in account 444455556666 and Region eu-west-1, ' +
        'where cluster "local" no longer registers; add its region and roleArn to cloudMap.formerly',
    );
    expect(calls).toEqual([]);
  });
});

describe('the turn and the place of a release', () => {
  it('a release waits for the turn of DeregisterInstance', async () => {
    const { deps, config } = await aReleasingPod();
    const asked: string[] = [];
    const cloudMap = {
      ...deps.cloudMap(config),
      whenAllowed: async <T>(call: string, work: () => Promise<T>) => {
        asked.push(call);
        return work();
      },
    };
    await releaseInstance({ ...deps, cloudMap: () => cloudMap }, record, registration);
    expect(asked).toEqual(['DeregisterInstance']);
  });

  it('a release without an account of the change counts no lag', async () => {
    const { deps, counted, remaining } = await aReleasingPod();
    const telemetry = { log: () => {}, change: () => undefined, count: () => void counted.push(['any', 1]) };
    await releaseInstance({ ...deps, telemetry }, record, registration);
    expect(counted).toEqual([]);
    expect(await remaining()).toEqual({ claim: 'releasing', registrations: 1 });
  });

  it('the place that it frees has a name of its own, which a retry repeats', async () => {
    const { deps, stores, sent } = await aReleasingPod({ touchedAtMs: 7 });
    await stores.services.save(service, full);
    const next = { ...pod, name: 'front-2', uid: 'uid-2' };
    await stores.pods.record({ pod: next, deleted: false });
    const { cluster, namespace, name, createdAt } = next;
    await stores.waitingPods.add(service, { cluster, namespace, name, createdAt, instanceId: '10.0.0.2' });
    await releaseInstance(deps, record, registration);
    expect(sent).toMatchObject([{ group: 'local/shop/front-2', run: '10.0.0.1 of uid-1/7/op-new at 0' }]);
  });
});
