import type { ServiceKey } from '../../../shared/model/identity.ts';
import type { CloudMapService, ServiceOwners, Tenant } from '../../../shared/model/records/registration.ts';
import { ownService } from '../../../shared/pods/services/own-service.ts';
import { aPod } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';

export const key: ServiceKey = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const ownersKey = { ...key, chosen: 'ns-1' };
export const service: CloudMapService = {
  ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http', httpName: 'shop.local' },
  hasCustomHealthCheck: false,
};
export const pod = aPod();
export const minute = 60_000;
/** The present: all times in the tests are minutes before it. */
export const nowMs = 1e12;

export const of = (kubernetesNamespace: string, cluster = 'local'): Tenant => ({
  cluster,
  kubernetesNamespace,
});
export const ofCluster = (namespace: string) => ({
  'k8s.io/cluster': 'local',
  'k8s.io/namespace': namespace,
});
export const leftover = (podName: string, namespace: string) => ({
  ...{ 'k8s.io/pod': podName, 'k8s.io/namespace': namespace },
  ...{ 'appmesh.k8s.aws/mesh': 'm', 'appmesh.k8s.aws/virtualNode': `front_${namespace}` },
});

type LivePod = readonly [
  namespace: string,
  name: string,
  changes?: { readonly deleted?: boolean; readonly terminating?: boolean },
];

export interface Situation {
  /** Who owns the service, since when and when its instances were last read, in minutes ago. */
  readonly owners?: readonly Tenant[];
  readonly sinceMin?: number;
  readonly checkedMin?: number;
  readonly leftoverNamespaces?: readonly string[];
  readonly claimedAs?: ServiceOwners['claimedAs'];
  /** Claims of namespaces, under the names of the key or others. */
  readonly claims?: readonly (readonly [namespace: string, serviceName?: string])[];
  readonly instances?: readonly Readonly<Record<string, string>>[];
  readonly livePods?: readonly LivePod[];
  readonly isMadeHere?: boolean;
}

export async function aService(situation: Situation) {
  const { owners, sinceMin = 60, checkedMin = 60, leftoverNamespaces = [], claimedAs } = situation;
  const calls: string[] = [];
  const world = aDependencies({
    listInstances: async function* (id) {
      calls.push(`list ${id}`);
      for (const [index, attributes] of (situation.instances ?? []).entries())
        yield { id: `10.0.0.${index}`, attributes };
    },
    isMadeHere: async (id) => {
      calls.push(`made ${id}`);
      return situation.isMadeHere ?? false;
    },
  });
  const { stores, clock } = world;
  clock.nowMs = nowMs;
  if (owners !== undefined)
    await stores.services.replaceOwners(
      ownersKey,
      {
        ...{ owners, leftoverNamespaces, claimedAs },
        ...{ sinceMs: nowMs - sinceMin * minute, checkedAtMs: nowMs - checkedMin * minute },
      },
      undefined,
    );
  for (const [index, [namespace, serviceName = 'front']] of (situation.claims ?? []).entries()) {
    const owner = { cluster: 'local', namespace, name: `pod-${index}`, uid: `uid-${index}` };
    await stores.claims.take(
      { service: { ...key, serviceName }, instanceId: `10.0.1.${index}` },
      owner,
      'srv-1',
      0,
    );
  }
  for (const [namespace, name, { deleted = false, terminating = false } = {}] of situation.livePods ?? [])
    await stores.pods.record({ pod: aPod({ namespace, name, terminating }), deleted });
  const stored = () => stores.services.owners(ownersKey);
  const own = (isNew = true, names = key) => ownService(world.deps, names, service, { pod, isNew });
  return { ...world, calls, stored, own };
}

export const ownersOf = (stored: ServiceOwners | undefined) =>
  stored?.owners.map(({ kubernetesNamespace }) => kubernetesNamespace);
