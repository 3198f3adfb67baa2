import { cloudMapReadinessGate } from '../../model/kubernetes.ts';
import type { Pod, PodObservation } from '../../model/pod.ts';
import type { Problem } from '../../model/problem.ts';
import type { GateCondition, GateNote } from '../../model/records/gate-note.ts';
import { shortened } from '../../model/text/shortened.ts';
import { orderedVersion } from '../../model/version.ts';

/** The registration state in one of the services that a ready pod should be in. */
export type RegistrationState =
  | { readonly kind: 'discoverable'; readonly where: string }
  /** Accepted by Cloud Map, still running. */
  | { readonly kind: 'pending'; readonly where: string }
  /** Accepted, then failed. */
  | { readonly kind: 'failed'; readonly where: string; readonly reason: string }
  /** Why it is not registered, if that is permanent. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The attempt did not finish and will be retried. */
  | { readonly kind: 'unsettled' };

/** The wanted condition; `quiet`: the pod's own state already shows it, so it only replaces a True. */
export interface WantedGate extends GateCondition {
  readonly quiet: boolean;
}

/** Source of the problems that prevent the condition from being set. */
export const gateProblemSource = 'readiness gate';

export function declaresGate({ readinessGates }: Pod): boolean {
  return readinessGates.includes(cloudMapReadinessGate);
}

/** The condition of a pod that cannot be registered now, by the reason of the failed predicate. */
export function gateOfIneligible(reason: string): WantedGate {
  return { status: 'False', reason: 'NotEligible', message: reason, quiet: true };
}

/**
 * The condition of a pod that can be registered; undefined: unchanged. In this order:
 *   wanted nowhere                        | False
 *   refused somewhere                     | False
 *   failed somewhere                      | False
 *   unsettled or pending somewhere        | unchanged
 *   discoverable everywhere               | True
 */
export function gateOf(states: readonly RegistrationState[], nowhere: string): WantedGate | undefined {
  const not = (reason: string, message: string) => ({
    ...{ status: 'False' as const, reason, quiet: false },
    message: shortened(message, maxMessage),
  });
  if (states.length === 0) return not('NotRegistered', nowhere);
  const refused = states.filter((each) => each.kind === 'refused');
  if (refused.length > 0) return not('NotRegistered', refused.map(({ reason }) => reason).join('; '));
  const failed = states.filter((each) => each.kind === 'failed');
  if (failed.length > 0)
    return not('OperationFailed', failed.map(({ where, reason }) => `${where}: ${reason}`).join('; '));
  const found = states.filter((each) => each.kind === 'discoverable');
  if (found.length < states.length) return undefined;
  const message = `registered in ${found.map(({ where }) => where).join(', ')}`;
  return { status: 'True', reason: 'Registered', message: shortened(message, maxMessage), quiet: false };
}

/** Kubernetes allows more, but a longer text is not read. */
const maxMessage = 1024;

/** Why a pod is wanted nowhere: what is wrong with the request, or that there is none. */
export function whyNowhere({ namespace }: Pod, problems: readonly Problem[]): string {
  const [first] = problems;
  return first === undefined
    ? `no VirtualNode of namespace ${namespace} that discovers by Cloud Map selects the pod, and it has no annotation of ours`
    : `${first.source}: ${first.message}`;
}

interface NotedPod extends Pick<PodObservation, 'pod'> {
  readonly gate?: GateNote | undefined;
}

/** The note, if it is about this pod and not about an earlier one of its name. */
export function noteOf({ pod, gate }: NotedPod): GateNote {
  return gate?.uid === pod.uid ? gate : { uid: pod.uid, succeeded: [] };
}

/**
 * The pod's condition: as its writer last set it, until the observed pod is at least as new. The text is known only if
 * the writer set it.
 */
export function shownGate(record: NotedPod): Partial<GateCondition> {
  const { written } = noteOf(record);
  const status = record.pod.conditions[cloudMapReadinessGate];
  if (written === undefined) return known(status);
  const isUnseen = orderedVersion(record.pod.resourceVersion) < orderedVersion(written.resourceVersion);
  return isUnseen || written.status === status ? written : known(status);
}

/** `Unknown`, which nobody should set, counts as absent, as it does for the kubelet. */
function known(status: string | undefined): Partial<GateCondition> {
  return status === 'True' || status === 'False' ? { status } : {};
}

/** Whether the condition must be set. A True with someone else's text is sufficient. */
export function mustBeWritten(wanted: WantedGate, shown: Partial<GateCondition>): boolean {
  if (wanted.quiet) return shown.status === 'True';
  if (wanted.status !== shown.status) return true;
  if (shown.reason === undefined) return wanted.status === 'False';
  return wanted.reason !== shown.reason || wanted.message !== shown.message;
}
