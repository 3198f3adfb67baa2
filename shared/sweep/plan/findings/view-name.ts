import type { ClusterConfig } from '../../../model/cluster-config.ts';
import { type ServiceKey, serviceText } from '../../../model/identity.ts';
import { isCurrentTarget, targetText } from '../../../model/target.ts';
import { chosenNamespace } from '../../../pods/plan/services/choose-namespace.ts';

/** Whether the cluster's current configuration registers in the service by this key, not by one of a former place. */
export function isCurrent(config: ClusterConfig, { target, namespaceName, chosen }: ServiceKey): boolean {
  return isCurrentTarget(config, target) && chosen === chosenNamespace(config, namespaceName);
}

/** `namespace/service`, unique among the services of a cluster; with where it is if the cluster no longer registers there. */
export function viewName(config: ClusterConfig, service: ServiceKey): string {
  const { target, chosen } = service;
  const text = serviceText(service);
  if (isCurrent(config, service)) return text;
  const namespace = chosen === undefined ? 'the namespace of that name' : `namespace ${chosen}`;
  if (isCurrentTarget(config, target)) return `${text} in ${namespace}`;
  return `${text} in ${chosen === undefined ? '' : `${namespace} of `}${targetText(target)}`;
}
