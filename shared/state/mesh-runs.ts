import type { Table } from './table.ts';

interface MeshRunItem {
  readonly endedAtMs: number;
  readonly verifiedAtMs?: number | undefined;
}

/** When a cluster's mesh was last reconciled: `MESH-RUN` / the cluster. Whoever writes last has just been through. */
export class MeshRuns {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async last(cluster: string): Promise<MeshRunItem | undefined> {
    const item = await this.table.get({ pk: 'MESH-RUN', sk: cluster });
    if (item === undefined) return undefined;
    const { pk, sk, ...run } = item;
    return run as unknown as MeshRunItem;
  }

  async save(cluster: string, run: MeshRunItem): Promise<void> {
    await this.table.put({ pk: 'MESH-RUN', sk: cluster, ...run });
  }
}
