import { isObject, listAt, numberAt, objectAt, stringAt } from '../model/json.ts';
import type { JsonObject, KubernetesObject } from '../model/objects.ts';
import { isSidecar, running, statusesOf, terminated, waiting } from './node/container-statuses.ts';

/** Set to "false" to make a pod unready; "true" or removing it makes the pod ready again. */
export const readyAnnotation = 'embedded.eks-mesh-sync/ready';

/** Runs the containers of pods. Without one, containers run nothing and are ready at once. */
export interface ContainerRuntime {
  isReady(pod: KubernetesObject): boolean;
  /** Calls the listener with the uid of a pod whose readiness may have changed. */
  onChange(listener: (uid: string) => void): void;
}

/** The readiness of the containers, which a real kubelet finds by probes. */
export function containersAreReady(pod: KubernetesObject, runtime?: ContainerRuntime): boolean {
  return pod.metadata.annotations?.[readyAnnotation] !== 'false' && (runtime?.isReady(pod) ?? true);
}

/** The inputs of readiness: while they are unchanged, the kubelet does not write the conditions. */
export function readinessInputs(pod: KubernetesObject, ready: boolean): string {
  return JSON.stringify([ready, gateStatuses(pod)]);
}

function gateStatuses(pod: KubernetesObject): string[] {
  return listAt(pod, 'spec', 'readinessGates').map((gate) =>
    conditionStatus(pod, stringAt(gate, 'conditionType')),
  );
}

function conditionStatus(pod: KubernetesObject, type: string): string {
  const found = listAt(pod, 'status', 'conditions').find((each) => isObject(each) && each.type === type);
  return stringAt(found, 'status');
}

export interface Addresses {
  /** Of the node. */
  readonly hostIP: string;
  /** One per family, the primary first. */
  readonly podIPs: readonly string[];
}

/** Scheduled, its containers being created. */
export function startingStatus(pod: KubernetesObject, hostIP: string, now: string): JsonObject {
  const inits = listAt(pod, 'spec', 'initContainers').map((container) => stringAt(container, 'name'));
  const isInitializing = inits.length > 0;
  const state = waiting(isInitializing ? 'PodInitializing' : 'ContainerCreating');
  const status = {
    ...objectAt(pod, 'status'),
    phase: 'Pending',
    hostIP,
    hostIPs: [{ ip: hostIP }],
    startTime: now,
    ...statusesOf(pod, { containers: state, sidecars: state, initContainers: state }),
  };
  const unready = { status: 'False', reason: 'ContainersNotReady', message: unreadyText(pod) };
  const message = `containers with incomplete status: [${inits.join(' ')}]`;
  const uninitialized = { status: 'False', reason: 'ContainersNotInitialized', message };
  return withConditions(status, now, [
    { type: 'Initialized', ...(isInitializing ? uninitialized : { status: 'True' }) },
    { type: 'Ready', ...unready },
    { type: 'ContainersReady', ...unready },
  ]);
}

/** All containers run, the init containers have ended; `ready` says whether they are ready, too. */
export function runningStatus(
  pod: KubernetesObject,
  { podIPs }: Addresses,
  ready: boolean,
  now: string,
): JsonObject {
  const status = {
    ...objectAt(pod, 'status'),
    phase: 'Running',
    podIP: podIPs[0] ?? '',
    podIPs: podIPs.map((ip) => ({ ip })),
    ...statusesOf(pod, {
      containers: running(pod, ready, now),
      sidecars: running(pod, ready, now),
      initContainers: terminated(0, now, true),
    }),
  };
  return withConditions(status, now, readyConditions(pod, ready));
}

/** The status with updated readiness. */
export function refreshedStatus(pod: KubernetesObject, ready: boolean, now: string): JsonObject {
  const withReady = (each: unknown) => (isObject(each) ? { ...each, ready } : each);
  const sidecars = listAt(pod, 'spec', 'initContainers').filter(isSidecar);
  const isOfSidecar = (each: unknown) =>
    sidecars.some((sidecar) => stringAt(sidecar, 'name') === stringAt(each, 'name'));
  const inits = listAt(pod, 'status', 'initContainerStatuses');
  const status = {
    ...objectAt(pod, 'status'),
    containerStatuses: listAt(pod, 'status', 'containerStatuses').map(withReady),
    ...(inits.length > 0 && {
      initContainerStatuses: inits.map((each) => (isOfSidecar(each) ? withReady(each) : each)),
    }),
  };
  return withConditions(status, now, readyConditions(pod, ready));
}

