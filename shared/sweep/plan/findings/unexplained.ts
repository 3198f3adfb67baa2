import { objectKey } from '../../../model/identity.ts';
import { type Claim, isDeregistered } from '../../../model/records/registration.ts';
import type { SeenInstance, ServiceView } from '../../../model/service-view.ts';
import { isLeftover, namedBy, type Owner } from '../../../pods/plan/ownership.ts';
import type { DriftInput } from './drift-input.ts';
import { type Finding, failedOperationOf, finding, unfinishedAfterMs } from './finding.ts';

/** Instances and claims of a service that no live pod should have there. */
export function unexplained(
  input: DriftInput,
  name: string,
  service: ServiceView,
  explained: ReadonlySet<string>,
): readonly Finding[] {
  const found: Finding[] = [];
  for (const [instanceId, instance] of service.instances)
    if (!explained.has(instanceId)) found.push(...unwanted(input, { name, service }, instanceId, instance));
  for (const [instanceId, claim] of service.claims)
    if (!explained.has(instanceId) && !service.instances.has(instanceId))
      found.push(...leftoverClaim(input, name, service, claim));
  return found;
}

interface Unwanted {
  readonly owner: Owner;
  readonly service: ServiceView;
  readonly where: ReturnType<typeof placeOf>;
}

function unwanted(
  input: DriftInput,
  { name, service }: { readonly name: string; readonly service: ServiceView },
  instanceId: string,
  { attributes }: SeenInstance,
): readonly Finding[] {
  const owner = service.claims.get(instanceId)?.owner ?? namedBy(attributes);
  if (!input.inScope(owner)) return [];
  const instance = { owner, service, where: placeOf(name, service, instanceId) };
  return attributes['k8s.io/cluster'] === input.config.name
    ? stale(input, instance)
    : orphan(input, instance, attributes);
}

/** An instance of ours. */
function stale(input: DriftInput, { owner, service, where }: Unwanted): readonly Finding[] {
  const isOfLivePod = isAlive(input, owner);
  if (!isOfLivePod && !input.complete) return [];
  const pod = owner.namespace && owner.name && owner.uid ? owner : undefined; // edited by hand: no writer can repair it
  const repair = { pod, ...where, removesFrom: [where.service] };
  const claim = service.claims.get(where.instanceId);
  const failedOperation = claim?.phase === 'releasing' ? failedOperationOf(service, claim) : undefined;
  if (failedOperation) {
    const { id, error } = failedOperation;
    const detail = `its deregistration, operation ${id}, failed: ${error}`;
    return [finding('OperationFailed', { ...repair, detail, failedOperation })];
  }
  const detail = isOfLivePod
    ? 'its pod should no longer be registered here'
    : 'its pod is not in the cluster';
  return [finding('InstanceStale', { ...repair, detail })];
}

function orphan(
  input: DriftInput,
  { owner, where }: Unwanted,
  attributes: SeenInstance['attributes'],
): readonly Finding[] {
  const isOrphan = isLeftover(attributes) && input.complete && !input.pods.has(objectKey(owner));
  const detail = `the App Mesh controller left it for pod ${objectKey(owner)}, which is not in the cluster`;
  return isOrphan ? [finding('InstanceOrphaned', { ...where, detail })] : [];
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
  if (isDeregistered({ phase, operationId })) return []; // see endedReleases
  const isOfLivePod = isAlive(input, owner);
  if (isOfLivePod && input.nowMs - touchedAtMs <= unfinishedAfterMs) return []; // its writer may be working on it
  if (!isOfLivePod && !input.complete) return [];
  const whose = isOfLivePod
    ? 'a pod that should no longer be registered here'
    : 'a pod that is not in the cluster';
  const detail = `a claim of ${whose} is left over (${phase})`;
  return [finding('ClaimUnfinished', { pod: owner, ...placeOf(name, service, instanceId), detail })];
}

/**
 * Completed deregistrations, whose instances are gone: their claims can be removed. This is the usual end of a
 * registration and no drift, so it is not counted as a finding.
 */
export function endedReleases(input: DriftInput): readonly Finding[] {
  return [...input.services].flatMap(([name, view]) =>
    [...view.claims.values()].flatMap((claim) => {
      const { instanceId, owner, operationId } = claim;
      const isOurs = owner.cluster === input.config.name && input.inScope(owner);
      const hasEnded = !view.instances.has(instanceId) && !view.underWay.has(instanceId);
      if (!isOurs || !hasEnded || !isDeregistered(claim)) return [];
      const detail = 'it is deregistered, so its claim can be removed';
      const where = placeOf(name, view, instanceId);
      return [finding('Released', { pod: owner, ...where, endedOperationId: operationId, detail })];
    }),
  );
}

function isAlive({ pods }: DriftInput, owner: Owner): boolean {
  return pods.get(objectKey(owner))?.uid === owner.uid;
}

function placeOf(name: string, { isFormer, key, serviceId }: ServiceView, instanceId: string) {
  const { namespaceName, serviceName } = key;
  return { service: name, place: isFormer ? key : { namespaceName, serviceName }, serviceId, instanceId };
}
