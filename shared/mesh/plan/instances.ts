import type { ClusterConfig } from '../../model/cluster-config.ts';
import { objectKey } from '../../model/identity.ts';
import { type MissingPermission, permissionsOf } from '../../model/permission.ts';
import type { Problem } from '../../model/problem.ts';
import type { Condition } from '../../model/records/mesh-status.ts';
import type { PodRecord } from '../../model/records/pod-record.ts';
import { shortened } from '../../model/text/shortened.ts';
import type { VirtualNode } from '../../model/virtual-node.ts';
import { discoversThroughCloudMap } from '../../model/virtual-node.ts';
import { type Desired, type DesiredInstance, desiredInstances } from '../../pods/plan/desired/desired.ts';
import type { RegistrationContext } from '../../pods/plan/desired/registration-context.ts';
import { selects } from '../../pods/plan/desired/selector.ts';
import { sourceOf } from '../../pods/plan/desired/virtual-node-source.ts';
import { wantedFamilies } from '../../pods/plan/desired/wanted-families.ts';
import { judge } from '../../pods/plan/eligibility.ts';

/** The registration of one pod of a virtual node; `reason`: why it is not registered, or registered as UNHEALTHY. */
interface RegistrationState {
  readonly pod: string;
  readonly isRegistered: boolean;
  readonly reason?: string | undefined;
  /** The permission that is missing, if that is why. */
  readonly permission?: MissingPermission | undefined;
}

/** Pods named in a message. */
const maxNamed = 5;
/** Characters of each reason: some quote AWS. */
const maxReason = 160;

/**
 * By name of each virtual node of a namespace that uses Cloud Map discovery: how many of its pods are registered and why
 * the others are not. `pods`: all of the namespace, as last observed and reconciled. Pods that are terminating or have
 * completed do not count.
 *   no pods               | False NoPods
 *   all registered        | True  AllRegistered
 *   some                  | False SomeNotRegistered
 *   none                  | False NoneRegistered
 * A pod that is UNHEALTHY in Cloud Map counts as registered and is named in the message. In the services
 * `withoutCheck` (`namespace/service`) no instance can be UNHEALTHY: a pod that is not ready is deregistered, and its
 * registration is kept until that has ended.
 */
