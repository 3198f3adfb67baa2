import type { SeenInstance } from '../model/service-view.ts';

import type { InstanceLists } from '../ports/sweep-ports.ts';

interface Remembered {
  readonly state: string;
  readonly instances: ReadonlyMap<string, SeenInstance>;
  readonly listedAtMs: number;
  uses: number;
}

interface MemoryOptions {
  readonly now: () => number;
  /** How often, and for how long, a list is reused before it is read again. */
  readonly maxUses?: number;
  readonly maxAgeMs?: number;
  /** Total of all services: one execution environment sweeps many clusters. */
  readonly maxInstances?: number;
}

/**
 * Caches the listed instances of services between the sweeps of one execution environment. A list is reused only for
 * the same `state`: the result of DiscoverInstances, its revision, and the claims. It is read again after eleven uses
 * or an hour in any case, because none of these is the list itself.
 */
export class InstanceMemory implements InstanceLists {
  private readonly options: Required<MemoryOptions>;
  /** By service id; the oldest entry is evicted first. */
  private readonly lists = new Map<string, Remembered>();
  private size = 0;

  constructor(options: MemoryOptions) {
    this.options = { maxUses: 11, maxAgeMs: 3_600_000, maxInstances: 50_000, ...options };
  }

  recall(serviceId: string, state: string): ReadonlyMap<string, SeenInstance> | undefined {
    const list = this.lists.get(serviceId);
    const { now, maxUses, maxAgeMs } = this.options;
    if (list?.state !== state || list.uses >= maxUses || now() - list.listedAtMs > maxAgeMs) return undefined;
    list.uses += 1;
    return list.instances;
  }

  keep(serviceId: string, state: string, instances: ReadonlyMap<string, SeenInstance>): void {
    this.forget(serviceId);
    this.lists.set(serviceId, { state, instances, listedAtMs: this.options.now(), uses: 0 });
    this.size += instances.size;
    for (const id of this.lists.keys()) {
      if (this.size <= this.options.maxInstances) break;
      this.forget(id);
    }
  }

  private forget(serviceId: string): void {
    this.size -= this.lists.get(serviceId)?.instances.size ?? 0;
    this.lists.delete(serviceId);
  }
}
