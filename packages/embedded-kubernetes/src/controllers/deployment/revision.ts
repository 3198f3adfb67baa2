import { at, isEqual, numberAt, objectAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import type { Api } from '../../verbs/api.ts';
import { controllerReference } from '../ownership.ts';
import { rollingLimits } from './rolling-update.ts';
import { hashLabel, isSameTemplate, templateHash, withHash } from './template-hash.ts';

const revisionAnnotation = 'deployment.kubernetes.io/revision';
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

/** Annotations of the Deployment that are not copied to its ReplicaSets. */
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  desiredAnnotation,
  maxAnnotation,
]);

export function isOfTemplate(set: KubernetesObject, deployment: KubernetesObject): boolean {
  return isSameTemplate(objectAt(set, 'spec', 'template'), objectAt(deployment, 'spec', 'template'));
}

/** The ReplicaSet of the Deployment's template with the latest revision; created if missing. */
export function ensureCurrentSet(
  api: Api,
  deployment: KubernetesObject,
  owned: readonly KubernetesObject[],
): KubernetesObject {
  const found = owned.find((set) => isOfTemplate(set, deployment));
  const older = owned.filter((set) => set !== found).map(revisionOf);
  const revision = String(Math.max(0, ...older) + 1);
  const current = found ? annotate(api, deployment, found, revision) : createSet(api, deployment, revision);
  const revised = current.metadata.annotations?.[revisionAnnotation] ?? revision;
  if (deployment.metadata.annotations?.[revisionAnnotation] !== revised)
    api.patch('deployments.apps', deployment.metadata.namespace, deployment.metadata.name, {
      metadata: { annotations: { [revisionAnnotation]: revised } },
    });
  return current;
}

function revisionOf(set: KubernetesObject): number {
  return Number(set.metadata.annotations?.[revisionAnnotation] ?? 0);
}

function createSet(api: Api, deployment: KubernetesObject, revision: string): KubernetesObject {
  const template = objectAt(deployment, 'spec', 'template');
  const hash = templateHash(template);
  const selector = objectAt(deployment, 'spec', 'selector');
  const minReadySeconds = numberAt(deployment, 'spec', 'minReadySeconds');
  const labelled = withHash(template, hash);
  return api.create('replicasets.apps', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels: objectAt(labelled, 'metadata', 'labels'),
      annotations: annotationsOf(deployment, revision),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds > 0 && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...objectAt(selector, 'matchLabels'), [hashLabel]: hash } },
      template: labelled,
    },
  });
}

function annotationsOf(deployment: KubernetesObject, revision: string): Record<string, string> {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key));
  const desired = numberAt(deployment, 'spec', 'replicas');
  const isRolling = at(deployment, 'spec', 'strategy', 'type') === 'RollingUpdate';
  const surge = isRolling ? rollingLimits(deployment, desired).maxSurge : 0;
  return {
    ...Object.fromEntries(copied),
    [desiredAnnotation]: String(desired),
    [maxAnnotation]: String(desired + surge),
    [revisionAnnotation]: revision,
  };
}

/** Copies the Deployment's annotations to an existing ReplicaSet, and gives it the newest revision. */
function annotate(
  api: Api,
  deployment: KubernetesObject,
  set: KubernetesObject,
  revision: string,
): KubernetesObject {
  const own = revisionOf(set);
  const wanted = annotationsOf(deployment, String(Math.max(own, Number(revision))));
  const annotations = { ...set.metadata.annotations, ...wanted };
  const spec = { ...objectAt(set, 'spec') };
  const minReadySeconds = numberAt(deployment, 'spec', 'minReadySeconds');
  if (minReadySeconds > 0) spec.minReadySeconds = minReadySeconds;
  else delete spec.minReadySeconds;
  const next: KubernetesObject = { ...set, spec, metadata: { ...set.metadata, annotations } };
  return isEqual(next, set) ? set : api.update(next);
}

/** Deletes the oldest empty ReplicaSets beyond the Deployment's revisionHistoryLimit. */
export function cleanUpHistory(
  api: Api,
  deployment: KubernetesObject,
  owned: readonly KubernetesObject[],
  current: KubernetesObject,
): void {
  const limit = numberAt(deployment, 'spec', 'revisionHistoryLimit');
  const empty = owned
    .filter((set) => set.metadata.uid !== current.metadata.uid)
    .filter((set) => numberAt(set, 'spec', 'replicas') === 0 && numberAt(set, 'status', 'replicas') === 0)
    .sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of empty.slice(0, Math.max(0, empty.length - limit))) api.delete(set);
}
