import { at, numberAt, objectAt, stringAt } from '../../model/json.ts';
import { isTerminating, type KubernetesObject } from '../../model/objects.ts';
import type { Api } from '../../verbs/api.ts';
import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { claim } from '../ownership.ts';
import { hasEnded, isReady, untilAvailableMs } from '../pods.ts';
import { affectedOwners } from '../workload/affected-owners.ts';
import { createPod } from '../workload/create-pod.ts';
import { absolute } from '../workload/int-or-percent.ts';
import {
  cleanUpRevisions,
  ensureRevision,
  revisionLabel,
  revisionsOf,
  templateOf,
} from '../workload/revisions.ts';
import { ensureClaims, ownClaims } from './claims.ts';
import { ordinalOf, podIndexLabel, podNameLabel, podSpec, startOf } from './identity.ts';
import { planStateful, type StatefulAction, type StatefulInput } from './plan.ts';
import { statefulStatus } from './status.ts';

const resource = 'statefulsets.apps';
const component = 'statefulset-controller';

interface Context {
  readonly plane: ControlPlane;
  readonly api: Api;
  readonly queue: WorkQueue;
}

/** Maintains the numbered pods of each StatefulSet, their claims, and its status. */
export function startStatefulSetController(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  const queue: WorkQueue = new WorkQueue(plane.timers, (key) => reconcile({ plane, api, queue }, key));
  plane.store.subscribe(resource, ({ key }) => queue.add(key));
  plane.store.subscribe('pods', (change) => {
    for (const key of affectedOwners(plane.store, { resource, kind: 'StatefulSet' }, change)) queue.add(key);
  });
}

/** Carries out the plan, then updates the status; a failed step is retried with the status up to date. */
function reconcile(context: Context, key: string): void {
  const { plane, api } = context;
  const set = plane.store.get(resource, key);
  if (!set || isTerminating(set)) return;
  const revisions = revisionsOf(api, set);
  const update = ensureRevision(api, set, revisions);
  const recorded = stringAt(set, 'status', 'currentRevision');
  const current = revisions.find(({ metadata }) => metadata.name === recorded) ?? update;
  const pods = ownPods(api, plane, set);
  const input = inputOf(set, pods, current, update);
  for (const [ordinal, pod] of pods) ownClaims(api, set, pod, isWanted(input, ordinal));
  try {
    for (const action of planStateful(input)) run(context, set, pods, [current, update], action);
  } finally {
    updateStatus(context, key, current, update);
  }
  const live = new Set([current, update].map(({ metadata }) => metadata.name));
  for (const pod of pods.values()) live.add(pod.metadata.labels?.[revisionLabel] ?? '');
  cleanUpRevisions(api, set, ({ metadata }) => live.has(metadata.name));
}

/** The pods with a name of this StatefulSet, by ordinal. */
function ownPods(api: Api, plane: ControlPlane, set: KubernetesObject): Map<number, KubernetesObject> {
  const candidates = plane.store
    .list('pods', set.metadata.namespace)
    .filter((pod) => ordinalOf(set, pod) !== undefined);
  return new Map(claim(api, set, candidates).map((pod) => [ordinalOf(set, pod) ?? 0, pod]));
}

function inputOf(
  set: KubernetesObject,
  pods: ReadonlyMap<number, KubernetesObject>,
  current: KubernetesObject,
  update: KubernetesObject,
): StatefulInput {
  const replicas = numberAt(set, 'spec', 'replicas');
  const rolling = at(set, 'spec', 'updateStrategy', 'rollingUpdate');
  return {
    replicas,
    start: startOf(set),
    isParallel: stringAt(set, 'spec', 'podManagementPolicy') === 'Parallel',
    isRolling: stringAt(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete',
    partition: numberAt(rolling, 'partition'),
    maxUnavailable: Math.max(1, absolute(at(rolling, 'maxUnavailable') ?? 1, replicas, Math.ceil)),
    currentRevision: current.metadata.name,
    updateRevision: update.metadata.name,
    pods: [...pods].map(([ordinal, pod]) => ({ ordinal, ...stateOf(set, pod) })),
  };
}

function stateOf(set: KubernetesObject, pod: KubernetesObject) {
  return {
    revision: pod.metadata.labels?.[revisionLabel] ?? '',
    isReady: isReady(pod),
    isAvailable: untilAvailableMs(pod, numberAt(set, 'spec', 'minReadySeconds'), Date.now()) === 0,
    isTerminating: isTerminating(pod),
    hasEnded: hasEnded(pod),
  };
}

function isWanted({ start, replicas }: StatefulInput, ordinal: number): boolean {
  return ordinal >= start && ordinal < start + replicas;
}

function run(
  { plane, api }: Context,
  set: KubernetesObject,
  pods: ReadonlyMap<number, KubernetesObject>,
  revisions: readonly KubernetesObject[],
  action: StatefulAction,
): void {
  const name = `${set.metadata.name}-${action.ordinal}`;
  const text = (verb: string) => `${verb} Pod ${name} in StatefulSet ${set.metadata.name} successful`;
  if (action.type === 'create') {
    ensureClaims(plane, api, set, name, component);
    const revision = revisions.find(({ metadata }) => metadata.name === action.revision);
    const template = revision ? templateOf(revision) : objectAt(set, 'spec', 'template');
    const creator = { plane, api, component, createdText: () => text('create') };
    const labels = {
      [podNameLabel]: name,
      [podIndexLabel]: String(action.ordinal),
      [revisionLabel]: action.revision,
    };
    createPod(creator, set, template, { name, labels }, podSpec(set, template, name));
    return;
  }
  const pod = pods.get(action.ordinal);
  if (!pod) return;
  api.delete(pod);
  plane.recorder.record(set, 'Normal', 'SuccessfulDelete', text('delete'), component);
}

function updateStatus(
  { plane, api, queue }: Context,
  key: string,
  current: KubernetesObject,
  update: KubernetesObject,
): void {
  const set = plane.store.get(resource, key);
  if (!set) return;
  const pods = [...ownPods(api, plane, set).values()];
  const minReadySeconds = numberAt(set, 'spec', 'minReadySeconds');
  const waits = pods.map((pod) => untilAvailableMs(pod, minReadySeconds, Date.now()) ?? 0);
  const next = waits.filter((wait) => wait > 0);
  if (next.length > 0) queue.addLater(key, Math.min(...next));
  const counted = pods.map((pod) => stateOf(set, pod));
  api.updateStatus(set, statefulStatus(set, counted, current.metadata.name, update.metadata.name));
}
