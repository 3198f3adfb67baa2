import type { MeshRunRecord, MeshRunStore } from '../../ports/mesh-ports.ts';
import type { Table } from './table.ts';

/** When a cluster's mesh was last reconciled: `MESH-RUN` / the cluster. The last writer has just finished a run. */
export class MeshRuns implements MeshRunStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async last(cluster: string): Promise<MeshRunRecord | undefined> {
    const item = await this.table.get({ pk: 'MESH-RUN', sk: cluster });
    if (item === undefined) return undefined;
    const { pk, sk, ...run } = item;
    return run as unknown as MeshRunRecord;
  }

  async save(cluster: string, run: MeshRunRecord): Promise<void> {
    await this.table.put({ pk: 'MESH-RUN', sk: cluster, ...run });
  }
}
