import { cloudMapReadinessGate } from '../../model/kubernetes.ts';
import type { Pod, PodObservation } from '../../model/pod.ts';

export type IpFamily = 'ipv4' | 'ipv6' | 'dual';

export type PredicateName =
  | 'exists'
  | 'is not terminating'
  | 'is Running'
  | 'has an IP of the family wanted'
  | 'has all containers ready'
  | 'has all other readiness gates true'
  | 'has a node that answers';

export interface Predicate {
  readonly name: PredicateName;
  /** Whether a pod that fails only such predicates stays registered as UNHEALTHY, if the service supports that. */
  readonly readiness: boolean;
  /** Why the pod may not be registered; null if it may. */
  readonly reason: (observation: PodObservation, ipFamily: IpFamily) => string | null;
}

/** In the order in which a person would check them. The same list decides and explains. */
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
 * A node that stops responding leaves its pods' conditions unchanged. The node lifecycle controller then sets `Ready`
 * of each pod to False and keeps the reason, which a True does not have (`MarkPodsNotReady`). The kubelet gives every
 * False a reason, such as `ReadinessGatesNotReady` while Ready lags behind a gate that has just turned True. A relay of
 * an earlier version sends no reason. Kubelets set Ready and ContainersReady together, and we set only our own gate, so
 * Ready then lags behind that gate.
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
  readonly checks: readonly { readonly name: PredicateName; readonly reason: string | null }[];
}

/** `unready`: all predicates hold except readiness. */
export function judge(observation: PodObservation, ipFamily: IpFamily): Verdict {
  const checks = predicates.map(({ name, reason }) => ({ name, reason: reason(observation, ipFamily) }));
  return { state: stateOf(observation, ipFamily), checks };
}

/** Only the verdict, for callers that need it for 100,000 pods. */
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

/** The addresses to register; undefined if the pod has none of the wanted family. `dual` requires both. */
export function addresses(pod: Pod, ipFamily: IpFamily): Addresses | undefined {
  const ipv4 = ipFamily === 'ipv6' ? undefined : pod.ips.find((ip) => !ip.includes(':'));
  if (ipFamily === 'ipv4') return ipv4 === undefined ? undefined : { ipv4 };
  const ipv6 = pod.ips.find((ip) => ip.includes(':'));
  if (ipFamily === 'ipv6') return ipv6 === undefined ? undefined : { ipv6 };
  return ipv4 === undefined || ipv6 === undefined ? undefined : { ipv4, ipv6 };
}

/** Our own gate follows the registration, so it cannot be a condition for it. */
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
