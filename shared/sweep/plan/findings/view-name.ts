import type { ClusterConfig } from '../../../model/cluster-config.ts';
import { type ServiceKey, serviceText } from '../../../model/identity.ts';
import { isCurrentTarget } from '../../../model/target.ts';
import { chosenNamespace } from '../../../pods/plan/services/choose-namespace.ts';

/** Whether the cluster's current configuration registers in the service by this key, not by one of a former place. */
export function isCurrent(config: ClusterConfig, { target, namespaceName, chosen }: ServiceKey): boolean {
  return isCurrentTarget(config, target) && chosen === chosenNamespace(config, namespaceName);
}

/** `namespace/service`; with the rest of its key if the cluster no longer registers by that key. */
export function viewName(config: ClusterConfig, service: ServiceKey): string {
  const text = serviceText(service);
  if (isCurrent(config, service)) return text;
  return `${text} in ${[service.target, service.chosen].filter(Boolean).join(' ')}`;
}
