import { objectKey } from '../../../model/identity.ts';
import { type Pod, sightingOfPod } from '../../../model/pod.ts';
import type { Registration } from '../../../model/records/registration.ts';
import { isDeregistered } from '../../../model/records/registration.ts';
import type { ServiceView } from '../../../model/service-view.ts';
import { configAt } from '../../../model/target.ts';
import { isNewer, storedSighting } from '../../../model/version.ts';
import { contradiction } from '../../../objects/plan/contradiction.ts';
import type { DriftInput, SeenPod } from './drift-input.ts';
import type { Explained } from './explained.ts';
import { type Finding, finding } from './finding.ts';
import { isSamePod, isSameState } from './same-pod.ts';
import { viewName } from './view-name.ts';

/** Whether the stored state of a live pod is missing, false or out of date; null if it is current. */
export function unknownState(pod: Pod, record: SeenPod | undefined): Finding | null {
  if (record === undefined) {
    const detail = 'the cluster has this pod, but no event about it was received';
    return finding('PodNotObserved', { pod: identityOf(pod), detail });
  }
  const isAtVersion = !record.deleted && isSameVersion(pod, record.pod);
  const hasOtherContent = isAtVersion && !isSameState(pod, record.pod);
  if (isAtVersion && !hasOtherContent && isSamePlace(pod.node, record.pod.node)) return null;
  const listed = sightingOfPod({ pod, deleted: false });
  const stored = sightingOfPod(record);
  const reason = contradiction(listed, stored) ?? (hasOtherContent ? otherContent(pod) : null);
  if (reason !== null)
    return finding('RecordContradicted', {
      ...{ pod: identityOf(pod), detail: reason, stored: storedSighting(stored) },
    });
  if ((!record.deleted && isSamePod(pod, record.pod)) || !isNewer(listed, stored)) return null;
  return finding('PodOutdated', { pod: identityOf(pod), detail: whyOutdated(pod, record.pod) });
}

/** Two contents of one version are of two histories: a restored cluster gives out its later versions once more. */
function otherContent({ resourceVersion }: Pod): string {
  return `the cluster lists it with other content at resourceVersion ${resourceVersion}, which the table has, too`;
}

function whyOutdated(listed: Pod, stored: Pod): string {
  const { resourceVersion, node } = listed;
  return isSameVersion(listed, stored)
    ? `its node ${node?.name} is in zone ${node?.zone}; the last event received says ${stored.node?.zone ?? 'none'}`
    : `the pod is at resourceVersion ${resourceVersion}; the last event received is of ${stored.resourceVersion}`;
}

function isSameVersion(listed: Pod, stored: Pod): boolean {
  return listed.uid === stored.uid && listed.resourceVersion === stored.resourceVersion;
}

/** A deleted node has no zone; a pod on it keeps the known one. */
function isSamePlace(listed: Pod['node'], stored: Pod['node']): boolean {
  return listed?.zone === undefined || (listed.zone === stored?.zone && listed.region === stored.region);
}

/** The findings about a stored pod that is deleted, or that the cluster no longer has. */
export function checkRecord(
  input: DriftInput,
  key: string,
  record: SeenPod,
  explained: Explained,
): readonly Finding[] {
  if (!input.inScope(record.pod)) return [];
  if (record.deleted) return leftRegistrations(input, record);
  return input.complete && !input.pods.has(key) ? [deletedPod(input, record, explained)] : [];
}

function deletedPod(input: DriftInput, { pod, registrations }: SeenPod, explained: Explained): Finding {
  const existing = registrations.flatMap((registration) => {
    const name = viewName(input.config, registration.service);
    const view = input.services.get(name);
    return view !== undefined && isThere(view, registration) ? [{ registration, name, view }] : [];
  });
  for (const { view, registration } of existing) explained.add(view, registration.instanceId); // deregistered with the pod
  const first = existing[0]?.registration ?? registrations[0];
  return finding('PodDeleted', {
    pod: identityOf(pod),
    detail: 'it is no longer in the cluster, but no event about its deletion was received',
    ...(first && {
      service: `${first.service.namespaceName}/${first.service.serviceName}`,
      instanceId: first.instanceId,
    }),
    removesFrom: existing.map(({ name }) => name),
  });
}

/** An instance whose deregistration was accepted is left to `unexplained`. */
function isThere({ instances, claims }: ServiceView, { instanceId }: Registration): boolean {
  const claim = claims.get(instanceId);
  return instances.has(instanceId) && !(claim !== undefined && isDeregistered(claim));
}

/** A deleted pod keeps a registration for as long as it has a claim there. */
function leftRegistrations(input: DriftInput, { pod, registrations }: SeenPod): readonly Finding[] {
  return registrations.flatMap(({ service, instanceId }) => {
    if (configAt(input.config, service.target) === undefined) return []; // nothing was read there
    const name = viewName(input.config, service);
    const owner = input.services.get(name)?.claims.get(instanceId)?.owner;
    if (owner?.cluster === pod.cluster && objectKey(owner) === objectKey(pod)) return [];
    const where = `${name}/${instanceId}`;
    const detail = `the pod is deleted, but its record still has registration ${where}, which has no claim`;
    return [finding('ClaimUnfinished', { pod: identityOf(pod), detail })];
  });
}

/** The fields of a pod that name its writer. */
export function identityOf({ cluster, namespace, name, uid }: Pod): NonNullable<Finding['pod']> {
  return { cluster, namespace, name, uid };
}
