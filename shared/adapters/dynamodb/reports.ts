import type { ReportStore, SweepReport } from '../../ports/sweep-ports.ts';
import type { Table } from './table.ts';

/** The report of each cluster's last sweep: `REPORT#<cluster>` / `last`. */
export class Reports implements ReportStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async save(cluster: string, report: SweepReport): Promise<void> {
    await this.table.put({ ...keyOf(cluster), report });
  }

  async last(cluster: string): Promise<SweepReport | undefined> {
    const item = await this.table.get(keyOf(cluster));
    return item?.report as SweepReport | undefined;
  }
}

function keyOf(cluster: string): { pk: string; sk: string } {
  return { pk: `REPORT#${cluster}`, sk: 'last' };
}
