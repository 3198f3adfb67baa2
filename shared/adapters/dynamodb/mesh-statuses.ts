import { objectKey } from '../../model/identity.ts';
import type { ObjectName } from '../../model/records/mesh-claim.ts';
import type { StatusRecord } from '../../model/records/status-record.ts';
import type { StatusStore } from '../../ports/mesh-ports.ts';
import type { Expression, Item, ItemKey, Table } from './table.ts';

/** The status of mesh objects: `MESH-STATUS#<cluster>` / `<Kind>#<namespace>/<name>`. */
export class MeshStatuses implements StatusStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async *all(cluster: string): AsyncGenerator<StatusRecord> {
    for await (const item of this.table.query(partitionOf(cluster), '', null)) yield statusOf(item);
  }

  async find(cluster: string, object: ObjectName): Promise<StatusRecord | undefined> {
    const item = await this.table.get(keyOf(cluster, object));
    return item && statusOf(item);
  }

  async replace(cluster: string, next: StatusRecord, previous: StatusRecord | undefined): Promise<void> {
    await this.table.put(
      { ...keyOf(cluster, next.object), ...next },
      previous === undefined ? { text: 'attribute_not_exists(pk)' } : unchanged(previous),
    );
  }

  async remove(cluster: string, status: StatusRecord): Promise<void> {
    await this.table.delete(keyOf(cluster, status.object), unchanged(status));
  }
}

function unchanged({ revision, written }: StatusRecord): Expression {
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

function keyOf(cluster: string, object: ObjectName): ItemKey {
  return { pk: partitionOf(cluster), sk: `${object.kind}#${objectKey(object)}` };
}

/** In records of earlier versions the problem is a text; it is recorded again at the next write. */
function statusOf({ pk, sk, problem, ...status }: Item): StatusRecord {
  const known = typeof problem === 'object' ? { problem } : {};
  return { ...status, ...known } as unknown as StatusRecord;
}
