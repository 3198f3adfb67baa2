import { objectKey, type PodKey } from '../../model/identity.ts';
import type { Claim } from '../../model/records/registration.ts';
import type { SeenInstance, ServiceView } from '../../model/service-view.ts';
import { isLeftover } from '../../pods/plan/ownership.ts';
import { type DriftInput, type Finding, unfinishedAfterMs } from './finding.ts';

/** Instances and claims of a service that no live pod should have there. */
export function unexplained(
  input: DriftInput,
  name: string,
  service: ServiceView,
  explained: ReadonlySet<string>,
): readonly Finding[] {
  const found: Finding[] = [];
  for (const [instanceId, instance] of service.instances)
    if (!explained.has(instanceId)) found.push(...unwanted(input, name, service, instanceId, instance));
  for (const [instanceId, claim] of service.claims)
    if (!explained.has(instanceId) && !service.instances.has(instanceId))
      found.push(...leftoverClaim(input, name, service, claim));
  return found;
}

function unwanted(
  input: DriftInput,
  name: string,
  service: ServiceView,
  instanceId: string,
  { attributes }: SeenInstance,
): readonly Finding[] {
  const claim = service.claims.get(instanceId);
  const key = claim?.owner ?? namedBy(attributes);
  if (!input.inScope(key)) return [];
  const where = { service: name, ...formerOf(service), serviceId: service.serviceId, instanceId };
  if (attributes['k8s.io/cluster'] === input.config.name) {
    const isOfLivePod = input.pods.get(objectKey(key))?.uid === key.uid;
    if (!isOfLivePod && !input.complete) return [];
    const pod = key.namespace && key.name && key.uid ? key : undefined; // edited by hand: reported, but no writer can repair it
    const deletesIn = pod === undefined ? [] : [name];
    const failure = claim?.phase === 'releasing' && service.failedOperations.get(claim.operationId ?? '');
    if (failure) {
      const detail = `its deregistration, operation ${claim.operationId}, failed: ${failure}`;
      return [{ kind: 'OperationFailed', pod, ...where, detail, deletesIn }];
    }
    const detail = isOfLivePod
      ? 'its pod should no longer be registered here'
      : 'its pod is not in the cluster';
    return [{ kind: 'InstanceStale', pod, ...where, detail, deletesIn }];
  }
  const isOrphan = isLeftover(attributes) && input.complete && !input.pods.has(objectKey(key));
  const detail = `the App Mesh controller left it for pod ${objectKey(key)}, which is not in the cluster`;
  return isOrphan ? [{ kind: 'InstanceOrphaned', ...where, detail, deletesIn: [] }] : [];
}

/** A claim without an instance, or with one that is being deregistered. */
function leftoverClaim(
  input: DriftInput,
  name: string,
  service: ServiceView,
  { owner, phase, instanceId, operationId, touchedAtMs }: Claim,
): readonly Finding[] {
  if (owner.cluster !== input.config.name || !input.inScope(owner)) return [];
  if (service.underWay.has(instanceId)) return []; // a later sweep sees the result
  if (phase === 'releasing' && operationId !== undefined) return []; // see endedReleases
  const { serviceId } = service;
  const where = { pod: owner, service: name, ...formerOf(service), serviceId, instanceId, deletesIn: [] };
  const isOfLivePod = input.pods.get(objectKey(owner))?.uid === owner.uid;
  if (isOfLivePod && input.nowMs - touchedAtMs <= unfinishedAfterMs) return []; // its writer may be working on it
  if (!isOfLivePod && !input.complete) return [];
  const whose = isOfLivePod
    ? 'a pod that should no longer be registered here'
    : 'a pod that is not in the cluster';
  return [{ kind: 'ClaimUnfinished', ...where, detail: `a claim of ${whose} is left over (${phase})` }];
}

/**
 * Completed deregistrations, whose instances are gone: their claims can be removed. This is the usual end of a
 * registration and no drift, so it is not counted as a finding.
 */
export function endedReleases(input: DriftInput): readonly Finding[] {
  return [...input.services].flatMap(([service, view]) =>
    [...view.claims.values()].flatMap(({ instanceId, owner, phase, operationId }) => {
      const isOurs = owner.cluster === input.config.name && input.inScope(owner);
      const hasEnded = !view.instances.has(instanceId) && !view.underWay.has(instanceId);
      if (!isOurs || !hasEnded || phase !== 'releasing' || operationId === undefined) return [];
      const where = { service, ...formerOf(view), serviceId: view.serviceId, instanceId };
      const detail = 'it is deregistered, so its claim can be removed';
      return [
        {
          kind: 'Released' as const,
          pod: owner,
          ...where,
          endedOperationId: operationId,
          detail,
          deletesIn: [],
        },
      ];
    }),
  );
}

function formerOf({ isFormer, key }: ServiceView): Pick<Finding, 'former'> {
  return isFormer ? { former: key } : {};
}

/** The pod that an instance's attributes name. */
function namedBy(attributes: Readonly<Record<string, string>>): PodKey & { readonly uid: string } {
  return {
    cluster: attributes['k8s.io/cluster'] ?? '',
    namespace: attributes['k8s.io/namespace'] ?? '',
    name: attributes['k8s.io/pod'] ?? '',
    uid: attributes['k8s.io/pod-uid'] ?? '',
  };
}
