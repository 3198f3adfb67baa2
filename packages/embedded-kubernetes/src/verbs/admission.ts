import type { Kind } from '../kinds/kind.ts';
import type { KubernetesObject } from '../model/objects.ts';
import { ApiError, forbidden } from '../model/status.ts';
import type { Store } from '../storage/store.ts';

/** The objects of a resource, such as `pods` or `virtualnodes.appmesh.k8s.aws`; none if it is not served. */
type ListObjects = (resource: string, namespace?: string) => readonly KubernetesObject[];

/**
 * Changes a new object, or refuses it: in place of admission policies, which this API server does not evaluate. It must
 * return a new object if it changes anything.
 */
export type Admission = (
  object: KubernetesObject,
  list: ListObjects,
) => { readonly object: KubernetesObject } | { readonly refusal: string };

interface AdmissionContext {
  readonly store: Store;
  readonly admission?: Admission | undefined;
}

/** The object as admitted, with its defaults. Throws a 422 as a ValidatingAdmissionPolicy does, if it is refused. */
export function admit(
  { store, admission }: AdmissionContext,
  kind: Kind,
  object: KubernetesObject,
): KubernetesObject {
  const admitted = admission?.(object, (resource, namespace) => store.list(resource, namespace));
  if (admitted === undefined) return object;
  if ('refusal' in admitted) throw refused(kind, object, admitted.refusal);
  if (admitted.object === object) return object;
  const changed = structuredClone(admitted.object);
  kind.setDefaults?.(changed);
  return changed;
}

function refused(kind: Kind, { metadata }: KubernetesObject, why: string): ApiError {
  const { message, details } = forbidden(kind, metadata.name, `admission denied request: ${why}`);
  return new ApiError(422, 'Invalid', message, { ...details, causes: [{ reason: 'Invalid', message: why }] });
}
