import type { Holder, InstanceFacts, PodFacts } from '../../explain/plan/explained.ts';
import { objectKey, type PodKey } from '../../model/identity.ts';
import type { PodRecord } from '../../model/records/pod-record.ts';
import type { Claim } from '../../model/records/registration.ts';
import { type DesiredInstance, desiredInstances } from '../../pods/plan/desired/desired.ts';
import { ownershipOf } from '../../pods/plan/ownership.ts';
import { namespaceEntry } from '../../pods/plan/services/choose-namespace.ts';
import { whyManagedByOther } from '../../pods/plan/services/managed-service.ts';
import { whyNotAllowed } from '../../pods/plan/services/tenancy.ts';
import { type ClusterFacts, keyText, type ReportFacts } from './facts.ts';

export type FindPod = (key: PodKey) => PodRecord | undefined;

/** What `explain` would read of the pod, from what was read of all. Operations are not read: they cost a call each. */
export function podFactsOf(
  facts: ReportFacts,
  cluster: ClusterFacts,
  record: PodRecord,
  findPod: FindPod,
): PodFacts {
  const { cluster: name, namespace, name: pod } = record.pod;
  const registrationContext = cluster.registrationContext?.(namespace);
  const desired = registrationContext
    ? desiredInstances(record.pod, registrationContext, cluster.config.cloudMap).instances
    : [];
  return {
    key: { cluster: name, namespace, name: pod },
    nowMs: facts.nowMs,
    config: cluster.config,
    place: facts.place,
    seen: 'yes',
    record,
    registrationContext,
    instances: desired.map((instance) => instanceFactsOf(facts, cluster, { record, instance, findPod })),
    deadLetters: cluster.deadLetters.filter((letter) => isAbout(letter, namespace, pod)),
    invalidNodes: (cluster.directory?.entries ?? []).flatMap(({ id, fault }) =>
      id.kind === 'VirtualNode' && id.namespace === namespace && fault !== undefined
        ? [{ name: id.name, fault }]
        : [],
    ),
    lastSweep: cluster.sweep,
    readFailures: [],
  };
}

function isAbout(letter: ClusterFacts['deadLetters'][number], namespace: string, pod: string): boolean {
  if (letter.namespace !== namespace) return false;
  return letter.kind === 'VirtualNode' || (letter.kind === 'Pod' && letter.name === pod);
}

interface Wanted {
  readonly record: PodRecord;
  readonly instance: DesiredInstance;
  readonly findPod: FindPod;
}

function instanceFactsOf(
  facts: ReportFacts,
  { config }: ClusterFacts,
  { record: { pod }, instance, findPod }: Wanted,
): InstanceFacts {
  const { namespaceName, serviceName, instanceId } = instance;
  const read = facts.services.get(keyText(facts.serviceKeyOf(config, instance)));
  const { service, claims, instances } = read ?? {};
  const claim = claims && (claims.get(instanceId) ?? null);
  const listed = instances?.get(instanceId);
  const actual = instances && (listed?.attributes ?? null);
  const tenant = { cluster: pod.cluster, kubernetesNamespace: pod.namespace };
  const request = { ...tenant, namespaceName, serviceName, namespaceKind: service?.namespaceKind };
  return {
    ...{ namespaceName, serviceName, instanceId, desired: instance },
    tenancyRefusal: whyNotAllowed(request, config.tenancy),
    namespace: service?.namespaceKind,
    serviceRefusal: (service && whyManagedByOther(namespaceName, service, config)) ?? undefined,
    mayCreateNamespace: namespaceEntry(config, namespaceName)?.create !== undefined,
    serviceId: service?.id,
    serviceIsGone: read?.isGone ?? false,
    hasCustomHealthCheck: service?.hasCustomHealthCheck,
    claim,
    holder: claim && !isOwner(claim, pod) ? holderOf(claim, findPod) : undefined,
    actual,
    ...(actual && { ownership: isApplied(claim, pod) ? { kind: 'ours' } : ownershipOf(actual, pod) }),
    discovered: instances && (listed ? { health: listed.health } : null),
  };
}

function isOwner({ owner }: Claim, pod: PodKey): boolean {
  return owner.cluster === pod.cluster && objectKey(owner) === objectKey(pod);
}

/** An instance that we registered stays ours, even if its attributes were changed since. */
function isApplied(claim: Claim | null | undefined, pod: PodRecord['pod']): boolean {
  return claim?.phase === 'applied' && isOwner(claim, pod) && claim.owner.uid === pod.uid;
}

function holderOf({ owner }: Claim, findPod: FindPod): Holder {
  const found = findPod(owner);
  if (found === undefined) return 'not observed';
  if (found.deleted) return 'deleted';
  if (found.pod.uid !== owner.uid) return 'replaced';
  return found.pod.terminating ? 'terminating' : 'alive';
}
