import type { Kind } from '../kinds/kind.ts';
import { selectorText } from '../kinds/label-selector.ts';
import { definition } from '../kinds/schema.ts';
import { at, numberAt, objectAt } from '../model/json.ts';
import type { JsonObject, KubernetesObject } from '../model/objects.ts';
import { badRequest, conflict, staleObject, unsupportedMediaType } from '../model/status.ts';
import type { ApiContext, WriteOptions } from './api-context.ts';
import { type PatchType, patchObject } from './patch.ts';
import { get, update } from './update.ts';

/** The autoscaling/v1 Scale of a Deployment or a ReplicaSet. */
export function scaleOf(object: KubernetesObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, 'spec', 'replicas') },
    status: {
      replicas: numberAt(object, 'status', 'replicas'),
      selector: selectorText(at(object, 'spec', 'selector')),
    },
  };
}

/** Sets the replicas of an object by its Scale. Throws 409 for a stale resourceVersion. */
export function updateScale(
  context: ApiContext,
  kind: Kind,
  namespace: string | undefined,
  name: string,
  scale: unknown,
  options: WriteOptions,
): JsonObject {
  const current = get(context, kind, namespace, name);
  const version = at(scale, 'metadata', 'resourceVersion');
  if (version && version !== current.metadata.resourceVersion) throw conflict(kind, name, staleObject);
  const replicas = at(scale, 'spec', 'replicas') ?? 0;
  if (!Number.isInteger(replicas))
    throw badRequest(`spec.replicas must be an integer, not ${JSON.stringify(replicas)}`);
  const { managedFields: _, ...metadata } = current.metadata;
  const scaled = { ...current, metadata, spec: { ...objectAt(current, 'spec'), replicas } };
  const written = update(context, kind, namespace, name, scaled, { ...options, subresource: 'scale' });
  return scaleOf(written.object);
}

export function patchScale(
  context: ApiContext,
  kind: Kind,
  namespace: string | undefined,
  name: string,
  type: PatchType,
  body: unknown,
  options: WriteOptions,
): JsonObject {
  if (type === 'apply')
    throw unsupportedMediaType(['application/merge-patch+json', 'application/json-patch+json']);
  const current = scaleOf(get(context, kind, namespace, name));
  const patched = patchObject(current, type, body, { builtIn: true, schema: definition('V1Scale') });
  return updateScale(context, kind, namespace, name, patched, options);
}
