import type {
  EntryPollReport,
  KnownNamespace,
  KnownService,
  ServiceEntryStore,
} from '../../../shared/ports/service-entry-ports.ts';
import { copy, text } from '../memory-values.ts';

export class MemoryServiceEntries implements ServiceEntryStore {
  readonly #namespaces = new Map<string, readonly KnownNamespace[]>();
  readonly #services = new Map<string, { readonly cluster: string; readonly service: KnownService }>();
  readonly #reports = new Map<string, EntryPollReport>();

  async namespaces(cluster: string): Promise<readonly KnownNamespace[] | undefined> {
    return copy(this.#namespaces.get(cluster));
  }

  async saveNamespaces(cluster: string, namespaces: readonly KnownNamespace[]): Promise<void> {
    this.#namespaces.set(cluster, copy(namespaces));
  }

  async *services(cluster: string): AsyncGenerator<KnownService> {
    for (const item of copy([...this.#services.values()])) if (item.cluster === cluster) yield item.service;
  }

  async service(cluster: string, serviceId: string): Promise<KnownService | undefined> {
    return copy(this.#services.get(text([cluster, serviceId]))?.service);
  }

  async saveService(cluster: string, service: KnownService): Promise<void> {
    this.#services.set(text([cluster, service.id]), copy({ cluster, service }));
  }

  async removeService(cluster: string, serviceId: string): Promise<void> {
    this.#services.delete(text([cluster, serviceId]));
  }

  async report(cluster: string): Promise<EntryPollReport | undefined> {
    return copy(this.#reports.get(cluster));
  }

  async saveReport(cluster: string, report: EntryPollReport): Promise<void> {
    this.#reports.set(cluster, copy(report));
  }
}
