import { at, isObject, numberAt, objectAt } from '../../model/json.ts';
import { controllerOf, isTerminating, type KubernetesObject, keyOf } from '../../model/objects.ts';
import type { Change } from '../../storage/store.ts';
import type { Api } from '../../verbs/api.ts';
import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { claim } from '../ownership.ts';
import { cleanUpHistory, ensureCurrentSet, isOfTemplate } from './revision.ts';
import { nextCurrent, nextOld, type Rollout, rollingLimits } from './rolling-update.ts';
import { deploymentStatus } from './status.ts';

const resource = 'deployments.apps';
const sets = 'replicasets.apps';
const component = 'deployment-controller';

/** Rolls out each Deployment's template and replicas to its ReplicaSets. */
export function startDeploymentController(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  const queue = new WorkQueue(plane.timers, (key) => reconcile(plane, api, key));
  plane.store.subscribe(resource, ({ key }) => queue.add(key));
  plane.store.subscribe(sets, (change) => {
    for (const key of deploymentsOf(plane, change)) queue.add(key);
  });
  // A Recreate rollout waits until the last old pod is removed, which no ReplicaSet reports.
  plane.store.subscribe('pods', ({ type, object }) => {
    const owner = controllerOf(object);
    const set =
      type === 'DELETED' && owner && plane.store.get(sets, `${object.metadata.namespace}/${owner.name}`);
    const deployment = set ? controllerOf(set) : undefined;
    if (deployment) queue.add(`${object.metadata.namespace}/${deployment.name}`);
  });
}

function deploymentsOf(plane: ControlPlane, { object }: Change): string[] {
  const owner = controllerOf(object);
  if (owner) return [`${object.metadata.namespace}/${owner.name}`];
  return plane.store.list(resource, object.metadata.namespace).map(keyOf);
}

/** Adopts its ReplicaSets, creates the current one, scales them, deletes old ones, and updates the status. */
function reconcile(plane: ControlPlane, api: Api, key: string): void {
  const deployment = plane.store.get(resource, key);
  if (!deployment || isTerminating(deployment)) return;
  const owned = claim(api, deployment, plane.store.list(sets, deployment.metadata.namespace)).filter(
    (set) => !isTerminating(set),
  );
  const isPaused = at(deployment, 'spec', 'paused') === true;
  if (isPaused) scalePaused(plane, api, deployment, owned);
  else roll(plane, api, deployment, owned);
  const latest = plane.store.get(resource, key);
  if (!latest) return;
  const now = owned.map((set) => plane.store.get(sets, keyOf(set))).filter((set) => set !== undefined);
  const known = new Set(now.map(keyOf));
  const added = plane.store
    .list(sets, latest.metadata.namespace)
    .filter((set) => controllerOf(set)?.uid === latest.metadata.uid && !known.has(keyOf(set)));
  const all = [...now, ...added];
  const current = all.find((set) => isOfTemplate(set, latest));
  const status = deploymentStatus(latest, current, all, Date.now());
  api.updateStatus(latest, status);
  if (!isPaused && current && status.replicas === status.updatedReplicas)
    cleanUpHistory(api, latest, all, current);
}

/** A paused Deployment is not rolled out; only its active ReplicaSet is scaled to its replicas. */
function scalePaused(
  plane: ControlPlane,
  api: Api,
  deployment: KubernetesObject,
  owned: KubernetesObject[],
): void {
  const active = owned.filter((set) => numberAt(set, 'spec', 'replicas') > 0);
  const [only] = active.length > 0 ? active : owned.slice(-1);
  if (only && active.length <= 1)
    scale(plane, api, deployment, only, numberAt(deployment, 'spec', 'replicas'));
}

function roll(plane: ControlPlane, api: Api, deployment: KubernetesObject, owned: KubernetesObject[]): void {
  const current = ensureCurrentSet(api, deployment, owned);
  const old = owned
    .filter((set) => set.metadata.uid !== current.metadata.uid)
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1));
  if (at(deployment, 'spec', 'strategy', 'type') === 'Recreate')
    recreate(plane, api, deployment, current, old);
  else rollingUpdate(plane, api, deployment, current, old);
}

function recreate(
  plane: ControlPlane,
  api: Api,
  deployment: KubernetesObject,
  current: KubernetesObject,
  old: readonly KubernetesObject[],
): void {
  for (const set of old) scale(plane, api, deployment, set, 0);
  const oldUids = new Set(old.map((set) => set.metadata.uid));
  const remains = plane.store
    .list('pods', deployment.metadata.namespace)
    .some((pod) => oldUids.has(controllerOf(pod)?.uid ?? ''));
  if (!remains) scale(plane, api, deployment, current, numberAt(deployment, 'spec', 'replicas'));
}

function rollingUpdate(
  plane: ControlPlane,
  api: Api,
  deployment: KubernetesObject,
  current: KubernetesObject,
  old: readonly KubernetesObject[],
): void {
  const desired = numberAt(deployment, 'spec', 'replicas');
  const rollout: Rollout = {
    desired,
    ...rollingLimits(deployment, desired),
    current: sizeOf(current),
    old: old.map(sizeOf),
  };
  const next = nextCurrent(rollout);
  if (next !== rollout.current.replicas) {
    // The event of this change triggers the next step.
    scale(plane, api, deployment, current, next);
    return;
  }
  nextOld(rollout).forEach((replicas, index) => {
    const set = old[index];
    if (set) scale(plane, api, deployment, set, replicas);
  });
}

function sizeOf(set: KubernetesObject) {
  return {
    replicas: numberAt(set, 'spec', 'replicas'),
    available: numberAt(set, 'status', 'availableReplicas'),
  };
}

function scale(
  plane: ControlPlane,
  api: Api,
  deployment: KubernetesObject,
  set: KubernetesObject,
  replicas: number,
): void {
  const from = numberAt(set, 'spec', 'replicas');
  if (from === replicas) return;
  const latest = plane.store.get(sets, keyOf(set));
  if (!latest || !isObject(latest.spec)) return;
  api.update({ ...latest, spec: { ...objectAt(latest, 'spec'), replicas } });
  const message = `Scaled ${replicas > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${replicas}`;
  plane.recorder.record(deployment, 'Normal', 'ScalingReplicaSet', message, component);
}
