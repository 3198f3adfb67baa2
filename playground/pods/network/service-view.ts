import { matchesLabels, selectorOf } from '@eks-mesh-sync/embedded-kubernetes/kinds/label-selector.ts';
import { at, listAt, numberAt, objectAt, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import { isTerminating, type KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { Store } from '@eks-mesh-sync/embedded-kubernetes/storage/store.ts';

/** Services and the pods behind them, as EndpointSlices would say. */
export interface ServiceView {
  service(namespace: string, name: string): KubernetesObject | undefined;
  services(): readonly KubernetesObject[];
  /** The pods that a Service selects and that are ready; all that run if it publishes addresses that are not ready. */
  podsOf(service: KubernetesObject): readonly KubernetesObject[];
}

export function serviceView(store: Pick<Store, 'get' | 'list'>): ServiceView {
  return {
    service: (namespace, name) => store.get('services', `${namespace}/${name}`),
    services: () => store.list('services'),
    podsOf: (service) => {
      const selector = objectAt(service, 'spec', 'selector');
      if (Object.keys(selector).length === 0) return [];
      const requirements = selectorOf({ matchLabels: selector });
      const all = at(service, 'spec', 'publishNotReadyAddresses') === true;
      return store
        .list('pods', service.metadata.namespace)
        .filter(
          (pod) => matchesLabels(pod.metadata.labels, requirements) && (all ? hasAddress(pod) : isReady(pod)),
        );
    },
  };
}

function hasAddress(pod: KubernetesObject): boolean {
  return stringAt(pod, 'status', 'podIP') !== '';
}

function isReady(pod: KubernetesObject): boolean {
  const ready = listAt(pod, 'status', 'conditions').some(
    (condition) => at(condition, 'type') === 'Ready' && at(condition, 'status') === 'True',
  );
  return ready && hasAddress(pod) && !isTerminating(pod);
}

/** The port of a pod that a port of a Service leads to: a number, or the name of a container's port. */
export function targetPortOf(port: unknown, pod: KubernetesObject): number | undefined {
  const target = at(port, 'targetPort') ?? at(port, 'port');
  if (typeof target === 'number') return target;
  const ports = listAt(pod, 'spec', 'containers').flatMap((container) => listAt(container, 'ports'));
  return (
    numberAt(
      ports.find((each) => at(each, 'name') === target),
      'containerPort',
    ) || undefined
  );
}
