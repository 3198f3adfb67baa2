import { isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';

/** Whether an init container runs beside the others, until they have ended. */
export function isSidecar(container: unknown): boolean {
  return stringAt(container, 'restartPolicy') === 'Always';
}

/** The statuses of a pod's containers and init containers in one state each. */
export interface ContainerStates {
  readonly containers: JsonObject;
  readonly sidecars: JsonObject;
  readonly initContainers: JsonObject;
}

export const waiting = (reason: string): JsonObject => ({
  ready: false,
  started: false,
  state: { waiting: { reason } },
});

export const running = (pod: KubernetesObject, ready: boolean, now: string): JsonObject => ({
  ready,
  started: true,
  state: { running: { startedAt: now } },
  containerID: `containerd://${pod.metadata.uid}`,
});

export const terminated = (exitCode: number, now: string, ready = false): JsonObject => ({
  ready,
  started: false,
  state: {
    terminated: {
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      startedAt: now,
      finishedAt: now,
    },
  },
});

/** The fields of the pod's status about its containers; what was known, such as restarts, stays. */
export function statusesOf(pod: KubernetesObject, states: ContainerStates): JsonObject {
  const inits = listAt(pod, 'spec', 'initContainers').map((container) =>
    statusOf(
      pod,
      'initContainerStatuses',
      container,
      isSidecar(container) ? states.sidecars : states.initContainers,
    ),
  );
  const containers = listAt(pod, 'spec', 'containers').map((container) =>
    statusOf(pod, 'containerStatuses', container, states.containers),
  );
  return {
    ...(inits.length > 0 && { initContainerStatuses: inits }),
    containerStatuses: containers,
  };
}

function statusOf(pod: KubernetesObject, list: string, container: unknown, state: JsonObject): JsonObject {
  const name = stringAt(container, 'name');
  const known = listAt(pod, 'status', list).find((each) => isObject(each) && each.name === name);
  const { restartCount = 0, lastState = {} } = objectAt({ known }, 'known');
  return { name, image: stringAt(container, 'image'), imageID: '', restartCount, lastState, ...state };
}
