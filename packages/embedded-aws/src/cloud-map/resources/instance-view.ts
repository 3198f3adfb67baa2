/**
 * The instances of a service as one kind of reader sees them: a change becomes visible after a delay. A change that
 * arrives after a later one (because the delay was shortened in between) is ignored.
 */
export class InstanceView<Instance extends { readonly order: number }> {
  readonly #instances = new Map<string, Instance>();
  readonly #lastChange = new Map<string, number>();
  /** Grows with every change that arrives. */
  revision = 0;

  get(id: string): Instance | undefined {
    return this.#instances.get(id);
  }

  /** In the order of their first registration. */
  all(): Instance[] {
    return [...this.#instances.values()].sort((a, b) => a.order - b.order);
  }

  /** `change` numbers the changes of all instances in the order in which they took effect. */
  apply(change: number, id: string, instance: Instance | undefined): void {
    if ((this.#lastChange.get(id) ?? 0) > change) return;
    this.#lastChange.set(id, change);
    if (instance === undefined) this.#instances.delete(id);
    else this.#instances.set(id, instance);
    this.revision += 1;
  }
}
