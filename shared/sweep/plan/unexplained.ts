import { objectKey, type PodKey } from '../../model/identity.ts';
import type { Claim } from '../../model/registration.ts';
import type { SeenInstance, ServiceView } from '../../model/service-view.ts';
import { isLeftover } from '../../pods/plan/ownership.ts';
import { type Finding, type Sides, unfinishedAfterMs } from './finding.ts';

/** Instances and claims of a service that no live pod wants there. */
export function unexplained(
  sides: Sides,
  name: string,
  service: ServiceView,
  explained: ReadonlySet<string>,
): readonly Finding[] {
  const found: Finding[] = [];
  for (const [instanceId, instance] of service.instances)
    if (!explained.has(instanceId)) found.push(...unwanted(sides, name, service, instanceId, instance));
  for (const [instanceId, claim] of service.claims)
    if (!explained.has(instanceId) && !service.instances.has(instanceId))
      found.push(...leftClaim(sides, name, service, claim));
  return found;
}

function unwanted(
  sides: Sides,
  name: string,
  service: ServiceView,
  instanceId: string,
  { attributes }: SeenInstance,
): readonly Finding[] {
  const claim = service.claims.get(instanceId);
  const key = claim?.owner ?? namedBy(attributes);
  if (!sides.inScope(key)) return [];
  const where = { service: name, ...formerOf(service), serviceId: service.serviceId, instanceId };
  if (attributes['k8s.io/cluster'] === sides.config.name) {
    const isOfLivePod = sides.pods.get(objectKey(key))?.uid === key.uid;
    if (!isOfLivePod && !sides.complete) return [];
    const pod = key.namespace && key.name && key.uid ? key : undefined; // damaged by hand: told, but nobody's to repair
    const deletesIn = pod === undefined ? [] : [name];
    const failure = claim?.phase === 'releasing' && service.failedOperations.get(claim.operationId ?? '');
    if (failure) {
      const detail = `its deregistration, operation ${claim.operationId}, failed: ${failure}`;
      return [{ kind: 'failed operation', pod, ...where, detail, deletesIn }];
    }
    const detail = isOfLivePod
      ? 'its pod is not to be registered here any more'
      : 'its pod is not in the cluster';
    return [{ kind: 'stale', pod, ...where, detail, deletesIn }];
  }
  const isOrphan = isLeftover(attributes) && sides.complete && !sides.pods.has(objectKey(key));
  const detail = `the App Mesh controller left it for pod ${objectKey(key)}, which is not in this cluster`;
  return isOrphan ? [{ kind: 'orphaned', ...where, detail, deletesIn: [] }] : [];
}

/** A claim without an instance, or with one that is being deregistered. */
function leftClaim(
  sides: Sides,
  name: string,
  service: ServiceView,
  { owner, phase, instanceId, operationId, touchedAtMs }: Claim,
): readonly Finding[] {
  if (owner.cluster !== sides.config.name || !sides.inScope(owner)) return [];
  if (service.underWay.has(instanceId)) return []; // how it ends is seen when it has
  if (phase === 'releasing' && operationId !== undefined) return []; // see endedReleases
  const { serviceId } = service;
  const where = { pod: owner, service: name, ...formerOf(service), serviceId, instanceId, deletesIn: [] };
  const isOfLivePod = sides.pods.get(objectKey(owner))?.uid === owner.uid;
  if (isOfLivePod && sides.nowMs - touchedAtMs <= unfinishedAfterMs) return []; // its writer may be at it
  if (!isOfLivePod && !sides.complete) return [];
  const whose = isOfLivePod ? 'a pod that is not to be registered here any more' : 'a pod that is gone';
  return [{ kind: 'unfinished', ...where, detail: `a claim of ${whose} is left over, ${phase}` }];
}

/**
 * Deregistrations that have ended, with the instance gone: their claims can be removed. That is the usual end of a
 * registration and no drift, so it counts as no finding.
 */
export function endedReleases(sides: Sides): readonly Finding[] {
  return [...sides.services].flatMap(([service, view]) =>
    [...view.claims.values()].flatMap(({ instanceId, owner, phase, operationId }) => {
      const isOurs = owner.cluster === sides.config.name && sides.inScope(owner);
      const isOver = !view.instances.has(instanceId) && !view.underWay.has(instanceId);
      if (!isOurs || !isOver || phase !== 'releasing' || operationId === undefined) return [];
      const where = { service, ...formerOf(view), serviceId: view.serviceId, instanceId };
      const detail = 'it is deregistered, and its claim can be removed';
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

/** Whose an instance says it is. */
function namedBy(attributes: Readonly<Record<string, string>>): PodKey & { readonly uid: string } {
  return {
    cluster: attributes['k8s.io/cluster'] ?? '',
    namespace: attributes['k8s.io/namespace'] ?? '',
    name: attributes['k8s.io/pod'] ?? '',
    uid: attributes['k8s.io/pod-uid'] ?? '',
  };
}
