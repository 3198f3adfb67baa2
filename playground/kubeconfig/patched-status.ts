type Json = Readonly<Record<string, unknown>>;

/** An object as an API server returns it. */
export interface ServedObject {
  readonly metadata?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly status?: Json;
}

/**
 * The object as a patch of its status would leave it, but for what an API server may drop or default. A strategic merge patch
 * (pods) merges conditions by their type; a merge patch (custom kinds) replaces each list.
 */
export function patchedStatus(
  object: ServedObject,
  patch: { readonly status?: Json },
  isStrategic: boolean,
): ServedObject {
  const status = merged(object.status ?? {}, patch.status ?? {});
  const conditions = patch.status?.conditions;
  if (!isStrategic || !Array.isArray(conditions)) return { ...object, status };
  return { ...object, status: { ...status, conditions: byType(object.status?.conditions, conditions) } };
}

/** RFC 7386. */
function merged(before: Json, patch: Json): Json {
  const result: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = isObject(value) ? merged(isObject(before[key]) ? before[key] : {}, value) : value;
  }
  return result;
}

function byType(before: unknown, patch: readonly Json[]): readonly Json[] {
  const old = Array.isArray(before) ? (before as readonly Json[]) : [];
  const changed = old.map((each) => {
    const change = patch.find(({ type }) => type === each.type);
    return change === undefined ? each : merged(each, change);
  });
  return [...changed, ...patch.filter(({ type }) => !old.some((each) => each.type === type))];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
