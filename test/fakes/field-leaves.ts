type Json = Readonly<Record<string, unknown>>;

/** The fields that a manifest can own, as JSON arrays of names with their values. A list is one field. */
export function leavesOf(object: {
  readonly metadata: { readonly labels?: Json | undefined; readonly annotations?: Json | undefined };
  readonly spec?: Json | undefined;
  readonly data?: Json | undefined;
}): Map<string, unknown> {
  const { labels, annotations } = object.metadata;
  return new Map([
    ...below(['metadata', 'labels'], labels),
    ...below(['metadata', 'annotations'], annotations),
    ...below(['spec'], object.spec),
    ...below(['data'], object.data),
  ]);
}

function below(path: readonly string[], value: unknown): [string, unknown][] {
  if (value === undefined) return [];
  if (!isMap(value) || Object.keys(value).length === 0) return [[JSON.stringify(path), value]];
  return Object.entries(value).flatMap(([name, child]) => below([...path, name], child));
}

export function setLeaf(object: object, leaf: string, value: unknown): void {
  const path = JSON.parse(leaf) as string[];
  let parent = object as Record<string, unknown>;
  for (const name of path.slice(0, -1)) {
    if (!isMap(parent[name])) parent[name] = {};
    parent = parent[name] as Record<string, unknown>;
  }
  const last = path.at(-1) ?? '';
  const isBare = isMap(value) && Object.keys(value).length === 0;
  if (!(isBare && isMap(parent[last]))) parent[last] = structuredClone(value);
}

/** Removes the field, and the maps around it that are empty then. */
export function unsetLeaf(object: object, leaf: string): void {
  const path = JSON.parse(leaf) as string[];
  const parents = [object as Record<string, unknown>];
  for (const name of path.slice(0, -1)) {
    const child = parents.at(-1)?.[name];
    if (!isMap(child)) return;
    parents.push(child as Record<string, unknown>);
  }
  for (const [depth, parent] of [...parents.entries()].reverse()) {
    const name = path[depth] ?? '';
    if (depth === path.length - 1 || Object.keys(parent[name] as object).length === 0) delete parent[name];
  }
}

/** `{ 'f:spec': { 'f:hosts': {} } }`. */
export function fieldTree(leaves: Iterable<string>): Json {
  const tree: Record<string, unknown> = {};
  for (const leaf of leaves) {
    const path = (JSON.parse(leaf) as string[]).map((name) => `f:${name}`);
    setLeaf(tree, JSON.stringify(path), {});
  }
  return tree;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
