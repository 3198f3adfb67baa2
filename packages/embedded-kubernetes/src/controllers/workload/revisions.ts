import { isEqual, numberAt, objectAt, stringAt } from '../../model/json.ts';
import { controllerOf, type JsonObject, type KubernetesObject } from '../../model/objects.ts';
import type { Api } from '../../verbs/api.ts';
import { templateHash } from '../deployment/template-hash.ts';
import { controllerReference } from '../ownership.ts';

export const revisionResource = 'controllerrevisions.apps';
export const revisionLabel = 'controller-revision-hash';

/** The ControllerRevisions of a StatefulSet or DaemonSet, the oldest first. */
export function revisionsOf(api: Api, owner: KubernetesObject): KubernetesObject[] {
  return api
    .list(revisionResource, owner.metadata.namespace)
    .filter((revision) => controllerOf(revision)?.uid === owner.metadata.uid)
    .sort((a, b) => numberAt(a, 'revision') - numberAt(b, 'revision'));
}

/** The revision of the owner's template, as the newest; created if missing. */
export function ensureRevision(
  api: Api,
  owner: KubernetesObject,
  known: readonly KubernetesObject[],
): KubernetesObject {
  const data = dataOf(owner);
  const next = numberAt(known.at(-1), 'revision') + 1;
  const found = known.findLast((revision) => isEqual(revision.data, data));
  if (!found) return createRevision(api, owner, data, next);
  return found === known.at(-1) ? found : api.update({ ...found, revision: next });
}

/** As kubectl reads it: a strategic merge patch that replaces the template. */
function dataOf(owner: KubernetesObject): JsonObject {
  return { spec: { template: { ...objectAt(owner, 'spec', 'template'), $patch: 'replace' } } };
}

function createRevision(
  api: Api,
  owner: KubernetesObject,
  data: JsonObject,
  revision: number,
): KubernetesObject {
  const template = objectAt(owner, 'spec', 'template');
  const hash = templateHash(template);
  return api.create(revisionResource, {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace: owner.metadata.namespace,
      labels: { ...objectAt(template, 'metadata', 'labels'), [revisionLabel]: hash },
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision,
  });
}

/** The template that a revision keeps. */
export function templateOf(revision: KubernetesObject): JsonObject {
  const { $patch: _, ...template } = objectAt(revision, 'data', 'spec', 'template');
  return template;
}

export function hashOf(revision: KubernetesObject): string {
  return stringAt(revision, 'metadata', 'labels', revisionLabel);
}

/** Deletes the oldest revisions that no pod has, beyond the owner's revisionHistoryLimit. */
export function cleanUpRevisions(
  api: Api,
  owner: KubernetesObject,
  isLive: (revision: KubernetesObject) => boolean,
): void {
  const old = revisionsOf(api, owner).filter((revision) => !isLive(revision));
  const limit = numberAt(owner, 'spec', 'revisionHistoryLimit');
  for (const revision of old.slice(0, Math.max(0, old.length - limit))) api.delete(revision);
}
