import { podKeyText } from '../../model/identity.ts';
import { targetText } from '../../model/target.ts';
import { tenantText } from '../../pods/plan/services/service-owners.ts';
import { drainLines } from './common/drained-cause.ts';
import type { ExplainedEntry } from './entry-explanation.ts';
import type { InstanceExplanation } from './instance-explanation.ts';
import type { ServiceExplanation } from './service-explanation.ts';
import { age, section } from './text.ts';

/** Instances listed one by one; the counts include all. */
const maxReported = 100;

export function serviceText(explanation: ServiceExplanation): readonly string[] {
  const { namespaceName, serviceName, instances, claimsWithoutInstance, entries } = explanation;
  const lines = instances
    .slice(0, maxReported)
    .map(
      ({ instanceId, kind, pod, cluster, health, claim, reason }) =>
        `${instanceId} ${[
          kind,
          pod && `pod ${pod}${cluster === undefined ? '' : ` of ${cluster}`}`,
          health,
          claim === undefined ? kind === 'ours' && 'no claim' : `claim ${claim}`,
          kind === 'foreign' && reason,
        ]
          .filter(Boolean)
          .join(', ')}`,
    );
  const more = instances.length > maxReported ? [`… and ${instances.length - maxReported} more`] : [];
  return [
    `Cloud Map service ${namespaceName}/${serviceName}`,
    ...factsOf(explanation).map((line) => `  ${line}`),
    ...section(`Instances: ${countsOf(instances)}`, [...lines, ...more]),
    ...section('ServiceEntries', entries.flatMap(entryLines)),
    ...section(
      `Claims without an instance: ${claimsWithoutInstance.length}`,
      claimsWithoutInstance.map(
        ({ instanceId, owner, phase, touchedAt, failure }) =>
          `${instanceId} ${phase} since ${touchedAt} by ${podKeyText(owner)}${failure === undefined ? '' : `: ${failure}`}`,
      ),
    ),
  ];
}

function factsOf({
  namespace,
  serviceId,
  storedId,
  hasCustomHealthCheck,
  owners,
  target,
  drained,
}: ServiceExplanation): readonly string[] {
  const id = serviceId ?? 'none';
  const stored = storedId !== undefined && storedId !== serviceId ? ` (stored: ${storedId})` : '';
  return [
    `place: ${targetText(target)}`,
    `namespace: ${namespace ?? 'unknown'}`,
    `id: ${id}${stored}`,
    ...(hasCustomHealthCheck === undefined
      ? []
      : [`health check: ${hasCustomHealthCheck ? 'custom' : 'none'}`]),
    `owned by: ${owners.map(tenantText).join(' and ') || 'none'}`,
    ...drainLines(drained),
  ];
}

function entryLines({ cluster, state, reason, entry, content, notes }: ExplainedEntry): readonly string[] {
  const what = entry === undefined ? 'none' : `${entry} (${content})`;
  return [`${cluster}: ${what}, ${state}: ${reason}`, ...notes.map((note) => `  ${note}`)];
}

function countsOf(instances: ServiceExplanation['instances']): string {
  const count = (kind: string) => instances.filter((instance) => instance.kind === kind).length;
  return `${instances.length} (${count('ours')} ours, ${count('leftover')} left by the App Mesh controller, ${count('foreign')} foreign)`;
}

export function instanceText({
  instanceId,
  checked,
  places,
  nowMs,
  drained,
}: InstanceExplanation): readonly string[] {
  return [
    `Instance ${instanceId}`,
    `  searched in ${checked.length === 1 ? checked[0] : `${checked.length} services`}`,
    ...drainLines(drained).map((line) => `  ${line}`),
    ...places.flatMap(({ namespaceName, serviceName, serviceId, attributes, claim, owner, whose }) =>
      section(`In ${namespaceName}/${serviceName} (${serviceId})`, [
        attributes === null ? 'Cloud Map: instance not found' : `${whose.kind}: ${whose.reason}`,
        ...(whose.pod === undefined ? [] : [`pod: ${whose.pod}`]),
        claim === undefined
          ? 'claim: none'
          : `claim: ${claim.phase} by ${podKeyText(claim.owner)} (${owner}), ${age(nowMs - claim.touchedAtMs)} ago`,
        ...Object.entries(attributes ?? {}).map(([key, value]) => `${key}=${value}`),
      ]),
    ),
  ];
}
