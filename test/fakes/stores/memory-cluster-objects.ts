import { ConflictError } from '../../../shared/model/errors.ts';
import { objectKey } from '../../../shared/model/identity.ts';
import type { ClusterObject } from '../../../shared/model/kubernetes.ts';
import type {
  ClusterObjectStore,
  ObjectReference,
  StoredObject,
} from '../../../shared/ports/cluster-object-store.ts';
import { between, copy } from '../memory-values.ts';

export class MemoryClusterObjects implements ClusterObjectStore {
  readonly items = new Map<string, StoredObject>();

  async find(cluster: string, object: ObjectReference): Promise<StoredObject | undefined> {
    return copy(this.items.get(meshKey(cluster, object)));
  }

  async replace(cluster: string, next: StoredObject, previous: StoredObject | undefined): Promise<void> {
    const key = meshKey(cluster, next.object);
    if (revisionOf(this.items.get(key)) !== revisionOf(previous)) throw new ConflictError(`${key} changed`);
    this.items.set(key, copy(next));
  }

  async ofKind(cluster: string, kind: string, namespace: string): Promise<readonly ClusterObject[]> {
    const found: ClusterObject[] = [];
    for await (const { object, deleted, fault } of this.inRange(
      cluster,
      kind,
      `${namespace}/`,
      `${namespace}0`,
    ))
      if (!deleted && (fault === undefined || object.spec !== undefined)) found.push(object);
    return found;
  }

  async *inRange(
    cluster: string,
    kind: string,
    from: string,
    to: string | null,
  ): AsyncGenerator<StoredObject> {
    const found = [...this.items.entries()].filter(
      ([key, { object }]) =>
        key.startsWith(`${cluster} `) &&
        object.kind === kind &&
        between(objectKey(object.metadata), from, to),
    );
    yield* copy(found.map(([, item]) => item));
  }
}

function meshKey(cluster: string, { kind, metadata }: ObjectReference): string {
  return `${cluster} ${kind} ${objectKey(metadata)}`;
}

function revisionOf(item: StoredObject | undefined): string {
  if (item === undefined) return 'absent';
  const { uid, resourceVersion } = item.object.metadata;
  return `${uid}:${resourceVersion}:${item.deleted}:${item.unannounced.length}`;
}
