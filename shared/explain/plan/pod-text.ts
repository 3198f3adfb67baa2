import { podKeyText } from '../../model/identity.ts';
import { firstOf } from '../../pods/plan/quote.ts';
import type { InstanceFacts, LastSweep, PodExplanation } from './explained.ts';
import { gateLines, gateTitle } from './gate-explanation.ts';
import { age, check, section } from './text.ts';

/** A pod's explanation, part by part, without what to do. */
export function podText(explanation: PodExplanation): readonly string[] {
  const { pod, checks, instances, nowMs, deadLetters, record, gate } = explanation;
  return [
    `${capitalized(podKeyText(pod))}`,
    `  ${seenText(explanation)}`,
    ...section(
      'May it be registered?',
      checks.map(({ name, reason }) => check(name, reason)),
    ),
    ...section('What wants it in Cloud Map?', record ? wantingLines(explanation) : []),
    ...instances.flatMap((instance) => section(titleOf(instance), instanceLines(instance, nowMs))),
    ...section(gateTitle, gateLines(gate)),
    ...section(
      'What the last attempt could not do',
      (record?.problems ?? []).map(({ source, reason }) => `- ${source}: ${reason}`),
    ),
    ...section(
      'Put aside',
      deadLetters.map(
        ({ kind, namespace, name, at, reason, messageId }) =>
          `- ${at} ${kind} ${namespace}/${name}: ${reason} (message ${messageId})`,
      ),
    ),
    ...section('The last sweep', sweepLines(explanation.lastSweep)),
  ];
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function seenText({ seen, record }: PodExplanation): string {
  if (seen === 'unknown') return 'what was last seen of it could not be read';
  if (record === undefined)
    return 'never seen: no event about it arrived, or it is gone for more than six days';
  const { pod, deleted } = record;
  const node = pod.node && `on ${[pod.node.name, pod.node.zone].filter(Boolean).join(' in ')}`;
  const state = deleted ? 'deleted' : pod.terminating ? 'terminating' : pod.phase;
  const network = pod.hostNetwork ? 'on the network of its node' : undefined;
  const known = [state, pod.ips.join(', ') || 'no IP', node, network, `uid ${pod.uid}`];
  return `last seen: ${[...known, `resourceVersion ${pod.resourceVersion}`].filter(Boolean).join(', ')}`;
}

function wantingLines({ mesh, virtualNodes, annotations, pod }: PodExplanation): readonly string[] {
  const nodes = virtualNodes.map(({ virtualNode, service, reason }) =>
    check(`VirtualNode ${virtualNode}${reason === null ? ` wants it in ${service}` : ''}`, reason),
  );
  return [
    ...(nodes.length > 0 ? nodes : [`✗ VirtualNodes: namespace ${pod.namespace} has none`]),
    ...annotationLines(annotations),
    ...(mesh === undefined
      ? []
      : [`mesh: ${'name' in mesh ? mesh.name : `${mesh.reason} (not needed for Cloud Map)`}`]),
  ];
}

function annotationLines({
  registers,
  reasons,
  isAnnotated,
}: PodExplanation['annotations']): readonly string[] {
  if (!isAnnotated) return ['annotations: none of ours'];
  return [registers ? '✓ annotations' : '✗ annotations', ...reasons.map((reason) => `  ${reason}`)];
}

function titleOf({ namespaceName, serviceName, instanceId, desired }: InstanceFacts): string {
  const why = desired ? `by ${desired.source}` : 'registered before, not wanted any more';
  return `Instance ${instanceId} of ${namespaceName}/${serviceName} (${why})`;
}

function instanceLines(instance: InstanceFacts, nowMs: number): readonly string[] {
  const { tenancyRefusal, desired } = instance;
  const dropped = desired?.droppedLabels ?? [];
  return [
    check('its namespace may register there', tenancyRefusal),
    `service: ${serviceLine(instance)}`,
    `claim: ${claimLine(instance, nowMs)}`,
    ...operationLines(instance),
    ...actualLines(instance),
    ...(dropped.length > 0 ? [`labels left out, being too many: ${firstOf(dropped)}`] : []),
  ];
}

function serviceLine(instance: InstanceFacts): string {
  const { serviceId, serviceIsGone, namespace, hasCustomHealthCheck, mayCreateNamespace } = instance;
  if (serviceIsGone) return `${serviceId}, which Cloud Map does not have any more`;
  if (serviceId !== undefined)
    return `${serviceId}, ${namespace} namespace, ${hasCustomHealthCheck ? 'custom health check' : 'no health check'}`;
  if (namespace === 'missing')
    return `its namespace does not exist, ${mayCreateNamespace ? 'and will be created' : 'and clusters.yml does not let it be created'}`;
  if (namespace === undefined) return 'not known';
  return `not there yet, in a ${namespace} namespace`;
}

function claimLine({ claim, holder }: InstanceFacts, nowMs: number): string {
  if (claim === undefined) return 'could not be read';
  if (claim === null) return 'none';
  const owner = holder === undefined ? 'by this pod' : `by ${podKeyText(claim.owner)}, which is ${holder}`;
  const waiting = claim.waiting.length > 0 ? `, ${claim.waiting.length} waiting` : '';
  return `${claim.phase} ${owner}, ${age(nowMs - claim.touchedAtMs)} ago${waiting}`;
}

function operationLines({ operation, underWay }: InstanceFacts): readonly string[] {
  if (underWay !== undefined && underWay.id !== operation?.id)
    return [`operation under way, not ours: ${underWay.id} ${underWay.type}`];
  if (operation === undefined) return [];
  const { id, status, error } = operation;
  return [`last operation: ${id} ${status}${error === undefined ? '' : `: ${error}`}`];
}

function actualLines({ actual, ownership, discovered }: InstanceFacts): readonly string[] {
  const there =
    actual === undefined
      ? []
      : actual === null
        ? ['Cloud Map: no such instance']
        : [`Cloud Map: ${ownershipText(ownership)}`];
  if (discovered === undefined) return there;
  return [
    ...there,
    `DiscoverInstances: ${discovered === null ? 'does not answer it' : (discovered.health ?? 'answers it (no health check)')}`,
  ];
}

function ownershipText(ownership: InstanceFacts['ownership']): string {
  if (ownership?.kind === 'foreign') return `not ours: ${ownership.reason}`;
  return ownership?.kind === 'adoptable' ? 'left by the App Mesh controller for this pod' : 'ours';
}

function sweepLines(sweep: LastSweep | undefined): readonly string[] {
  if (sweep === undefined) return [];
  const { startedAt, source, incomplete, findings, refused } = sweep;
  const lines = findings.map(
    ({ kind, detail, service }) => `- ${kind}${service ? ` in ${service}` : ''}: ${detail}`,
  );
  const held = refused.map(({ kind, detail, reason }) => `- ${kind}: ${detail}; refused: ${reason}`);
  return [
    `${startedAt}, from the ${source}${lines.length + held.length === 0 ? ': lines nothing of this pod' : ''}`,
    ...(incomplete === undefined ? [] : [incomplete]),
    ...lines,
    ...held,
  ];
}
