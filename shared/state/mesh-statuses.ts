import { objectKey } from '../model/identity.ts';
import type { MeshKind } from '../model/kubernetes.ts';
import type { Expression, Item, ItemKey, Table } from './table.ts';

interface NamedObject {
  readonly kind: MeshKind;
  readonly namespace: string;
  readonly name: string;
}

interface StatusItem {
  readonly object: NamedObject;
  readonly revision: number;
  readonly written?: number | undefined;
}

/** What mesh objects are told of themselves: `MESH-STATUS#<cluster>` / `<Kind>#<namespace>/<name>`. */
export class MeshStatuses<Status extends StatusItem> {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async *all(cluster: string): AsyncGenerator<Status> {
    for await (const item of this.table.query(partitionOf(cluster), '', null)) yield statusOf<Status>(item);
  }

  async find(cluster: string, object: NamedObject): Promise<Status | undefined> {
    const item = await this.table.get(keyOf(cluster, object));
    return item && statusOf<Status>(item);
  }

  async replace(cluster: string, next: Status, previous: Status | undefined): Promise<void> {
    await this.table.put(
      { ...keyOf(cluster, next.object), ...(next as object) },
      previous === undefined ? { text: 'attribute_not_exists(pk)' } : unchanged(previous),
    );
  }

  async remove(cluster: string, status: Status): Promise<void> {
    await this.table.delete(keyOf(cluster, status.object), unchanged(status));
  }
}

function unchanged({ revision, written }: StatusItem): Expression {
  return written === undefined
    ? {
        text: '#revision = :revision AND attribute_not_exists(#written)',
        values: { ':revision': revision },
      }
    : {
        text: '#revision = :revision AND #written = :written',
        values: { ':revision': revision, ':written': written },
      };
}

function partitionOf(cluster: string): string {
  return `MESH-STATUS#${cluster}`;
}

function keyOf(cluster: string, object: NamedObject): ItemKey {
  return { pk: partitionOf(cluster), sk: `${object.kind}#${objectKey(object)}` };
}

function statusOf<Status>({ pk, sk, ...status }: Item): Status {
  return status as unknown as Status;
}
