import { cloudMapReadinessGate, type PodObject } from '../kubernetes.ts';

/**
 * When the pod became ready, our own readiness gate excepted, or stopped being ready or wanted; RFC 3339, to the second.
 * Undefined if the pod does not say. Reads fields that the trimmed pod does not have.
 */
export function readinessChangedAt({ metadata, spec, status }: PodObject): string | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata;
  // The deletion timestamp is when the pod is to be gone.
  if (deletionTimestamp !== undefined)
    return secondsAt(Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000);
  const gates = (spec.readinessGates ?? []).map(({ conditionType }) => conditionType);
  const counted = new Set(['ContainersReady', ...gates.filter((gate) => gate !== cloudMapReadinessGate)]);
  const conditions = (status?.conditions ?? []).filter(({ type }) => counted.has(type));
  const times = conditions.map(({ lastTransitionTime = '' }) => Date.parse(lastTransitionTime));
  return times.length < counted.size ? undefined : secondsAt(Math.max(...times));
}

function secondsAt(ms: number): string | undefined {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15
    ? new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
    : undefined;
}
