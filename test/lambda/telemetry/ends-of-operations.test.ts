import { describe, expect, it } from 'vitest';
import { cloudMapReadinessGate } from '../../../shared/model/kubernetes.ts';
import type { Claim, Registration } from '../../../shared/model/records/registration.ts';
import { invalidateClaims } from '../../../shared/pods/invalidate-claims.ts';
import { Outcome } from '../../../shared/pods/outcome.ts';
import { applyGate } from '../../../shared/pods/readiness-gate.ts';
import { releaseInstance } from '../../../shared/pods/release-instance.ts';
import { takeClaim } from '../../../shared/pods/take-claim.ts';
import type { Dependencies, Operation } from '../../../shared/ports/ports.ts';
import type { Telemetry } from '../../../shared/ports/telemetry.ts';
import { aPod } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';

const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const id: Registration = { service, instanceId: '10.0.0.1' };
const journey = { correlationId: 'registers', observedAtMs: 1_000, receivedAtMs: 1_010, calledAtMs: 1_050 };
const release = { correlationId: 'deregisters', observedAtMs: 4_000, receivedAtMs: 4_010 };
const registered = {
  ...{ call: 'RegisterInstance', serviceId: 'srv-1', instanceId: '10.0.0.1', operationId: 'op-1' },
  ...{ correlationId: 'registers' },
};
const deregistered = {
  ...{ call: 'DeregisterInstance', serviceId: 'srv-1', instanceId: '10.0.0.1', operationId: 'op-2' },
  ...{ correlationId: 'deregisters' },
};
const succeeded = { result: 'succeeded' };
const failed = { result: 'failed', error: 'quota' };
const pod = aPod({ readinessGates: [cloudMapReadinessGate], terminating: false });

/** A pod that is registered by operation op-1; its Cloud Map answers with this state of operations. */
async function aRegisteredPod(operation: Operation) {
  const current = { operation };
  const { deps, stores, clock } = aDependencies({
    operation: async () => current.operation,
    operations: async (_service, { ids }) => new Map(ids.map((each) => [each, current.operation])),
    deregisterInstance: async () => 'op-2',
  });
  const logged: (readonly [string, unknown])[] = [];
  const telemetry: Telemetry = {
    change: () => release,
    log: (message, fields) => void logged.push([message, fields]),
    count: () => undefined,
  };
  await stores.pods.record({ pod, deleted: false });
  await stores.pods.addRegistration(pod, { ...id, uid: pod.uid });
  await stores.services.save(service, {
    ...{ id: 'srv-1', name: 'front', httpName: 'shop.local', namespaceId: 'ns-1' },
    ...{ namespaceKind: 'http', hasCustomHealthCheck: false },
  });
  const taken = await stores.claims.take(id, pod, 'srv-1', 0);
  const applied = { fingerprint: 'f', operationId: 'op-1', touchedAtMs: 1_100, journey };
  await stores.claims.apply(taken, applied);
  clock.nowMs = 5_000;
  const recordOf = async () => (await stores.pods.find(pod)) ?? expect.fail('it is stored');
  return {
    deps: { ...deps, telemetry } satisfies Dependencies,
    ...{ stores, clock, logged, current, recordOf },
    claim: async () => (await stores.claims.find(service, id.instanceId)) as Claim,
    gate: async () =>
      applyGate({ ...deps, telemetry }, await recordOf(), {
        desired: {
          instances: [
            {
              ...{ namespaceName: 'shop.local', serviceName: 'front', instanceId: '10.0.0.1' },
              ...{ attributes: {}, droppedLabels: [], ipFamily: 'ipv4', source: 'VirtualNode front' },
            },
          ],
          problems: [],
          selectedBy: [],
        },
        registrationContext: { virtualNodes: [], meshes: [], namespaceLabels: {} },
        outcome: new Outcome(),
        limit: { untilMs: 5_000, isCrowded: false },
      }),
  };
}

