import { ConflictError } from '../../../shared/model/errors.ts';
import type { ServiceKey } from '../../../shared/model/identity.ts';
import type {
  CloudMapService,
  FullService,
  ServiceOwners,
} from '../../../shared/model/records/registration.ts';
import type { ServiceStore } from '../../../shared/ports/ports.ts';
import { copy, text } from '../memory-values.ts';

export class MemoryServices implements ServiceStore {
  readonly known = new Map<string, CloudMapService>();
  readonly ownersByKey = new Map<string, ServiceOwners>();

  async find(key: ServiceKey): Promise<CloudMapService | undefined> {
    const service = this.known.get(text(key));
    return service?.httpName === undefined ? undefined : copy(service);
  }

  async save(key: ServiceKey, service: CloudMapService): Promise<void> {
    if ((await this.find(key))?.id === service.id) return;
    this.known.set(text(key), copy(service));
  }

  async forget(key: ServiceKey): Promise<void> {
    this.known.delete(text(key));
  }

  async *ofTarget(target: string): AsyncGenerator<Omit<ServiceKey, 'target'>> {
    for (const key of this.known.keys()) {
      const service = JSON.parse(key) as ServiceKey;
      if (service.target === target) yield service;
    }
  }

  async markFull(key: ServiceKey, id: string, full: FullService): Promise<void> {
    const known = this.known.get(text(key));
    if (known?.id === id) this.known.set(text(key), copy({ ...known, full }));
  }

  async reopen(key: ServiceKey, full: FullService): Promise<void> {
    const known = this.known.get(text(key));
    if (known?.full === undefined || !isSameFull(known.full, full)) return;
    this.known.set(text(key), copy({ ...known, full: { ...known.full, reopening: true } }));
  }

  async clearFull(key: ServiceKey, full: FullService): Promise<void> {
    const known = this.known.get(text(key));
    if (known?.full === undefined || !isSameFull(known.full, full)) return;
    const { full: _full, ...rest } = known;
    this.known.set(text(key), rest);
  }

  async owners(key: ServiceKey): Promise<ServiceOwners | undefined> {
    return copy(this.ownersByKey.get(text(key)));
  }

  async replaceOwners(
    key: ServiceKey,
    owners: Omit<ServiceOwners, 'version'>,
    previous: ServiceOwners | undefined,
  ): Promise<ServiceOwners> {
    const seen = previous?.version ?? 0;
    if ((this.ownersByKey.get(text(key))?.version ?? 0) !== seen)
      throw new ConflictError('the owners changed');
    const next = copy({ ...owners, version: seen + 1 });
    this.ownersByKey.set(text(key), next);
    return copy(next);
  }

  async *ownedOf(target: string): AsyncGenerator<ServiceKey & ServiceOwners> {
    for (const [key, owners] of this.ownersByKey) {
      const names = JSON.parse(key) as ServiceKey;
      if (names.target === target) yield copy({ ...names, ...owners });
    }
  }
}

function isSameFull(one: FullService, other: FullService): boolean {
  return one.atMs === other.atMs && one.reopening === other.reopening;
}
