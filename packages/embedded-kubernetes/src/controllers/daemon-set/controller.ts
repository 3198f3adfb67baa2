import { at, numberAt, objectAt, stringAt } from '../../model/json.ts';
import { isTerminating, type KubernetesObject, keyOf } from '../../model/objects.ts';
import type { Api } from '../../verbs/api.ts';
import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { claim } from '../ownership.ts';
import { hasEnded, isReady, untilAvailableMs } from '../pods.ts';
import { matchesNode } from '../scheduling/node-affinity.ts';
import { untolerated } from '../scheduling/taints.ts';
import { affectedOwners } from '../workload/affected-owners.ts';
import { createPod } from '../workload/create-pod.ts';
import { absolute } from '../workload/int-or-percent.ts';
import {
  cleanUpRevisions,
  ensureRevision,
  hashOf,
  revisionLabel,
  revisionsOf,
} from '../workload/revisions.ts';
import { type DaemonInput, type DaemonNode, planDaemon } from './plan.ts';
import { daemonStatus } from './status.ts';
import { daemonSpec, specFor } from './tolerations.ts';

const resource = 'daemonsets.apps';
const component = 'daemonset-controller';
const generationLabel = 'pod-template-generation';
const generationAnnotation = 'deprecated.daemonset.template.generation';

interface Context {
  readonly plane: ControlPlane;
  readonly api: Api;
  readonly queue: WorkQueue;
}

/** Maintains one pod of each DaemonSet on each node that fits, and its status. */
export function startDaemonSetController(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  const queue: WorkQueue = new WorkQueue(plane.timers, (key) => reconcile({ plane, api, queue }, key));
  plane.store.subscribe(resource, ({ key }) => queue.add(key));
  plane.store.subscribe('pods', (change) => {
    for (const key of affectedOwners(plane.store, { resource, kind: 'DaemonSet' }, change)) queue.add(key);
  });
  plane.store.subscribe('nodes', () => {
    for (const set of plane.store.list(resource)) queue.add(keyOf(set));
  });
}

function reconcile(context: Context, key: string): void {
  const { plane, api } = context;
  const set = plane.store.get(resource, key);
  if (!set || isTerminating(set)) return;
  const update = ensureRevision(api, set, revisionsOf(api, set));
  const pods = ownPods(context, set);
  const plan = planDaemon(inputOf(plane, set, pods, hashOf(update)));
  try {
    for (const name of plan.deletes) remove(context, set, pods, name);
    for (const node of plan.creates) create(context, set, node, hashOf(update));
  } finally {
    updateStatus(context, key, hashOf(update));
  }
  const live = new Set([hashOf(update), ...pods.map(hashOf)]);
  cleanUpRevisions(api, set, (revision) => live.has(hashOf(revision)));
}

function ownPods({ plane, api }: Context, set: KubernetesObject): KubernetesObject[] {
  return claim(api, set, plane.store.list('pods', set.metadata.namespace));
}

function inputOf(
  plane: ControlPlane,
  set: KubernetesObject,
  pods: readonly KubernetesObject[],
  hash: string,
): DaemonInput {
  const nodes = nodesFor(plane, set);
  const wanted = nodes.filter((node) => node.wants).length;
  const rolling = at(set, 'spec', 'updateStrategy', 'rollingUpdate');
  const maxSurge = absolute(at(rolling, 'maxSurge'), wanted, Math.ceil);
  const maxUnavailable = absolute(at(rolling, 'maxUnavailable') ?? 1, wanted, Math.ceil);
  return {
    nodes,
    pods: pods.map((pod) => stateOf(set, pod, hash)),
    isRolling: stringAt(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete',
    maxUnavailable: maxSurge === 0 ? Math.max(1, maxUnavailable) : maxUnavailable,
    maxSurge,
  };
}

/** A taint NoSchedule keeps a node from getting a pod, NoExecute also from keeping one. */
function nodesFor(plane: ControlPlane, set: KubernetesObject): DaemonNode[] {
  const spec = daemonSpec(objectAt(set, 'spec', 'template'));
  return plane.store
    .list('nodes')
    .filter((node) => !isTerminating(node))
    .map((node) => {
      const keeps = matchesNode(spec, node) && !untolerated(spec, node, ['NoExecute']);
      const wants = keeps && !untolerated(spec, node, ['NoSchedule']);
      return { name: node.metadata.name, wants, keeps };
    });
}

function stateOf(set: KubernetesObject, pod: KubernetesObject, hash: string) {
  return {
    name: pod.metadata.name,
    node: nodeOf(pod),
    isUpdated: hashOf(pod) === hash,
    isReady: isReady(pod),
    isAvailable: untilAvailableMs(pod, numberAt(set, 'spec', 'minReadySeconds'), Date.now()) === 0,
    isTerminating: isTerminating(pod),
    hasEnded: hasEnded(pod),
    createdAtMs: Date.parse(pod.metadata.creationTimestamp),
  };
}

/** The node that a pod is on, or is meant for. */
function nodeOf(pod: KubernetesObject): string {
  const required = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];
  return (
    stringAt(pod, 'spec', 'nodeName') ||
    stringAt(pod, 'spec', ...required, 'nodeSelectorTerms', 0, 'matchFields', 0, 'values', 0)
  );
}

function create({ plane, api }: Context, set: KubernetesObject, node: string, hash: string): void {
  const template = objectAt(set, 'spec', 'template');
  const identity = {
    generateName: `${set.metadata.name}-`,
    labels: {
      [revisionLabel]: hash,
      [generationLabel]: set.metadata.annotations?.[generationAnnotation] ?? '1',
    },
  };
  createPod({ plane, api, component }, set, template, identity, specFor(daemonSpec(template), node));
}

function remove(
  { plane, api }: Context,
  set: KubernetesObject,
  pods: readonly KubernetesObject[],
  name: string,
): void {
  const pod = pods.find(({ metadata }) => metadata.name === name);
  if (!pod) return;
  if (stringAt(pod, 'status', 'phase') === 'Failed') {
    const message = `Found failed daemon pod ${keyOf(pod)} on node ${nodeOf(pod)}, will try to kill it`;
    plane.recorder.record(set, 'Warning', 'FailedDaemonPod', message, component);
  }
  api.delete(pod);
  plane.recorder.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`, component);
}

function updateStatus(context: Context, key: string, hash: string): void {
  const { plane, api, queue } = context;
  const set = plane.store.get(resource, key);
  if (!set) return;
  const pods = ownPods(context, set).filter((pod) => !isTerminating(pod));
  const minReadySeconds = numberAt(set, 'spec', 'minReadySeconds');
  const waits = pods.map((pod) => untilAvailableMs(pod, minReadySeconds, Date.now()) ?? 0);
  const next = waits.filter((wait) => wait > 0);
  if (next.length > 0) queue.addLater(key, Math.min(...next));
  const counted = pods.map((pod) => stateOf(set, pod, hash));
  api.updateStatus(set, daemonStatus(set, nodesFor(plane, set), counted));
}
