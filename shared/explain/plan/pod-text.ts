import { podKeyText } from '../../model/identity.ts';
import type { GateNote } from '../../model/records/gate-note.ts';
import { firstOf } from '../../pods/plan/quote.ts';
import type { InstanceFacts, LastSweep, PodExplanation } from './explained.ts';
import { gateLines, gateTitle } from './gate-explanation.ts';
import { journeyLines } from './journey-text.ts';
import { age, check, messageIds, section } from './text.ts';

/** A pod's explanation by sections, without the cause and the advice. */
export function podText(explanation: PodExplanation): readonly string[] {
  const { pod, checks, instances, nowMs, deadLetters, record, gate } = explanation;
  return [
    `${capitalized(podKeyText(pod))}`,
    `  ${seenText(explanation)}`,
    ...section(
      'Eligibility',
      checks.map(({ name, reason }) => check(name, reason)),
    ),
    ...section('Matching VirtualNodes and annotations', record ? requestLines(explanation) : []),
    ...instances.flatMap((instance) =>
      section(titleOf(instance, explanation), instanceLines(instance, nowMs, record?.gate)),
    ),
    ...section(gateTitle, gateLines(gate)),
    ...section(
      'Errors of the last attempt',
      (record?.problems ?? []).map(({ source, message }) => `- ${source}: ${message}`),
    ),
    ...section(
      'Dead-lettered messages',
      deadLetters.map(
        ({ kind, namespace, name, at, reason, ...ids }) =>
          `- ${at} ${kind} ${namespace}/${name}: ${reason} (${messageIds(ids)})`,
      ),
    ),
    ...section('Last sweep', sweepLines(explanation.lastSweep)),
  ];
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function seenText({ seen, record }: PodExplanation): string {
  if (seen === 'unknown') return 'its stored state could not be read';
  if (record === undefined)
    return 'not observed: no event about it has been received, or it was deleted more than six days ago';
  const { pod, deleted } = record;
  const node = pod.node && `on ${[pod.node.name, pod.node.zone].filter(Boolean).join(' in ')}`;
  const state = deleted ? 'deleted' : pod.terminating ? 'terminating' : pod.phase;
  const network = pod.hostNetwork ? 'hostNetwork' : undefined;
  const known = [state, pod.ips.join(', ') || 'no IP', node, network, `uid ${pod.uid}`];
  return `last observed: ${[...known, `resourceVersion ${pod.resourceVersion}`].filter(Boolean).join(', ')}`;
}

function requestLines({ mesh, virtualNodes, annotations, pod }: PodExplanation): readonly string[] {
  if (mesh === undefined) return ['VirtualNodes: could not be read'];
  const nodes = virtualNodes.map(({ virtualNode, service, reason }) =>
    check(`VirtualNode ${virtualNode}${reason === null ? ` registers it in ${service}` : ''}`, reason),
  );
  return [
    ...(nodes.length > 0 ? nodes : [`✗ VirtualNodes: namespace ${pod.namespace} has none`]),
    ...annotationLines(annotations),
    `mesh: ${'name' in mesh ? mesh.name : `${mesh.reason} (not needed for Cloud Map)`}`,
  ];
}

function annotationLines({
  registers,
  reasons,
  isAnnotated,
}: PodExplanation['annotations']): readonly string[] {
  if (!isAnnotated) return ['annotations: none of eks-mesh-sync'];
  return [registers ? '✓ annotations' : '✗ annotations', ...reasons.map((reason) => `  ${reason}`)];
}

function titleOf(
  { namespaceName, serviceName, instanceId, desired }: InstanceFacts,
  { mesh }: PodExplanation,
): string {
  const earlier = `registered earlier${mesh ? ', no longer requested' : ''}`;
  const why = desired ? `requested by ${desired.source}` : earlier;
  return `Instance ${instanceId} of ${namespaceName}/${serviceName} (${why})`;
}

function instanceLines(
  instance: InstanceFacts,
  nowMs: number,
  gate: GateNote | undefined,
): readonly string[] {
  const { tenancyRefusal, desired } = instance;
  const dropped = desired?.droppedLabels ?? [];
  return [
    check('tenancy allows its namespace', tenancyRefusal),
    `service: ${serviceLine(instance)}`,
    `claim: ${claimLine(instance, nowMs)}`,
    ...operationLines(instance),
    ...(instance.holder === undefined ? journeyLines(instance.claim, gate) : []),
    ...actualLines(instance),
    ...(dropped.length > 0 ? [`labels dropped, too many attributes: ${firstOf(dropped)}`] : []),
  ];
}

function serviceLine(instance: InstanceFacts): string {
  const { serviceId, serviceIsGone, namespace, hasCustomHealthCheck, mayCreateNamespace } = instance;
  if (serviceIsGone) return `${serviceId}, deleted in Cloud Map`;
  if (serviceId !== undefined)
    return `${serviceId}, ${namespace} namespace, ${hasCustomHealthCheck ? 'custom health check' : 'no health check'}`;
  if (namespace === 'missing')
    return `namespace not found; ${mayCreateNamespace ? 'it will be created' : 'clusters.yml does not allow its creation'}`;
  if (namespace === undefined) return 'unknown';
  return `not created yet, ${namespace} namespace`;
}

function claimLine({ claim, holder }: InstanceFacts, nowMs: number): string {
  if (claim === undefined) return 'could not be read';
  if (claim === null) return 'none';
  const owner = holder === undefined ? 'by this pod' : `by ${podKeyText(claim.owner)} (${holder})`;
  const waiting = claim.waiting.length > 0 ? `, ${claim.waiting.length} waiting` : '';
  return `${claim.phase} ${owner}, ${age(nowMs - claim.touchedAtMs)} ago${waiting}`;
}

function operationLines({ operation, underWay }: InstanceFacts): readonly string[] {
  if (underWay !== undefined)
    return [`operation in progress, started by another program: ${underWay.id} ${underWay.type}`];
  if (operation === undefined) return [];
  const { id, status, error } = operation;
  return [`last operation: ${id} ${status}${error === undefined ? '' : `: ${error}`}`];
}

function actualLines({ actual, ownership, discovered }: InstanceFacts): readonly string[] {
  const there =
    actual === undefined
      ? []
      : actual === null
        ? ['Cloud Map: instance not found']
        : [`Cloud Map: ${ownershipText(ownership)}`];
  if (discovered === undefined) return there;
  return [
    ...there,
    `DiscoverInstances: ${discovered === null ? 'not returned' : (discovered.health ?? 'returned (no health check)')}`,
  ];
}

function ownershipText(ownership: InstanceFacts['ownership']): string {
  if (ownership?.kind === 'foreign') return `not managed by eks-mesh-sync: ${ownership.reason}`;
  return ownership?.kind === 'adoptable'
    ? 'left by the App Mesh controller for this pod'
    : 'managed by eks-mesh-sync';
}

function sweepLines(sweep: LastSweep | undefined): readonly string[] {
  if (sweep === undefined) return [];
  const { startedAt, source, incomplete, findings, refused } = sweep;
  const lines = findings.map(
    ({ kind, detail, service }) => `- ${kind}${service ? ` in ${service}` : ''}: ${detail}`,
  );
  const blocked = refused.map(({ kind, detail, reason }) => `- ${kind}: ${detail}; refused: ${reason}`);
  return [
    `${startedAt}, from the ${source}${lines.length + blocked.length === 0 ? ': no findings about this pod' : ''}`,
    ...(incomplete === undefined ? [] : [incomplete]),
    ...lines,
    ...blocked,
  ];
}
