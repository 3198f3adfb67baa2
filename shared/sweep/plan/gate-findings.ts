import type { ClusterConfig } from '../../model/cluster-config.ts';
import { cloudMapReadinessGate } from '../../model/kubernetes.ts';
import type { Pod } from '../../model/pod.ts';
import type { Claim } from '../../model/registration.ts';
import type { DesiredInstance, RegistrationContext } from '../../pods/plan/desired.ts';
import { stateOf } from '../../pods/plan/eligibility.ts';
import { declaresGate } from '../../pods/plan/readiness-gate.ts';
import { wantedFamilies } from '../../pods/plan/wanted-families.ts';

/** What of a sweep's sides says whether a pod can be discovered. */
interface DriftInput {
  readonly config: ClusterConfig;
  readonly registrationContext: (namespace: string) => RegistrationContext;
  readonly gatesCanBeSet: boolean;
  readonly services: ReadonlyMap<
    string,
    { readonly instances: ReadonlyMap<string, unknown>; readonly claims: ReadonlyMap<string, Claim> }
  >;
}

/**
 * What is wrong with the readiness gate of a pod of which nothing else is wrong; null where it says what Cloud Map says,
 * or where nobody could set it.
 */
export function wrongGate(input: DriftInput, pod: Pod, desired: readonly DesiredInstance[]): string | null {
  if (!input.gatesCanBeSet || !declaresGate(pod)) return null;
  const status = pod.conditions[cloudMapReadinessGate];
  const isDiscoverable = isReady(input, pod) && isEverywhere(input, pod, desired);
  if (isDiscoverable && status !== 'True')
    return `the pod can be discovered, and its readiness gate is ${status ?? 'absent'}`;
  if (!isDiscoverable && status === 'True')
    return 'the pod cannot be discovered, and its readiness gate is True';
  return null;
}

function isReady({ registrationContext, config }: DriftInput, pod: Pod): boolean {
  const families = wantedFamilies(pod, registrationContext(pod.namespace), config.cloudMap);
  return families.every((family) => stateOf({ pod, deleted: false }, family) === 'ready');
}

/** What is there, is as it should be: else there would be another finding. But it may be another pod's still. */
function isEverywhere({ services }: DriftInput, pod: Pod, desired: readonly DesiredInstance[]): boolean {
  const isThere = ({ namespaceName, serviceName, instanceId }: DesiredInstance) => {
    const service = services.get(`${namespaceName}/${serviceName}`);
    return service?.instances.has(instanceId) && service.claims.get(instanceId)?.owner.uid === pod.uid;
  };
  return desired.length > 0 && desired.every(isThere);
}
