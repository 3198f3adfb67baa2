import { copy, ensureObject, isEqual, isObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/objects.ts';
import { safeEncode } from '../../verbs/random-name.ts';

export const hashLabel = 'pod-template-hash';

/** The hash in the names of a Deployment's ReplicaSets: FNV-1a of the template in Kubernetes' safe alphabet. */
export function templateHash(template: unknown): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(JSON.stringify(canonical(template))))
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return safeEncode(String(hash));
}

/** A template with the label that identifies its ReplicaSet's pods. */
export function withHash(template: JsonObject, hash: string): JsonObject {
  const labelled = copy(template);
  const metadata = ensureObject(labelled, 'metadata');
  metadata.labels = { ...(isObject(metadata.labels) ? metadata.labels : {}), [hashLabel]: hash };
  return labelled;
}

/** Whether two templates create the same pods. */
export function isSameTemplate(a: JsonObject, b: JsonObject): boolean {
  return isEqual(withoutHash(a), withoutHash(b));
}

function withoutHash(template: JsonObject): JsonObject {
  const bare = copy(template);
  const labels = ensureObject(ensureObject(bare, 'metadata'), 'labels');
  delete labels[hashLabel];
  return bare;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, canonical(value[key])]),
  );
}
