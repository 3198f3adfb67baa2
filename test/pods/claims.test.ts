import { describe, expect, it } from 'vitest';
import type { Claim } from '../../shared/model/records/registration.ts';
import { invalidateClaims } from '../../shared/pods/invalidate-claims.ts';
import { observePod } from '../../shared/pods/observe-pod.ts';
import { releaseClaim, stateOf } from '../../shared/pods/release-claim.ts';
import { recordUse } from '../../shared/pods/services/record-use.ts';
import { aPod, aPodObject, podEvent } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const id = { service, instanceId: '10.0.0.1' };
const owner = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const rival = { cluster: 'local', namespace: 'shop', name: 'front-2' };
const applied = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 0 } as const;
const known = {
  id: 'srv-1',
  name: 'front',
  httpName: 'shop.local',
  namespaceId: 'ns-1',
  namespaceKind: 'http',
  hasCustomHealthCheck: true,
} as const;
const toVerify = { namespaceName: 'shop.local', serviceName: 'front', instanceId: '10.0.0.1' };

async function aClaim() {
  const { deps, stores, sent } = aDependencies();
  await stores.services.save(service, known);
  for (const { name, uid } of [owner, { ...rival, uid: 'uid-2' }])
    await stores.pods.record({ pod: aPod({ name, uid }), deleted: false });
  const claim = await stores.claims.apply(await stores.claims.take(id, owner, 'srv-1', 0), applied);
  const find = async () => (await stores.claims.find(service, id.instanceId)) as Claim;
  return { deps, stores, sent, claim, find };
}

describe('an instance that somebody saw to be otherwise than claimed', () => {
  it('an instance that somebody saw to be otherwise than claimed makes its own writer check again, once for each run', async () => {
    const { deps, stores, find } = await aClaim();
    await invalidateClaims(deps, owner, { instancesToVerify: [toVerify], run: 'run-1' });
    expect(await find()).toMatchObject({
      phase: 'claimed',
      fingerprint: 'invalidated',
      invalidatedIn: 'run-1',
    });
    await stores.claims.apply(await find(), applied);
    await invalidateClaims(deps, owner, { instancesToVerify: [toVerify], run: 'run-1' });
    expect((await find()).phase, 'the message came again').toBe('applied');
    await invalidateClaims(deps, owner, { instancesToVerify: [toVerify], run: 'run-2' });
    expect((await find()).phase).toBe('claimed');
  });

  it('an instance that somebody saw to be otherwise than claimed is no business of another pod, nor is the end of its deregistration', async () => {
    const { deps, stores, claim, find } = await aClaim();
    await invalidateClaims(deps, rival, { instancesToVerify: [toVerify], run: 'run-1' });
    expect(await find()).toEqual(claim);
    const accepted = await stores.claims.release(claim, 'op-2');
    await invalidateClaims(deps, rival, {
      instancesToVerify: [{ ...toVerify, endedOperationId: 'op-2' }],
      run: 'run-2',
    });
    expect(await find()).toEqual(accepted);
  });

  it('an instance that somebody saw to be otherwise than claimed is released for good only when the operation that the claim names has ended', async () => {
    const { deps, stores, claim, find } = await aClaim();
    const accepted = await stores.claims.release(claim, 'op-2');
    const ended = (endedOperationId: string) =>
      invalidateClaims(deps, owner, { instancesToVerify: [{ ...toVerify, endedOperationId }], run: 'run-1' });
    await ended('op-1');
    expect(await find()).toEqual(accepted);
    await ended('op-2');
    expect(await find()).toBeUndefined();
  });

  it('an instance that is registered is not released by a late word of an operation', async () => {
    const { deps, claim, find } = await aClaim();
    await invalidateClaims(deps, owner, {
      instancesToVerify: [{ ...toVerify, endedOperationId: 'op' }],
      run: 'run-1',
    });
    expect(await find()).toEqual(claim);
  });

  it('an instance that somebody saw to be otherwise than claimed makes a release check again, since its operation is no proof any more', async () => {
    const { deps, stores, claim, find } = await aClaim();
    await stores.claims.release(claim, 'op-2');
    await invalidateClaims(deps, owner, { instancesToVerify: [toVerify], run: 'run-1' });
    expect(await find()).toMatchObject({ phase: 'releasing' });
    expect((await find()).operationId).toBeUndefined();
  });

  it('an instance that somebody saw to be otherwise than claimed in a service that the table has lost is claimed where it was seen', async () => {
    const { deps, stores, claim, find } = await aClaim();
    await stores.claims.remove(claim);
    await stores.services.forget(service);
    await invalidateClaims(deps, owner, { instancesToVerify: [toVerify], run: 'run-1' });
    expect(await find()).toBeUndefined();
    await invalidateClaims(deps, owner, {
      instancesToVerify: [{ ...toVerify, serviceId: 'srv-7' }],
      run: 'run-1',
    });
    expect(await find()).toMatchObject({ phase: 'claimed', serviceId: 'srv-7', owner });
  });
});

