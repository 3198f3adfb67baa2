import type { KubernetesObject } from '../../shared/adapters/kubernetes/resources.ts';
import { objectKey } from '../../shared/model/identity.ts';

export type AnyObject = KubernetesObject & {
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
};

export interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly plural: string;
  readonly object: AnyObject;
}

/** The objects of a cluster as they are, and as they were at each version that is not forgotten. */
export class ObjectHistory {
  version = 100;
  /** Versions below this one are gone. */
  forgotten = 0;
  readonly #objects = new Map<string, Map<string, AnyObject>>();
  readonly #changes: Change[] = [];
  #snapshot: { readonly name: string; readonly objects: AnyObject[] } = { name: '', objects: [] };

  objects(plural: string): AnyObject[] {
    return [...(this.#objects.get(plural)?.values() ?? [])];
  }

  put(plural: string, object: AnyObject): Change {
    const key = objectKey(object.metadata);
    const kind = this.#kind(plural);
    const type = kind.has(key) ? 'MODIFIED' : 'ADDED';
    const stored = this.#versioned(object);
    kind.set(key, stored);
    return this.#changed({ version: this.version, type, plural, object: stored });
  }

  remove(plural: string, namespace: string | undefined, name: string): Change {
    const key = objectKey({ namespace, name });
    const object = this.#kind(plural).get(key);
    if (!object) throw new Error(`there is no ${plural} ${key} to remove`);
    this.#kind(plural).delete(key);
    const removed = this.#versioned(object);
    return this.#changed({ version: this.version, type: 'DELETED', plural, object: removed });
  }

  forget(): void {
    this.version += 1;
    this.forgotten = this.version;
    this.#changes.length = 0;
  }

  since(version: number): readonly Change[] {
    return this.#changes.filter((change) => change.version > version);
  }

  /** The objects of a kind at a version, by their keys; the next page of the same listing finds them again. */
  at(plural: string, version: number): readonly AnyObject[] {
    const name = `${plural} ${version}`;
    if (this.#snapshot.name !== name) this.#snapshot = { name, objects: this.#undo(plural, version) };
    return this.#snapshot.objects;
  }

  #undo(asked: string, version: number): AnyObject[] {
    const state = new Map(this.#kind(asked));
    for (const { object, plural, version: changed } of this.#changes.toReversed()) {
      if (plural !== asked || changed <= version) continue;
      const before = this.#before(plural, objectKey(object.metadata), changed);
      if (before) state.set(objectKey(object.metadata), before);
      else state.delete(objectKey(object.metadata));
    }
    return [...state.values()].sort((one, other) =>
      objectKey(one.metadata) < objectKey(other.metadata) ? -1 : 1,
    );
  }

  #before(plural: string, key: string, version: number): AnyObject | undefined {
    const earlier = this.#changes.findLast(
      (change) =>
        change.plural === plural && objectKey(change.object.metadata) === key && change.version < version,
    );
    return earlier?.type === 'DELETED' ? undefined : earlier?.object;
  }

  #kind(plural: string): Map<string, AnyObject> {
    const kind = this.#objects.get(plural) ?? new Map<string, AnyObject>();
    this.#objects.set(plural, kind);
    return kind;
  }

  #versioned(object: AnyObject): AnyObject {
    this.version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: `${this.version}` } };
  }

  #changed(change: Change): Change {
    this.#changes.push(change);
    return change;
  }
}