/** All containers have ended, because the pod is deleted. */
export function stoppedStatus(pod: KubernetesObject, now: string): JsonObject {
  const state = terminated(0, now);
  const status = {
    ...objectAt(pod, 'status'),
    ...statusesOf(pod, { containers: state, sidecars: state, initContainers: terminated(0, now, true) }),
  };
  const ended = { status: 'False', reason: 'ContainersNotReady', message: unreadyText(pod) };
  return withConditions(status, now, [
    { type: 'Ready', ...ended },
    { type: 'ContainersReady', ...ended },
  ]);
}

/** All containers have ended by themselves and do not start again: the pod has Succeeded or Failed. */
export function endedStatus(pod: KubernetesObject, exitCode: number, now: string): JsonObject {
  const status = {
    ...objectAt(pod, 'status'),
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    ...statusesOf(pod, {
      containers: terminated(exitCode, now),
      sidecars: terminated(0, now),
      initContainers: terminated(0, now, true),
    }),
  };
  const reason = exitCode === 0 ? 'PodCompleted' : 'PodFailed';
  return withConditions(status, now, [
    { type: 'Initialized', status: 'True', ...(exitCode === 0 && { reason }) },
    { type: 'Ready', status: 'False', reason },
    { type: 'ContainersReady', status: 'False', reason },
  ]);
}

/** The containers have ended and wait to start again; the phase stays Running. */
export function crashedStatus(pod: KubernetesObject, exitCode: number, now: string): JsonObject {
  const crashed = listAt(pod, 'status', 'containerStatuses').map((each) => ({
    ...objectAt({ each }, 'each'),
    ...waiting('CrashLoopBackOff'),
    restartCount: numberAt(each, 'restartCount') + 1,
    lastState: terminated(exitCode, now).state,
  }));
  const status = { ...objectAt(pod, 'status'), containerStatuses: crashed };
  return withConditions(status, now, readyConditions(pod, false));
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Ready requires the containers and every readiness gate (kubelet's status.GeneratePodReadyCondition). */
function readyConditions(pod: KubernetesObject, ready: boolean): Condition[] {
  const gates = listAt(pod, 'spec', 'readinessGates').map((gate) => stringAt(gate, 'conditionType'));
  const unmet = gates.filter((gate) => conditionStatus(pod, gate) !== 'True');
  const why = unmet.map((gate) => unmetText(gate, conditionStatus(pod, gate)));
  const unready = { status: 'False', reason: 'ContainersNotReady', message: unreadyText(pod) };
  const gated = { status: 'False', reason: 'ReadinessGatesNotReady', message: why.join(', ') };
  const verdict = !ready ? unready : unmet.length > 0 ? gated : { status: 'True' };
  return [
    { type: 'Initialized', status: 'True' },
    { type: 'Ready', ...verdict },
    { type: 'ContainersReady', ...(ready ? { status: 'True' } : unready) },
  ];
}

function unmetText(gate: string, status: string): string {
  return status === ''
    ? `corresponding condition of pod readiness gate "${gate}" does not exist.`
    : `the status of pod readiness gate "${gate}" is not "True", but ${status}`;
}

function unreadyText(pod: KubernetesObject): string {
  const names = listAt(pod, 'spec', 'containers').map((container) => stringAt(container, 'name'));
  return `containers with unready status: [${names.join(' ')}]`;
}

/** The status with these conditions; the time of a condition changes only with its status. */
function withConditions(status: JsonObject, now: string, wanted: readonly Condition[]): JsonObject {
  const current = listAt(status, 'conditions').filter(isObject);
  const next = wanted.map((condition) => {
    const old = current.find(({ type }) => type === condition.type);
    const since = old?.status === condition.status ? old.lastTransitionTime : undefined;
    return { ...condition, lastTransitionTime: since ?? now };
  });
  const types = wanted.map(({ type }) => type);
  return { ...status, conditions: [...current.filter(({ type }) => !types.includes(String(type))), ...next] };
}