describe('a pod that waits for an id', () => {
  it('a pod that waits for an id is woken by another message each time it waits, so that SQS takes none for a repetition', async () => {
    const { deps, stores, sent, claim } = await aClaim();
    const releasing = await stores.claims.release(claim);
    const states = new Set<string>();
    for (let waits = 0; waits < 3; waits++) {
      await stores.claims.wait(releasing, rival);
      states.add(stateOf((await stores.claims.find(service, id.instanceId)) as Claim));
    }
    expect(states.size).toBe(3);
    await releaseClaim(deps, releasing); // what it saw is older than all who wait
    const runs = sent.map((event) => ('run' in event ? event.run : undefined));
    expect(new Set(runs).size).toBe(runs.length);
    expect(sent.at(-1)).toMatchObject({ pod: { name: 'front-2' } });
    expect(await stores.claims.find(service, id.instanceId)).toBeUndefined();
  });

  it('a pod that waits for an id is woken again when the same id is claimed and released once more', async () => {
    const { deps, stores, sent, claim } = await aClaim();
    await stores.claims.wait(claim, rival);
    await releaseClaim(deps, await stores.claims.release(claim));
    const next = await stores.claims.take(id, owner, 'srv-1', 5);
    await stores.claims.wait(await stores.claims.apply(next, { ...applied, touchedAtMs: 5 }), rival);
    await releaseClaim(
      deps,
      await stores.claims.release((await stores.claims.find(service, id.instanceId)) as Claim),
    );
    const runs = sent.map((event) => ('run' in event ? event.run : undefined));
    expect(runs).toHaveLength(2);
    expect(new Set(runs).size).toBe(2);
  });
});

describe('the use of a service', () => {
  it('the use of a service is noted before the first claim, then once an hour', async () => {
    const { deps, stores } = aDependencies();
    let nowMs = 10_000_000;
    const at = { ...deps, clock: { ...deps.clock, now: () => nowMs } };
    const noted = async () => (await stores.usedServices.find('local', service))?.usedAtMs;
    await recordUse(at, 'local', service);
    expect(await noted()).toBe(10_000_000);
    nowMs += 59 * 60_000;
    await recordUse(at, 'local', service);
    expect(await noted()).toBe(10_000_000);
    nowMs += 60_000;
    await recordUse(at, 'local', service);
    expect(await noted()).toBe(nowMs);
  });
});

describe('an update', () => {
  it('an update is written ahead: after a crash behind it, the claim does not speak for what is no longer there', async () => {
    const registered: Readonly<Record<string, string>>[] = [];
    const { deps, stores } = aDependencies({
      findInstance: async () => registered.at(-1),
      registerInstance: async (_service, _instance, attributes) => {
        registered.push(attributes);
        return `op-${registered.length}`;
      },
      operation: async () => ({ status: 'succeeded' }),
      listInstances: async function* () {},
    });
    await stores.services.save(service, { ...known, hasCustomHealthCheck: false });
    const annotations = {
      'eks-mesh-sync/cloud-map-namespace': 'shop.local',
      'eks-mesh-sync/cloud-map-service': 'front',
    };
    const report = (resourceVersion: string, version: string) =>
      observePod(
        deps,
        podEvent({
          pod: aPodObject({
            metadata: { name: 'front-1', uid: 'uid-1', resourceVersion, labels: { version }, annotations },
          }),
        }),
      );
    await report('1', 'v1');
    const { apply } = stores.claims;
    stores.claims.apply = async () => {
      throw new Error('crashed');
    };
    await expect(report('2', 'v2')).rejects.toThrow('crashed');
    stores.claims.apply = apply;
    expect(registered.map(({ version }) => version)).toEqual(['v1', 'v2']);
    await report('3', 'v1');
    expect(registered.map(({ version }) => version)).toEqual(['v1', 'v2', 'v1']);
    await report('4', 'v1');
    expect(registered).toHaveLength(3);
  });
});
