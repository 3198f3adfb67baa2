import type { ClusterConfig } from '../../model/cluster-config.ts';
import { type ServiceKey, serviceText } from '../../model/identity.ts';
import { isCurrentTarget } from '../../model/target.ts';
import { chosenNamespace } from '../../pods/plan/choose-namespace.ts';

/** Whether the cluster, as it is configured now, registers into a service by this key; not by one of a former place. */
export function isCurrent(config: ClusterConfig, { target, namespaceName, chosen }: ServiceKey): boolean {
  return isCurrentTarget(config, target) && chosen === chosenNamespace(config, namespaceName);
}

/** `namespace/service`; with what else is in its key where the cluster does not register by that any more. */
export function viewName(config: ClusterConfig, service: ServiceKey): string {
  const text = serviceText(service);
  if (isCurrent(config, service)) return text;
  return `${text} in ${[service.target, service.chosen].filter(Boolean).join(' ')}`;
}
