import { idOf, type Manifest, type ObjectId } from '../../model/kubernetes-object.ts';
import { fieldManager } from '../../model/own-object.ts';
import { actionText, objectPath, type Resource } from './resources.ts';
import type { Request } from './transport.ts';

export function getRequest(resource: Resource, id: ObjectId): Request {
  return requestFor('get', resource, id);
}

/**
 * Server-side apply as our field manager. `Strict`: a field that the kind's definition does not have is refused by name
 * instead of being dropped.
 */
export function applyRequest(resource: Resource, manifest: Manifest, force: boolean): Request {
  return {
    ...requestFor('patch', resource, idOf(manifest)),
    query: { fieldManager, force, fieldValidation: 'Strict' },
    method: 'PATCH',
    body: { contentType: 'application/apply-patch+yaml', text: JSON.stringify(manifest) },
  };
}

/** The uid is a condition in the core group, where the API server refuses to change it. */
export function annotateRequest(
  resource: Resource,
  { id, uid }: { readonly id: ObjectId; readonly uid: string },
  annotations: Readonly<Record<string, string>>,
): Request {
  return {
    ...requestFor('patch', resource, id),
    query: { fieldManager },
    method: 'PATCH',
    body: {
      contentType: 'application/merge-patch+json',
      text: JSON.stringify({ metadata: { uid, annotations } }),
    },
  };
}

/** Deletes only the object with the uid. What depends on it is deleted by the cluster's garbage collector. */
export function deleteRequest(resource: Resource, id: ObjectId, uid: string): Request {
  const options = {
    ...{ apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' },
    preconditions: { uid },
  };
  return {
    ...requestFor('delete', resource, id),
    method: 'DELETE',
    body: { contentType: 'application/json', text: JSON.stringify(options) },
  };
}

function requestFor(verb: string, resource: Resource, { namespace, name }: ObjectId): Request {
  const inNamespace = resource.namespaced ? namespace : undefined;
  return {
    action: actionText(verb, resource, inNamespace, { name }),
    path: objectPath(resource, inNamespace, name),
  };
}
