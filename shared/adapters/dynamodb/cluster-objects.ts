import { PermanentError } from '../../model/errors.ts';
import { objectKey } from '../../model/identity.ts';
import type { ClusterObject } from '../../model/kubernetes.ts';
import { objectText } from '../../model/kubernetes-object.ts';
import type { ClusterObjectStore, ObjectReference, StoredObject } from '../../ports/cluster-object-store.ts';
import type { Item, ItemKey, Table } from './table.ts';

/** As with pods: no event can arrive later than this. */
const tombstoneSeconds = 6 * 24 * 3600;

/** Mesh objects and namespaces as last observed: `MESH#<cluster>` / `<Kind>#<namespace>/<name>`. */
export class ClusterObjects implements ClusterObjectStore {
  private readonly table: Table;
  private readonly now: () => number;

  constructor(table: Table, now: () => number) {
    this.table = table;
    this.now = now;
  }

  async find(cluster: string, object: ObjectReference): Promise<StoredObject | undefined> {
    const item = await this.table.get(keyOf(cluster, object));
    return item && this.isAlive(item) ? storedObjectOf(item) : undefined;
  }

  async replace(cluster: string, next: StoredObject, previous: StoredObject | undefined): Promise<void> {
    const expiresAt =
      next.deleted && next.unannounced.length === 0 ? this.nowSeconds() + tombstoneSeconds : undefined;
    const item = { ...keyOf(cluster, next.object), ...next, revision: revisionOf(next), expiresAt };
    const condition =
      previous === undefined
        ? { text: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': this.nowSeconds() } }
        : { text: '#revision = :revision', values: { ':revision': revisionOf(previous) } };
    try {
      await this.table.put(item, condition);
    } catch (error) {
      throw error instanceof PermanentError ? notStored(next.object, item, error) : error;
    }
  }

  async ofKind(cluster: string, kind: string, namespace: string): Promise<readonly ClusterObject[]> {
    const items = await this.table.all(
      partitionOf(cluster),
      `${kind}#${namespace}/`,
      `${kind}#${namespace}0`,
    );
    const stored = items.filter((item) => this.isAlive(item)).map(storedObjectOf);
    return stored.filter(isThere).map(({ object }) => object);
  }

  async *inRange(
    cluster: string,
    kind: string,
    from: string,
    to: string | null,
  ): AsyncGenerator<StoredObject> {
    const end = to === null ? `${kind}$` : `${kind}#${to}`; // "$" follows "#"
    for await (const item of this.table.query(partitionOf(cluster), `${kind}#${from}`, end))
      if (this.isAlive(item)) yield storedObjectOf(item);
  }

  private isAlive(item: Item): boolean {
    return item.expiresAt === undefined || (item.expiresAt as number) > this.nowSeconds();
  }

  private nowSeconds(): number {
    return Math.floor(this.now() / 1000);
  }
}

/** DynamoDB refused the item permanently, most likely for its size, but names neither the item nor its size. */
function notStored(object: ClusterObject, item: object, cause: PermanentError): PermanentError {
  const kilobytes = Math.ceil(Buffer.byteLength(JSON.stringify(item)) / 1024);
  return new PermanentError(
    `${objectText(object)} cannot be stored; it has ${kilobytes} KB, expected at most 400: ${cause.message}`,
    { cause },
  );
}

/** An object that was never valid is stored for its fault only; it does not count as existing. */
function isThere({ object, deleted, fault }: StoredObject): boolean {
  return !deleted && (fault === undefined || object.spec !== undefined);
}

function revisionOf({ object, deleted, unannounced, fault }: StoredObject): string {
  const { uid, resourceVersion } = object.metadata;
  return `${uid}:${resourceVersion}:${deleted}:${unannounced.length}${fault === undefined ? '' : ':fault'}`;
}

function partitionOf(cluster: string): string {
  return `MESH#${cluster}`;
}

function keyOf(cluster: string, { kind, metadata }: ObjectReference): ItemKey {
  return { pk: partitionOf(cluster), sk: `${kind}#${objectKey(metadata)}` };
}

function storedObjectOf(item: Item): StoredObject {
  return {
    object: item.object as ClusterObject,
    deleted: item.deleted as boolean,
    unannounced: item.unannounced as readonly (ClusterObject | null)[],
    ...(item.fault !== undefined && { fault: item.fault as string }),
    ...(item.seenAtMs !== undefined && { seenAtMs: item.seenAtMs as number }),
    ...(item.displaced !== undefined && { displaced: item.displaced as ClusterObject }),
  };
}