export function instancesConditions(
  pods: readonly PodRecord[],
  context: RegistrationContext,
  config: ClusterConfig['cloudMap'],
  withoutCheck: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, Condition> {
  const counted = pods
    .filter(isCounted)
    .map((record) => ({ record, wanted: bySource(desiredInstances(record.pod, context, config), record) }));
  const conditions = new Map<string, Condition>();
  for (const node of context.virtualNodes.filter(discoversThroughCloudMap)) {
    const own = { ...context, virtualNodes: [node] };
    const states = counted
      .filter(({ record }) => selects(node.spec.podSelector, record.pod.labels))
      .map(({ record, wanted }) => {
        const notReady = reasonNotReady(record, own, config);
        const mayStay = notReady?.mayStay && !withoutCheck.has(serviceOf(node));
        return registrationStateOf(
          node,
          record,
          wanted,
          notReady && { ...notReady, mayStay: mayStay ?? false },
        );
      });
    conditions.set(node.name, conditionOf(node, states));
  }
  return conditions;
}

/** `namespace/service` */
export function serviceOf({ spec }: VirtualNode): string {
  const { namespaceName, serviceName } = spec.serviceDiscovery?.awsCloudMap ?? {};
  return `${namespaceName}/${serviceName}`;
}

function isCounted({ pod, deleted }: PodRecord): boolean {
  return !deleted && !pod.terminating && pod.phase !== 'Succeeded' && pod.phase !== 'Failed';
}

interface NotReady {
  readonly reason: string;
  /** Whether it may stay in Cloud Map, as UNHEALTHY. */
  readonly mayStay: boolean;
}

function reasonNotReady(
  record: PodRecord,
  context: RegistrationContext,
  config: ClusterConfig['cloudMap'],
): NotReady | undefined {
  for (const family of wantedFamilies(record.pod, context, config)) {
    const { state, checks } = judge(record, family);
    const reason = checks.find((check) => check.reason !== null)?.reason;
    if (reason) return { reason, mayStay: state === 'unready' };
  }
  return undefined;
}

/** The desired instances of a pod and its problems, by source: many virtual nodes may select many pods. */
interface Wanted {
  readonly instances: ReadonlyMap<string, DesiredInstance>;
  readonly problems: ReadonlyMap<string, Problem>;
  /** Namespace, service and instance id of each registration of the pod. */
  readonly registered: ReadonlySet<string>;
}

function bySource({ instances, problems }: Desired, record: PodRecord): Wanted {
  const all = [...problems, ...record.problems].reverse(); // of several problems the first counts
  return {
    instances: new Map(instances.map((each) => [each.source, each])),
    problems: new Map(all.map((each) => [each.source, each])),
    registered: new Set(
      record.registrations
        .filter(({ uid = record.pod.uid }) => uid === record.pod.uid)
        .map(({ service, instanceId }) => placeText({ ...service, instanceId })),
    ),
  };
}

function placeText({
  namespaceName,
  serviceName,
  instanceId,
}: Pick<DesiredInstance, 'namespaceName' | 'serviceName' | 'instanceId'>): string {
  return `${namespaceName}/${serviceName}/${instanceId}`;
}

/** From the result of the pod's last reconciliation: its registrations and its problems. */
function registrationStateOf(
  node: VirtualNode,
  { pod }: PodRecord,
  { instances, problems, registered }: Wanted,
  notReady: NotReady | undefined,
): RegistrationState {
  const source = sourceOf(node);
  const instance = instances.get(source);
  const problem = problems.get(source);
  const isRegistered = instance !== undefined && registered.has(placeText(instance));
  const name = objectKey(pod);
  const reason = notReady?.reason ?? problem?.message;
  const permission = notReady === undefined ? problem?.permission : undefined;
  if (isRegistered && problem === undefined && (notReady?.mayStay ?? true))
    return { pod: name, isRegistered, reason };
  return { pod: name, isRegistered: false, reason: reason ?? 'registration pending', permission };
}

function conditionOf(node: VirtualNode, states: readonly RegistrationState[]): Condition {
  const { namespace, spec } = node;
  const where = serviceOf(node);
  if (states.length === 0) {
    const message = spec.podSelector
      ? `no pod in namespace "${namespace}" matches spec.podSelector`
      : 'spec.podSelector is not set, so no pod is selected';
    return { status: 'False', reason: 'NoPods', message };
  }
  const missing = states.filter(({ isRegistered }) => !isRegistered);
  const unhealthy = states.filter(({ isRegistered, reason }) => isRegistered && reason !== undefined);
  const registered = states.length - missing.length;
  const message = [
    `${registered} of ${states.length} pods registered in ${where}`,
    ...(missing.length > 0 ? [`not registered: ${named(missing)}`] : []),
    ...(unhealthy.length > 0 ? [`UNHEALTHY: ${named(unhealthy)}`] : []),
  ].join('; ');
  if (missing.length === 0) return { status: 'True', reason: 'AllRegistered', message };
  const reason = registered === 0 ? 'NoneRegistered' : 'SomeNotRegistered';
  return { status: 'False', reason, message, ...permissionsOf(missing.slice(0, maxNamed)) };
}

function named(states: readonly RegistrationState[]): string {
  const first = states
    .slice(0, maxNamed)
    .map(({ pod, reason = '' }) => `${pod}: ${shortened(reason, maxReason)}`)
    .join(', ');
  const more = states.length - maxNamed;
  return more > 0 ? `${first}, and ${more} more` : first;
}

/** The name of the first pod that a condition's message names as not registered, without its namespace: the virtual node's. */
export function firstUnregistered(message: string): string | undefined {
  return /; not registered: [a-z0-9-]+\/([a-z0-9.-]+): /.exec(message)?.[1];
}
