import { at, isObject, listAt, numberAt, stringAt } from '../../model/json.ts';
import { isTerminating, type KubernetesObject } from '../../model/objects.ts';
import { age } from '../age.ts';

/** What `kubectl get pods` says of a pod's containers (printPod in pkg/printers/internalversion). */

const containersOf = (pod: KubernetesObject) => listAt(pod, 'status', 'containerStatuses');
const initContainersOf = (pod: KubernetesObject) => listAt(pod, 'status', 'initContainerStatuses');

/** The names of the init containers that run beside the others. */
function sidecarsOf(pod: KubernetesObject): unknown[] {
  return listAt(pod, 'spec', 'initContainers')
    .filter((container) => at(container, 'restartPolicy') === 'Always')
    .map((container) => at(container, 'name'));
}

export function isConditionTrue(pod: KubernetesObject, type: string): boolean {
  const condition = listAt(pod, 'status', 'conditions').find((each) => at(each, 'type') === type);
  return at(condition, 'status') === 'True';
}

export function readyText(pod: KubernetesObject): string {
  const sidecars = sidecarsOf(pod);
  const total = listAt(pod, 'spec', 'containers').length + sidecars.length;
  const readySidecars = initContainersOf(pod).filter(
    (status) =>
      sidecars.includes(at(status, 'name')) && at(status, 'started') === true && at(status, 'ready') === true,
  );
  const ready = initFault(pod) !== undefined ? [] : containersOf(pod).filter(isRunning);
  return `${readySidecars.length + ready.length}/${total}`;
}

const isRunning = (status: unknown) =>
  at(status, 'ready') === true && isObject(at(status, 'state', 'running'));

export function statusText(pod: KubernetesObject): string {
  const reason = stringAt(pod, 'status', 'reason');
  const phase = stringAt(pod, 'status', 'phase');
  if (isTerminating(pod)) {
    if (reason === 'NodeLost') return 'Unknown';
    if (phase !== 'Succeeded' && phase !== 'Failed') return 'Terminating';
  }
  return initFault(pod) ?? containersText(pod, isGated(pod) ? 'SchedulingGated' : reason || phase);
}

function isGated(pod: KubernetesObject): boolean {
  return listAt(pod, 'status', 'conditions').some(
    (each) => at(each, 'type') === 'PodScheduled' && at(each, 'reason') === 'SchedulingGated',
  );
}

/** The first init container that is not done; undefined when the pod is initialized. */
function initFault(pod: KubernetesObject): string | undefined {
  if (isConditionTrue(pod, 'Initialized')) return undefined;
  const sidecars = sidecarsOf(pod);
  const statuses = initContainersOf(pod);
  const index = statuses.findIndex(
    (status) =>
      at(status, 'state', 'terminated', 'exitCode') !== 0 &&
      !(sidecars.includes(at(status, 'name')) && at(status, 'started') === true),
  );
  if (index < 0) return undefined;
  const state = at(statuses[index], 'state');
  const waiting = stringAt(state, 'waiting', 'reason');
  if (isObject(at(state, 'terminated'))) return `Init:${endText(at(state, 'terminated'))}`;
  if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`;
  return `Init:${index}/${listAt(pod, 'spec', 'initContainers').length}`;
}

function endText(terminated: unknown): string {
  const reason = stringAt(terminated, 'reason');
  if (reason !== '') return reason;
  const signal = numberAt(terminated, 'signal');
  return signal === 0 ? `ExitCode:${numberAt(terminated, 'exitCode')}` : `Signal:${signal}`;
}

/** The reason of the first container that waits or has ended; `otherwise` if there is none. */
function containersText(pod: KubernetesObject, otherwise: string): string {
  const statuses = containersOf(pod);
  const reasons = statuses.map(stateReason).filter((reason) => reason !== '');
  const reason = reasons[0] ?? otherwise;
  if (reason !== 'Completed') return reason;
  const hasRunning = statuses.some(isRunning);
  if (hasRunning && isConditionTrue(pod, 'Ready')) return 'Running';
  const failed = statuses.find((status) => numberAt(status, 'state', 'terminated', 'exitCode') !== 0);
  if (failed) return stateReason(failed);
  return hasRunning ? 'NotReady' : reason;
}

function stateReason(status: unknown): string {
  const terminated = at(status, 'state', 'terminated');
  return stringAt(status, 'state', 'waiting', 'reason') || (isObject(terminated) ? endText(terminated) : '');
}

export function restartsText(pod: KubernetesObject, now: number): string {
  const sidecars = sidecarsOf(pod);
  const isInitialized = initFault(pod) === undefined;
  const counted = isInitialized
    ? [...initContainersOf(pod).filter((each) => sidecars.includes(at(each, 'name'))), ...containersOf(pod)]
    : initContainersOf(pod);
  const restarts = counted.reduce<number>((sum, status) => sum + numberAt(status, 'restartCount'), 0);
  const ends = counted.map((status) => stringAt(status, 'lastState', 'terminated', 'finishedAt')).sort();
  const last = ends.at(-1) ?? '';
  return restarts > 0 && last !== '' ? `${restarts} (${age(last, now)} ago)` : String(restarts);
}
