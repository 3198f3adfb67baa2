import type { ServiceFacts } from '../../../shared/explain/plan/service-explanation.ts';
import type { Drain } from '../../../shared/model/records/drain.ts';
import type { SeenInstance } from '../../../shared/model/service-view.ts';
import { aClaim, nowMs, production } from '../harness/pod-facts.ts';

export const attributesOf = (cluster: string, pod = 'front-1') => ({
  'k8s.io/cluster': cluster,
  'k8s.io/namespace': 'shop',
  'k8s.io/pod': pod,
});
/** What the App Mesh controller registers. */
export const leftover = {
  'k8s.io/namespace': 'shop',
  'k8s.io/pod': 'old-1',
  'appmesh.k8s.aws/mesh': 'm',
  'appmesh.k8s.aws/virtualNode': 'v',
};
export const drainOf = (...clusters: readonly string[]): ReadonlyMap<string, Drain> =>
  new Map(clusters.map((cluster) => [cluster, { sinceMs: nowMs, token: 't' } as unknown as Drain]));

export function instancesOf(
  instances: Readonly<Record<string, SeenInstance['attributes']>>,
): ReadonlyMap<string, SeenInstance> {
  return new Map(Object.entries(instances).map(([id, attributes]) => [id, { attributes }]));
}

/** All facts about a service with one instance of ours, with the changes of the test. */
export function serviceFacts(changes: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    ...{ place: production, namespaceName: 'shop.local', serviceName: 'front', target: 'own/own', nowMs },
    ...{ namespace: 'http', serviceId: 'srv-1', storedId: 'srv-1', hasCustomHealthCheck: true },
    ...{ owners: [{ cluster: 'local', kubernetesNamespace: 'shop' }], clusters: ['local', 'staging'] },
    ...{ drains: new Map(), entries: [], failedOperations: new Map(), readFailures: [] },
    instances: instancesOf({ '10.0.0.1': attributesOf('local') }),
    claims: [aClaim()],
    ...changes,
  };
}
