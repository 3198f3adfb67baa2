import { ConflictError } from '../../model/errors.ts';
import { serviceId } from '../../model/identity.ts';
import type { Drain, DrainedService } from '../../model/records/drain.ts';
import type { DrainStore } from '../../ports/drain-store.ts';
import type { ItemKey, Table } from './table.ts';

/** Drained clusters: `DRAIN#<cluster>` / `state`, and `service#<target>#<namespace>/<service>` for each service. */
export class Drains implements DrainStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async find(cluster: string): Promise<Drain | undefined> {
    const item = await this.table.get(stateKey(cluster));
    return item && { sinceMs: item.sinceMs as number, instances: item.instances as number };
  }

  async begin(cluster: string, sinceMs: number): Promise<void> {
    const condition = { text: 'attribute_not_exists(pk)' };
    await unlessConflict(this.table.put({ ...stateKey(cluster), sinceMs, instances: 0 }, condition));
  }

  async noteInstances(cluster: string, instances: number): Promise<void> {
    const values = { ':instances': instances };
    const update = { text: 'SET #instances = :instances', values };
    const condition = { text: 'attribute_exists(pk) AND #instances < :instances', values };
    await unlessConflict(this.table.update(stateKey(cluster), update, condition));
  }

  async noteService(cluster: string, { service, kept }: DrainedService): Promise<void> {
    await this.table.put({ ...serviceKey(cluster, service), service, ...(kept !== undefined && { kept }) });
  }

  async *drainedServices(cluster: string): AsyncGenerator<DrainedService> {
    for await (const { service, kept } of this.table.query(pkOf(cluster), 'service#', 'service$'))
      yield {
        service: service as DrainedService['service'],
        ...(kept !== undefined && { kept: kept as string }),
      };
  }

  /** The state first: without it, the rest has no effect. */
  async end(cluster: string): Promise<void> {
    await this.table.delete(stateKey(cluster));
    for await (const { service } of this.drainedServices(cluster))
      await this.table.delete(serviceKey(cluster, service));
  }
}

function pkOf(cluster: string): string {
  return `DRAIN#${cluster}`;
}

function stateKey(cluster: string): ItemKey {
  return { pk: pkOf(cluster), sk: 'state' };
}

function serviceKey(cluster: string, service: DrainedService['service']): ItemKey {
  return { pk: pkOf(cluster), sk: `service#${service.target}#${serviceId(service)}` };
}

async function unlessConflict(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}
