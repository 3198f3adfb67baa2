import type { Claim } from '../../../shared/model/records/registration.ts';
import type { CloudMap, Dependencies, Operation } from '../../../shared/ports/ports.ts';
import type { LogFields } from '../../../shared/ports/telemetry.ts';
import { aPod } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';

export const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
export const registration = { service, instanceId: '10.0.0.1' };
export const pod = aPod();
export const record = { pod, deleted: true, registrations: [registration], problems: [] };

/** What Cloud Map answers; unless a test says otherwise, it accepts every deregistration, and each one succeeds. */
export interface Answers {
  readonly deregisterInstance?: () => Promise<string>;
  readonly findInstance?: CloudMap['findInstance'];
  readonly operation?: (id: string) => Promise<Operation>;
}

/** A pod with a claim on its address in the service `srv-1`: applied, but for what the test says. */
export async function aReleasingPod(changes: Partial<Claim> = {}, answers: Answers = {}) {
  const { operation = async (): Promise<Operation> => ({ status: 'succeeded' }) } = answers;
  const calls: string[] = [];
  const logged: [string, LogFields | undefined][] = [];
  const counted: [string, number | undefined][] = [];
  const noted: unknown[] = [];
  const world = aDependencies({
    deregisterInstance: async (serviceId, instanceId) => {
      calls.push(`deregister ${instanceId} of ${serviceId}`);
      return answers.deregisterInstance?.() ?? 'op-new';
    },
    findInstance: async (serviceId, instanceId) => {
      calls.push(`find ${instanceId} of ${serviceId}`);
      return answers.findInstance?.(serviceId, instanceId);
    },
    operation: async (id) => {
      calls.push(`operation ${id}`);
      return operation(id);
    },
    operations: async (_serviceId, { ids }) => {
      calls.push(`await ${ids}`);
      return new Map(await Promise.all(ids.map(async (id) => [id, await operation(id)] as const)));
    },
  });
  const { stores, config } = world;
  const cloudMap = world.deps.cloudMap(config);
  const deps: Dependencies = {
    ...world.deps,
    cloudMap: () => cloudMap,
    notices: { note: (change) => void noted.push(change), send: async () => {} },
    telemetry: {
      change: () => ({ correlationId: 'c-1', observedAtMs: -500, receivedAtMs: -100 }),
      log: (message, fields) => void logged.push([message, fields]),
      count: (metric, value) => void counted.push([metric, value]),
    },
  };
  await stores.pods.record({ pod, deleted: false });
  await stores.pods.addRegistration(pod, registration);
  const taken = await stores.claims.take(registration, pod, 'srv-1', 0);
  const claim = await stores.claims.apply(taken, {
    ...{ fingerprint: 'print', operationId: 'op-1', touchedAtMs: 0 },
  });
  const [key = ''] = stores.claims.items.keys();
  stores.claims.items.set(key, { ...claim, ...changes });
  const remaining = async () => ({
    claim: (await stores.claims.find(service, '10.0.0.1'))?.phase,
    registrations: ((await stores.pods.find(pod))?.registrations ?? []).length,
  });
  return { ...world, key, deps, calls, logged, counted, noted, remaining };
}

export const released = { claim: undefined, registrations: 0 };
