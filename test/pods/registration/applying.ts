import type { ClusterObject } from '../../../shared/model/kubernetes.ts';
import type { Pod } from '../../../shared/model/pod.ts';
import type { Problem } from '../../../shared/model/problem.ts';
import type { Claim, CloudMapService, PlaceWait } from '../../../shared/model/records/registration.ts';
import { observeObject } from '../../../shared/objects/observe-cluster-object.ts';
import { applyPod } from '../../../shared/pods/apply-pod.ts';
import type { CloudMap, Dependencies } from '../../../shared/ports/ports.ts';
import { anObject, aPod, objectEvent } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';

export const nowMs = 1e12;
export const serviceOf = (serviceName: string) => ({
  ...{ target: 'own/own', namespaceName: 'shop.local', serviceName },
});
export const createdAt = '2026-11-21T10:00:00Z';
const ready = { Ready: 'True', ContainersReady: 'True' } as const;

/** A virtual node that selects the pod and registers it in the service of its own name, or in another one. */
export function aNode(name: string, serviceName = name): ClusterObject {
  const spec = {
    podSelector: { matchLabels: { app: 'front' } },
    serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName } },
  };
  return anObject('VirtualNode', spec, { name, uid: name });
}

export interface Given {
  readonly pod?: Partial<Pod>;
  readonly deleted?: boolean;
  /** Names of virtual nodes, or the objects. By default one registers the pod in `shop.local/front`. */
  readonly nodes?: readonly (string | ClusterObject)[];
  /** What the pod has in services, by their names: an applied claim with these changes. */
  readonly registered?: Readonly<Record<string, Partial<Claim>>>;
  readonly services?: Readonly<Record<string, Partial<CloudMapService>>>;
  readonly problems?: readonly Problem[];
  readonly waits?: readonly PlaceWait[];
  /** Names of services in which the pod waits. */
  readonly waitsIn?: readonly string[];
  readonly cloudMap?: Partial<CloudMap>;
}

/** What happens when the pod is applied: calls of Cloud Map by service and id, all that is stored, sent and thrown. */
export async function applied(given: Given = {}) {
  const calls: string[] = [];
  const refusals: unknown[] = [];
  const conditions: unknown[] = [];
  const retired: unknown[] = [];
  const saved: unknown[] = [];
  const noticesSent: string[] = [];
  const world = aDependencies({
    findInstance: async () => undefined,
    operations: async (_service, { ids }) => new Map(ids.map((id) => [id, { status: 'succeeded' }])),
    operation: async () => ({ status: 'succeeded' }),
    listInstances: async function* () {},
    ...given.cloudMap,
    registerInstance: async (...call) => {
      calls.push(`register ${call[0]} ${call[1]}`);
      return given.cloudMap?.registerInstance?.(...call) ?? 'op-new';
    },
    deregisterInstance: async (...call) => {
      calls.push(`deregister ${call[0]} ${call[1]}`);
      return given.cloudMap?.deregisterInstance?.(...call) ?? 'op-end';
    },
    setHealth: async (...call) => void calls.push(`${call[2]} ${call[0]} ${call[1]}`),
  });
  const { stores, clock, sent, config } = world;
  clock.nowMs = nowMs;
  const cloudMap = world.deps.cloudMap(config);
  const deps: Dependencies = {
    ...world.deps,
    cloudMap: () => cloudMap,
    podStatus: () => ({
      setCondition: async (_pod, condition) => {
        conditions.push(condition);
        return '2';
      },
    }),
    notices: { note: () => {}, send: async () => void noticesSent.push(`after ${calls.length} calls`) },
    telemetry: {
      ...{ change: () => undefined, log: () => {} },
      count: (...counted) => void refusals.push(counted),
    },
  };
  const pod = aPod({ conditions: ready, ...given.pod });
  await stores.pods.record({ pod, deleted: given.deleted ?? false });
  for (const object of [
    anObject('Namespace', undefined, { name: 'shop' }),
    anObject('Mesh', { namespaceSelector: {} }, { name: 'shop-mesh' }),
    ...(given.nodes ?? ['front']).map((node) => (typeof node === 'string' ? aNode(node) : node)),
  ])
    await observeObject(deps, objectEvent(object));
  const tenants = [{ cluster: 'local', kubernetesNamespace: 'shop' }];
  const owners = { owners: tenants, sinceMs: 0, checkedAtMs: 0, leftoverNamespaces: [] };
  for (const name of ['front', 'back', 'side']) {
    await stores.services.save(serviceOf(name), aService(name, given.services?.[name]));
    await stores.services.replaceOwners({ ...serviceOf(name), chosen: 'ns-1' }, owners, undefined);
  }
  for (const [name, changes] of Object.entries(given.registered ?? {}))
    await putClaim(world, pod, name, changes);
  if (given.problems) await stores.pods.saveProblems(pod, given.problems);
  for (const wait of given.waits ?? []) await stores.pods.addWait(pod, wait);
  for (const name of given.waitsIn ?? [])
    await stores.waitingPods.put(serviceOf(name), { ...keyOf(pod), createdAt, instanceId: '10.0.0.1' });
  stores.pods.retire = async (...call) => void retired.push(call);
  const { saveProblems } = stores.pods;
  stores.pods.saveProblems = async (...call) => {
    saved.push(call[1]);
    return saveProblems.apply(stores.pods, call);
  };
  sent.length = 0;
  const thrown = await applyPod(deps, pod).catch((error: unknown) => error);
  const record = await stores.pods.find(pod);
  const registrations = record?.registrations.map(
    ({ service, instanceId }) => `${service.serviceName} ${instanceId}`,
  );
  const problems = record?.problems ?? [];
  const stillWaits: string[] = [];
  for (const name of given.waitsIn ?? [])
    if (await stores.waitingPods.find(serviceOf(name), { ...keyOf(pod), createdAt })) stillWaits.push(name);
  return {
    ...{ calls, refusals, conditions, retired, saved, sent, noticesSent },
    ...{ thrown, record, registrations, problems, stillWaits },
  };
}

function keyOf({ cluster, namespace, name }: Pod) {
  return { cluster, namespace, name };
}

function aService(name: string, changes: Partial<CloudMapService> = {}): CloudMapService {
  return {
    ...{ id: `srv-${name}`, name, namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
    ...{ hasCustomHealthCheck: true, ...changes },
  };
}

async function putClaim(
  { stores: { pods, claims } }: ReturnType<typeof aDependencies>,
  pod: Pod,
  name: string,
  changes: Partial<Claim>,
) {
  const { cluster, namespace, name: podName, uid } = pod;
  const id = { service: serviceOf(name), instanceId: changes.instanceId ?? '10.0.0.1' };
  await pods.addRegistration(pod, { ...id, uid });
  const owner = { cluster, namespace, name: podName, uid };
  const before = new Set(claims.items.keys());
  const taken = await claims.take(id, owner, `srv-${name}`, 0);
  const claim = await claims.apply(taken, {
    ...{ fingerprint: 'f', health: 'HEALTHY', operationId: 'op-0', touchedAtMs: 0 },
  });
  for (const key of claims.items.keys())
    if (!before.has(key)) claims.items.set(key, { ...claim, ...changes });
}
