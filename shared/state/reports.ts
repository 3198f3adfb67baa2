import type { Table } from './table.ts';

/** The report of each cluster's last sweep: `REPORT#<cluster>` / `last`. */
export class Reports<Report extends object> {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async save(cluster: string, report: Report): Promise<void> {
    await this.table.put({ ...keyOf(cluster), report });
  }

  async last(cluster: string): Promise<Report | undefined> {
    const item = await this.table.get(keyOf(cluster));
    return item?.report as Report | undefined;
  }
}

function keyOf(cluster: string): { pk: string; sk: string } {
  return { pk: `REPORT#${cluster}`, sk: 'last' };
}
