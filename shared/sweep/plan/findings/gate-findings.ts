import type { ClusterConfig } from '../../../model/cluster-config.ts';
import { cloudMapReadinessGate } from '../../../model/kubernetes.ts';
import type { Pod } from '../../../model/pod.ts';
import type { Claim } from '../../../model/records/registration.ts';
import type { DesiredInstance } from '../../../pods/plan/desired/desired.ts';
import type { RegistrationContext } from '../../../pods/plan/desired/registration-context.ts';
import { wantedFamilies } from '../../../pods/plan/desired/wanted-families.ts';
import { stateOf } from '../../../pods/plan/eligibility.ts';
import { declaresGate } from '../../../pods/plan/readiness-gate.ts';

/** The part of a sweep's input that decides whether a pod can be discovered. */
interface GateInput {
  readonly config: ClusterConfig;
  readonly registrationContext: (namespace: string) => RegistrationContext;
  readonly gatesCanBeSet: boolean;
  readonly services: ReadonlyMap<
    string,
    { readonly instances: ReadonlyMap<string, unknown>; readonly claims: ReadonlyMap<string, Claim> }
  >;
}

/** Why the readiness gate of a pod without other findings is wrong; null if it matches Cloud Map or cannot be set. */
export function wrongGate(input: GateInput, pod: Pod, desired: readonly DesiredInstance[]): string | null {
  if (!input.gatesCanBeSet || !declaresGate(pod)) return null;
  const status = pod.conditions[cloudMapReadinessGate];
  if (input.registrationContext(pod.namespace).drain)
    return status === 'True'
      ? null
      : `the cluster is drained, but its readiness gate is ${status ?? 'absent'}`;
  const isDiscoverable = isReady(input, pod) && isEverywhere(input, pod, desired);
  if (isDiscoverable && status !== 'True')
    return `the pod can be discovered, but its readiness gate is ${status ?? 'absent'}`;
  if (!isDiscoverable && status === 'True')
    return 'the pod cannot be discovered, but its readiness gate is True';
  return null;
}

function isReady({ registrationContext, config }: GateInput, pod: Pod): boolean {
  const families = wantedFamilies(pod, registrationContext(pod.namespace), config.cloudMap);
  return families.every((family) => stateOf({ pod, deleted: false }, family) === 'ready');
}

/**
 * Existing instances are correct: otherwise there would be another finding. But one may still belong to another pod.
 */
function isEverywhere({ services }: GateInput, pod: Pod, desired: readonly DesiredInstance[]): boolean {
  const isThere = ({ namespaceName, serviceName, instanceId }: DesiredInstance) => {
    const service = services.get(`${namespaceName}/${serviceName}`);
    return service?.instances.has(instanceId) && service.claims.get(instanceId)?.owner.uid === pod.uid;
  };
  return desired.length > 0 && desired.every(isThere);
}
