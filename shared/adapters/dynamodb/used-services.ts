import { ConflictError } from '../../model/errors.ts';
import { type ServiceKey, serviceId } from '../../model/identity.ts';
import type { UsedService } from '../../model/records/registration.ts';
import type { UsedServiceStore } from '../../ports/ports.ts';
import type { ItemKey, Table } from './table.ts';

/** Services that a cluster used and may have instances in: `USED#<cluster>` / `<target>#<namespace>/<service>`. */
export class UsedServices implements UsedServiceStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async find(cluster: string, service: ServiceKey): Promise<UsedService | undefined> {
    const item = await this.table.get(keyOf(cluster, service));
    return item && { service: item.service as ServiceKey, usedAtMs: item.usedAtMs as number };
  }

  /** The last writer used it last, give or take a moment. */
  async save(cluster: string, { service, usedAtMs }: UsedService): Promise<void> {
    await this.table.put({ ...keyOf(cluster, service), service, usedAtMs });
  }

  async *ofCluster(cluster: string): AsyncGenerator<UsedService> {
    for await (const { service, usedAtMs } of this.table.query(`USED#${cluster}`, '', null))
      yield { service: service as ServiceKey, usedAtMs: usedAtMs as number };
  }

  async remove(cluster: string, { service, usedAtMs }: UsedService): Promise<void> {
    const condition = { text: '#usedAtMs = :seen', values: { ':seen': usedAtMs } };
    try {
      await this.table.delete(keyOf(cluster, service), condition);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error; // it is in use again
    }
  }
}

function keyOf(cluster: string, service: ServiceKey): ItemKey {
  return { pk: `USED#${cluster}`, sk: `${service.target}#${serviceId(service)}` };
}
