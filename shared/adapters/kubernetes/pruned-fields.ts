import { PrunedFieldsError } from '../../model/errors.ts';
import { applyDefinitions } from '../../model/kubernetes.ts';
import type { KubernetesObject, Resource } from './resources.ts';
import type { PatchTarget } from './status-patch.ts';

/** The API server's answer to a patch: the whole object. */
export type PatchedObject = Partial<KubernetesObject> & {
  readonly status?: Readonly<Record<string, unknown>>;
};

/**
 * Throws a PrunedFieldsError if the answer lacks a field of the status that was written. The API server prunes fields
 * that the definition of a custom kind does not have and answers 200: the App Mesh controller's BackendGroup has an
 * empty status.
 */
export function refusePruned(
  { apiVersion, kind }: Resource,
  { namespace, name }: PatchTarget,
  written: Readonly<Record<string, unknown>>,
  { status = {} }: PatchedObject,
): void {
  if (!apiVersion.includes('/')) return;
  const pruned = Object.keys(written).filter((field) => written[field] !== null && !(field in status));
  if (pruned.length === 0) return;
  const object = `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
  throw new PrunedFieldsError(
    `the API server dropped ${pruned.map((field) => `status.${field}`).join(' and ')} of ${object}: the ` +
      `CustomResourceDefinition of ${kind} does not have it; expected the one of this project: ${applyDefinitions}`,
  );
}
