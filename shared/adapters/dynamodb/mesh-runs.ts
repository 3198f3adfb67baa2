import type { MeshRunRecord, MeshRunStore } from '../../ports/mesh-ports.ts';
import type { Item, Table } from './table.ts';

/** When a cluster's mesh was last reconciled: `MESH-RUN` / the cluster. The last writer has just finished a run. */
export class MeshRuns implements MeshRunStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async last(cluster: string): Promise<MeshRunRecord | undefined> {
    const item = await this.table.get({ pk: 'MESH-RUN', sk: cluster });
    if (item === undefined) return undefined;
    return runOf(item);
  }

  async save(cluster: string, run: MeshRunRecord): Promise<void> {
    await this.table.put({ pk: 'MESH-RUN', sk: cluster, ...run });
  }
}

/** In records of earlier versions there is one time, that of App Mesh. */
function runOf({ pk, sk, verifiedAtMs, ...run }: Item): MeshRunRecord {
  const verified = typeof verifiedAtMs === 'number' ? { 'app-mesh': verifiedAtMs } : verifiedAtMs;
  return { ...run, ...(verified ? { verifiedAtMs: verified } : {}) } as unknown as MeshRunRecord;
}