describe('the end of a registration', () => {
  it('is logged once, where the readiness gate learns it, with the id of the change that caused it', async () => {
    const { gate, logged, recordOf, clock } = await aRegisteredPod({ status: 'succeeded' });
    await gate();
    clock.nowMs = 9_000;
    await gate();
    expect(logged).toEqual([
      ['Cloud Map operation succeeded', { ...registered, ...succeeded, sinceObservedMs: 4_000 }],
    ]);
    expect((await recordOf()).gate).toMatchObject({
      succeeded: ['op-1'],
      succeededAtMs: { 'op-1': 5_000 },
    });
  });

  it('that failed is logged once, with the text of Cloud Map', async () => {
    const { gate, logged } = await aRegisteredPod({ status: 'failed', error: 'quota' });
    await gate();
    await gate();
    expect(logged).toEqual([
      ['Cloud Map operation failed', { ...registered, ...failed, sinceObservedMs: 4_000 }],
    ]);
  });

  it('that a sweep found to have failed is logged once, by the writer', async () => {
    const { deps, logged } = await aRegisteredPod({ status: 'failed', error: 'quota' });
    const { namespaceName, serviceName } = service;
    const found = {
      ...{ namespaceName, serviceName, instanceId: '10.0.0.1' },
      failedOperation: { id: 'op-1', error: 'quota' },
    };
    for (const run of ['run-1', 'run-1', 'run-2'])
      await invalidateClaims(deps, pod, { instancesToVerify: [found], run });
    expect(logged).toEqual([
      ['Cloud Map operation failed', { ...registered, ...failed, sinceObservedMs: 4_000 }],
    ]);
  });
});

describe('the end of a deregistration', () => {
  it('is logged once when a sweep has seen it, with the id of the change that caused it', async () => {
    const { deps, logged, recordOf, clock } = await aRegisteredPod({ status: 'succeeded' });
    await releaseInstance(deps, await recordOf(), id);
    expect(logged).toEqual([]);
    clock.nowMs = 60_000;
    const { namespaceName, serviceName } = service;
    const ended = { namespaceName, serviceName, instanceId: '10.0.0.1', endedOperationId: 'op-2' };
    for (const run of ['run-1', 'run-2'])
      await invalidateClaims(deps, pod, { instancesToVerify: [ended], run });
    expect(logged).toEqual([
      ['Cloud Map operation succeeded', { ...deregistered, ...succeeded, sinceObservedMs: 56_000 }],
    ]);
  });

  it('is logged when the pod waits for it on behalf of another that wants the id', async () => {
    const { deps, logged, recordOf, stores, claim } = await aRegisteredPod({ status: 'succeeded' });
    await stores.claims.wait(await claim(), { cluster: 'local', namespace: 'shop', name: 'front-2' });
    await releaseInstance(deps, await recordOf(), id);
    expect(logged).toEqual([
      ['Cloud Map operation succeeded', { ...deregistered, ...succeeded, sinceObservedMs: 1_000 }],
    ]);
  });

  it('is logged when another pod takes over the id', async () => {
    const { deps, logged, recordOf, claim } = await aRegisteredPod({ status: 'succeeded' });
    await releaseInstance(deps, await recordOf(), id);
    const other = aPod({ name: 'front-2', uid: 'uid-2' });
    const wanted = { pod: other, service, instanceId: '10.0.0.1', serviceId: 'srv-1' };
    await takeClaim(deps, { ...wanted, attributeKeys: [], current: await claim() });
    expect((await claim()).owner.name).toBe('front-2');
    expect(logged).toEqual([
      ['Cloud Map operation succeeded', { ...deregistered, ...succeeded, sinceObservedMs: 1_000 }],
    ]);
  });

  it('that failed is logged before the next call', async () => {
    const { deps, logged, recordOf, stores, claim, current } = await aRegisteredPod({ status: 'pending' });
    await releaseInstance(deps, await recordOf(), id);
    current.operation = { status: 'failed', error: 'quota' };
    await stores.claims.wait(await claim(), { cluster: 'local', namespace: 'shop', name: 'front-2' });
    await releaseInstance(deps, await recordOf(), id).catch(() => undefined);
    expect(logged).toEqual([
      ['Cloud Map operation failed', { ...deregistered, ...failed, sinceObservedMs: 1_000 }],
    ]);
  });
});
