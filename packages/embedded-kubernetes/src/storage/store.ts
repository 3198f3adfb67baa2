import type { KubernetesObject } from '../model/objects.ts';
import { keyOf } from '../model/objects.ts';

/** One change of one object. `object` is for watches: for a deletion, the last state with the deletion's revision. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: string;
  readonly key: string;
  readonly revision: number;
  readonly object: KubernetesObject;
  readonly previous: KubernetesObject | undefined;
}

/** The objects of one resource at one revision. */
export interface Snapshot {
  readonly revision: number;
  /** Keys in order. */
  readonly keys: readonly string[];
  get(key: string): KubernetesObject | undefined;
}

type Listener = (change: Change) => void;

interface Collection {
  readonly objects: Map<string, KubernetesObject>;
  /** Sorted on insertion, so that listing a page needs no sort. */
  keys: string[];
  /** Oldest first. */
  history: Change[];
  /** Changes up to this revision are compacted. */
  compacted: number;
  readonly listeners: Set<Listener>;
}

/**
 * The cluster's etcd: objects by resource and key, one revision counter, and a bounded history per resource, for
 * watches to resume and for listings of older revisions. Resource names are like `deployments.apps`. Stored objects are
 * shared with readers and must not be changed in place.
 */
export class Store {
  readonly #historyLimit: number;
  readonly #collections = new Map<string, Collection>();
  readonly #listeners = new Set<Listener>();
  #revision: number;

  /** @param historyLimit the number of changes kept per resource. */
  constructor(historyLimit: number, revision = 1) {
    this.#historyLimit = historyLimit;
    this.#revision = revision;
  }

  get revision(): number {
    return this.#revision;
  }

  get(resource: string, key: string): KubernetesObject | undefined {
    return this.#collections.get(resource)?.objects.get(key);
  }

  /** All objects of a resource, or of one namespace, sorted by key. */
  list(resource: string, namespace?: string): KubernetesObject[] {
    const { objects, keys } = this.#collection(resource);
    const wanted = namespace === undefined ? keys : keysOfNamespace(keys, namespace);
    return wanted.map((key) => objects.get(key)).filter((object) => object !== undefined);
  }

  count(resource: string): number {
    return this.#collection(resource).objects.size;
  }

  resources(): string[] {
    return [...this.#collections.keys()];
  }

  /** Stores an object under a new revision, which becomes its resourceVersion. Returns the stored object. */
  put(resource: string, object: KubernetesObject): KubernetesObject {
    const collection = this.#collection(resource);
    const key = keyOf(object);
    const previous = collection.objects.get(key);
    const stored = this.#atNextRevision(object);
    collection.objects.set(key, stored);
    if (!previous) insertInOrder(collection.keys, key);
    this.#record(collection, {
      type: previous ? 'MODIFIED' : 'ADDED',
      resource,
      key,
      revision: this.#revision,
      object: stored,
      previous,
    });
    return stored;
  }

  /** Removes an object; `last` is its final state if it differs from the stored one. */
  remove(resource: string, key: string, last?: KubernetesObject): KubernetesObject | undefined {
    const collection = this.#collection(resource);
    const previous = collection.objects.get(key);
    if (!previous) return undefined;
    collection.objects.delete(key);
    collection.keys.splice(indexOf(collection.keys, key), 1);
    const object = this.#atNextRevision(last ?? previous);
    this.#record(collection, { type: 'DELETED', resource, key, revision: this.#revision, object, previous });
    return object;
  }

  /** The objects at a revision; undefined if it is compacted. */
  snapshot(resource: string, revision: number): Snapshot | undefined {
    const { objects, keys, history, compacted } = this.#collection(resource);
    if (revision < compacted) return undefined;
    const newer = history.slice(firstAfter(history, revision));
    if (newer.length === 0) return { revision, keys, get: (key) => objects.get(key) };
    const rolledBack = new Map<string, KubernetesObject | undefined>();
    for (const change of newer.reverse()) rolledBack.set(change.key, change.previous);
    return {
      revision,
      keys: keysWith(keys, rolledBack),
      get: (key) => (rolledBack.has(key) ? rolledBack.get(key) : objects.get(key)),
    };
  }

  /** The changes after a revision, oldest first; undefined if some of them are compacted. */
  changesSince(resource: string, revision: number): Change[] | undefined {
    const { history, compacted } = this.#collection(resource);
    return revision < compacted ? undefined : history.slice(firstAfter(history, revision));
  }

  /** Calls a listener on each change of a resource, or of all. Returns a function that removes it. */
  subscribe(resource: string | undefined, listener: Listener): () => void {
    const listeners = resource === undefined ? this.#listeners : this.#collection(resource).listeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Compacts all history: every earlier revision is too old. */
  compact(): void {
    this.#revision += 1;
    for (const collection of this.#collections.values()) {
      collection.history = [];
      collection.compacted = this.#revision;
    }
  }

  #atNextRevision(object: KubernetesObject): KubernetesObject {
    this.#revision += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } };
  }

  #collection(resource: string): Collection {
    const found = this.#collections.get(resource);
    if (found) return found;
    const created: Collection = {
      objects: new Map(),
      keys: [],
      history: [],
      compacted: 0,
      listeners: new Set(),
    };
    this.#collections.set(resource, created);
    return created;
  }

  #record(collection: Collection, change: Change): void {
    collection.history.push(change);
    if (collection.history.length > this.#historyLimit * 1.25) this.#trim(collection);
    for (const listener of [...collection.listeners]) listener(change);
    for (const listener of [...this.#listeners]) listener(change);
  }

  /** Compacts a quarter at a time, so that the amortized cost of a change is constant. */
  #trim(collection: Collection): void {
    const dropped = collection.history.splice(0, collection.history.length - this.#historyLimit);
    collection.compacted = dropped.at(-1)?.revision ?? collection.compacted;
  }
}

/** The index of the first key that is not before the given one. */
export function indexOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** In ASCII `0` follows `/`, so all keys of a namespace lie between the two. */
export function keysOfNamespace(keys: readonly string[], namespace: string): readonly string[] {
  return keys.slice(indexOf(keys, `${namespace}/`), indexOf(keys, `${namespace}0`));
}

function insertInOrder(keys: string[], key: string): void {
  const last = keys.at(-1);
  if (last === undefined || last < key) keys.push(key);
  else keys.splice(indexOf(keys, key), 0, key);
}

function firstAfter(history: readonly Change[], revision: number): number {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((history[middle]?.revision ?? 0) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keysWith(
  keys: readonly string[],
  rolledBack: ReadonlyMap<string, KubernetesObject | undefined>,
): string[] {
  const kept = keys.filter((key) => !rolledBack.has(key));
  for (const [key, object] of rolledBack) if (object) insertInOrder(kept, key);
  return kept;
}
