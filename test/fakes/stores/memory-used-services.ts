import type { ServiceKey } from '../../../shared/model/identity.ts';
import type { UsedService } from '../../../shared/model/records/registration.ts';
import type { UsedServiceStore } from '../../../shared/ports/ports.ts';
import { copy, text } from '../memory-values.ts';

export class MemoryUsedServices implements UsedServiceStore {
  readonly items = new Map<string, UsedService & { readonly cluster: string }>();

  async find(cluster: string, service: ServiceKey): Promise<UsedService | undefined> {
    const item = this.items.get(text([cluster, service]));
    return item && { service: copy(item.service), usedAtMs: item.usedAtMs };
  }

  async save(cluster: string, used: UsedService): Promise<void> {
    this.items.set(text([cluster, used.service]), copy({ ...used, cluster }));
  }

  async *ofCluster(cluster: string): AsyncGenerator<UsedService> {
    for (const { cluster: user, service, usedAtMs } of copy([...this.items.values()]))
      if (user === cluster) yield { service, usedAtMs };
  }

  async remove(cluster: string, { service, usedAtMs }: UsedService): Promise<void> {
    const id = text([cluster, service]);
    if (this.items.get(id)?.usedAtMs === usedAtMs) this.items.delete(id);
  }
}
