import type {
  EntryPollReport,
  KnownNamespace,
  KnownService,
  ServiceEntryStore,
} from '../../ports/service-entry-ports.ts';
import type { ItemKey, Table } from './table.ts';

/** After every sort key of a service: `#` is followed by `$`. */
const afterServices = 'service$';

/**
 * What was last read of Cloud Map for a cluster's ServiceEntries: `ENTRIES#<cluster>` / `namespaces`, `report`,
 * `service#<id>`. The queue's message group makes one writer for a cluster, and each record describes what was read, so
 * the last writer is right.
 */
export class ServiceEntries implements ServiceEntryStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async namespaces(cluster: string): Promise<readonly KnownNamespace[] | undefined> {
    const item = await this.table.get(keyOf(cluster, 'namespaces'));
    return item?.namespaces as readonly KnownNamespace[] | undefined;
  }

  async saveNamespaces(cluster: string, namespaces: readonly KnownNamespace[]): Promise<void> {
    await this.table.put({ ...keyOf(cluster, 'namespaces'), namespaces });
  }

  async *services(cluster: string): AsyncGenerator<KnownService> {
    for await (const item of this.table.query(keyOf(cluster, '').pk, 'service#', afterServices))
      yield item.service as KnownService;
  }

  async service(cluster: string, serviceId: string): Promise<KnownService | undefined> {
    const item = await this.table.get(keyOf(cluster, `service#${serviceId}`));
    return item?.service as KnownService | undefined;
  }

  async saveService(cluster: string, service: KnownService): Promise<void> {
    await this.table.put({ ...keyOf(cluster, `service#${service.id}`), service });
  }

  async removeService(cluster: string, serviceId: string): Promise<void> {
    await this.table.delete(keyOf(cluster, `service#${serviceId}`));
  }

  async report(cluster: string): Promise<EntryPollReport | undefined> {
    const item = await this.table.get(keyOf(cluster, 'report'));
    return item?.report as EntryPollReport | undefined;
  }

  async saveReport(cluster: string, report: EntryPollReport): Promise<void> {
    await this.table.put({ ...keyOf(cluster, 'report'), report });
  }
}

function keyOf(cluster: string, sk: string): ItemKey {
  return { pk: `ENTRIES#${cluster}`, sk };
}
