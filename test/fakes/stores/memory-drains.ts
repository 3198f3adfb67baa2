import type { Drain, DrainedService } from '../../../shared/model/records/drain.ts';
import type { DrainStore } from '../../../shared/ports/drain-store.ts';
import { copy, text } from '../memory-values.ts';

export class MemoryDrains implements DrainStore {
  readonly items = new Map<string, Drain>();
  private readonly drained = new Map<string, Map<string, DrainedService>>();

  async find(cluster: string): Promise<Drain | undefined> {
    return copy(this.items.get(cluster));
  }

  async begin(cluster: string, sinceMs: number): Promise<void> {
    if (!this.items.has(cluster)) this.items.set(cluster, { sinceMs, instances: 0 });
  }

  async noteInstances(cluster: string, instances: number): Promise<void> {
    const item = this.items.get(cluster);
    if (item !== undefined && item.instances < instances) this.items.set(cluster, { ...item, instances });
  }

  async noteService(cluster: string, service: DrainedService): Promise<void> {
    const services = this.drained.get(cluster) ?? new Map<string, DrainedService>();
    this.drained.set(cluster, services.set(text([service.service]), copy(service)));
  }

  async *drainedServices(cluster: string): AsyncGenerator<DrainedService> {
    yield* copy([...(this.drained.get(cluster)?.values() ?? [])]);
  }

  async end(cluster: string): Promise<void> {
    this.items.delete(cluster);
    this.drained.delete(cluster);
  }
}
