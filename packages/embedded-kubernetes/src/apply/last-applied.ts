import type { Kind } from '../kinds/kind.ts';
import { isObject } from '../model/json.ts';
import type { KubernetesObject } from '../model/objects.ts';
import { difference, emptySet, type FieldSet } from './field-set.ts';
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
  const text = `${JSON.stringify(withoutAnnotation(applied))}\n`;
  const next = { ...annotations, [lastAppliedAnnotation]: text };
  return { ...object, metadata: { ...object.metadata, annotations: next } };
}

function withoutAnnotation(applied: object): unknown {
  const { metadata, ...rest } = applied as { metadata?: { annotations?: Record<string, string> } };
  const { [lastAppliedAnnotation]: _, ...annotations } = metadata?.annotations ?? {};
  return { ...rest, metadata: { ...metadata, annotations } };
}
