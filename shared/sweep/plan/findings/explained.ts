import type { ServiceView } from '../../../model/service-view.ts';

const none: ReadonlySet<string> = new Set();

/** The instances of each service that a live pod should have. */
export class Explained {
  private readonly byService = new Map<ServiceView, Set<string>>();

  add(service: ServiceView, instanceId: string): void {
    const ids = this.byService.get(service);
    if (ids === undefined) this.byService.set(service, new Set([instanceId]));
    else ids.add(instanceId);
  }

  in(service: ServiceView): ReadonlySet<string> {
    return this.byService.get(service) ?? none;
  }
}
