import type { Kind } from '../kinds/kind.ts';
import { isObject } from '../model/json.ts';
import type { JsonObject, KubernetesObject } from '../model/objects.ts';
import { difference, emptySet, type FieldSet } from './field-set.ts';
import { goJson } from './go-json.ts';
import { compare, fieldsOf } from './typed.ts';

const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The fields that client-side apply set last and that are unchanged: `kubectl apply --server-side` may take them over
 * without a conflict (fieldmanager's lastAppliedManager).
 */
export function fieldsLastApplied(live: KubernetesObject, kind: Kind): FieldSet {
  const text = live.metadata.annotations?.[lastAppliedAnnotation];
  if (!text) return emptySet;
  let applied: unknown;
  try {
    applied = JSON.parse(text);
  } catch (error) {
    // The client writes the annotation; invalid JSON allows no fields.
    if (error instanceof SyntaxError) return emptySet;
    throw error;
  }
  if (!isObject(applied) || applied.apiVersion !== live.apiVersion) return emptySet;
  const { added, modified, removed } = compare(applied, live, kind.schema);
  return difference(difference(difference(fieldsOf(applied, kind.schema), modified), added), removed);
}

/** Updates the annotation on kubectl's server-side apply, if the object has it (lastAppliedUpdater). */
export function withLastApplied(object: KubernetesObject, applied: object): KubernetesObject {
  const { annotations } = object.metadata;
  if (annotations?.[lastAppliedAnnotation] === undefined) return object;
  const next = { ...annotations, [lastAppliedAnnotation]: lastAppliedText(applied) };
  return { ...object, metadata: { ...object.metadata, annotations: next } };
}

/** Adds the annotation as `kubectl apply` does when it creates an object. */
export function createdByApply(manifest: object): JsonObject {
  const { metadata, ...rest } = manifest as Configuration;
  const annotations = { ...metadata?.annotations, [lastAppliedAnnotation]: lastAppliedText(manifest) };
  return { ...rest, metadata: { ...metadata, annotations } };
}

interface Configuration {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
}

/** The annotation's text, the same that kubectl writes: it compares texts. */
function lastAppliedText(applied: object): string {
  const { metadata, ...rest } = applied as Configuration;
  const { [lastAppliedAnnotation]: _, ...annotations } = metadata?.annotations ?? {};
  return goJson({ ...rest, metadata: { ...metadata, annotations } });
}
