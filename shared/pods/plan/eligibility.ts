import { cloudMapReadinessGate } from '../../model/kubernetes.ts';
import type { Pod, PodObservation } from '../../model/pod.ts';

export type IpFamily = 'ipv4' | 'ipv6' | 'dual';

export interface Predicate {
  readonly name: string;
  /** Whether a pod that fails only such predicates stays registered, as UNHEALTHY, where the service can say that. */
  readonly readiness: boolean;
  /** Why the pod may not be registered; null when it may. */
  readonly reason: (observation: PodObservation, ipFamily: IpFamily) => string | null;
}

/** In the order a person would look. The same list decides and explains. */
const predicates: readonly Predicate[] = [
  {
    name: 'exists',
    readiness: false,
    reason: ({ deleted }) => (deleted ? 'the pod is deleted' : null),
  },
  {
    name: 'is not terminating',
    readiness: false,
    reason: ({ pod }) => (pod.terminating ? 'the pod is terminating' : null),
  },
  {
    name: 'is Running',
    readiness: false,
    reason: ({ pod }) => (pod.phase === 'Running' ? null : `the pod's phase is ${pod.phase}, not Running`),
  },
  {
    name: 'has an IP of the family wanted',
    readiness: false,
    reason: ({ pod }, ipFamily) => (addresses(pod, ipFamily) ? null : missingFamily(pod, ipFamily)),
  },
  {
    name: 'has all containers ready',
    readiness: true,
    reason: ({ pod }) =>
      pod.conditions.ContainersReady === 'True'
        ? null
        : `condition ContainersReady is ${pod.conditions.ContainersReady ?? 'absent'}`,
  },
  {
    name: 'has all other readiness gates true',
    readiness: true,
    reason: ({ pod }) => {
      const closed = otherGates(pod).find((gate) => pod.conditions[gate] !== 'True');
      return closed === undefined
        ? null
        : `readiness gate ${closed} is ${pod.conditions[closed] ?? 'absent'}`;
    },
  },
  {
    name: 'has a node that answers',
    readiness: true,
    reason: ({ pod }) => (isNodeLost(pod) ? nodeLostText(pod) : null),
  },
];

/**
 * A node that stops to answer leaves its pods' conditions as they are. The node lifecycle controller sets `Ready` of each
 * to False, and keeps the reason, of which a True has none (`MarkPodsNotReady`). The kubelet gives every False a reason,
 * such as `ReadinessGatesNotReady` while Ready lags a gate that turned True a moment ago.
 * Without the reason, from a relay of an earlier version: kubelets set Ready and ContainersReady at once, and only our
 * own gate is set by us, so that Ready lags it.
 */
function isNodeLost({ conditions, notReadyReason, readinessGates }: Pod): boolean {
  if (conditions.Ready !== 'False' || conditions.ContainersReady !== 'True') return false;
  return notReadyReason === undefined ? readinessGates.length === 0 : notReadyReason === '';
}

function nodeLostText({ node }: Pod): string {
  return (
    `node lost: Kubernetes set condition Ready to False, as node ${node?.name ?? 'of the pod'} does not answer; ` +
    'the other conditions are from before'
  );
}

export interface Verdict {
  readonly state: 'ready' | 'unready' | 'ineligible';
  readonly checks: readonly { readonly name: string; readonly reason: string | null }[];
}

/** `unready`: everything but readiness holds. */
export function judge(observation: PodObservation, ipFamily: IpFamily): Verdict {
  const checks = predicates.map(({ name, reason }) => ({ name, reason: reason(observation, ipFamily) }));
  return { state: stateOf(observation, ipFamily), checks };
}

/** The verdict alone, for those who ask it of 100,000 pods. */
export function stateOf(observation: PodObservation, ipFamily: IpFamily): Verdict['state'] {
  let state: Verdict['state'] = 'ready';
  for (const { readiness, reason } of predicates) {
    if (reason(observation, ipFamily) === null) continue;
    if (!readiness) return 'ineligible';
    state = 'unready';
  }
  return state;
}

export interface Addresses {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/** The addresses to register; undefined when the family wanted is not there. `dual` wants both. */
export function addresses(pod: Pod, ipFamily: IpFamily): Addresses | undefined {
  const ipv4 = ipFamily === 'ipv6' ? undefined : pod.ips.find((ip) => !ip.includes(':'));
  if (ipFamily === 'ipv4') return ipv4 === undefined ? undefined : { ipv4 };
  const ipv6 = pod.ips.find((ip) => ip.includes(':'));
  if (ipFamily === 'ipv6') return ipv6 === undefined ? undefined : { ipv6 };
  return ipv4 === undefined || ipv6 === undefined ? undefined : { ipv4, ipv6 };
}

/** Our own gate follows registration, so it cannot be a condition for it. */
function otherGates(pod: Pod): readonly string[] {
  return pod.readinessGates.filter((gate) => gate !== cloudMapReadinessGate);
}

function missingFamily(pod: Pod, ipFamily: IpFamily): string {
  const wanted =
    ipFamily === 'dual'
      ? 'an IPv4 and an IPv6 address'
      : `an ${ipFamily === 'ipv4' ? 'IPv4' : 'IPv6'} address`;
  return `the pod needs ${wanted}, it has ${pod.ips.join(', ') || 'none'}`;
}
