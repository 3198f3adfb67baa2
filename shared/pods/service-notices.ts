import { serviceChanged } from '../model/events/service-entry-requests.ts';
import type { Clock, RequestSender } from '../ports/ports.ts';
import type { OwnChange, ServiceNotices } from '../ports/service-notices.ts';

interface NoticeDependencies {
  readonly clock: Pick<Clock, 'now'>;
  readonly requests: RequestSender;
  /** The clusters for which the change may change a ServiceEntry. */
  readonly importersOf: (change: OwnChange) => readonly string[];
}

/** Changes of one service within a second are one message for each cluster. */
export class ServiceChangeNotices implements ServiceNotices {
  private readonly deps: NoticeDependencies;
  private readonly noted = new Map<string, ReturnType<typeof serviceChanged>>();

  constructor(deps: NoticeDependencies) {
    this.deps = deps;
  }

  note(change: OwnChange): void {
    const id = change.serviceId.slice(change.serviceId.lastIndexOf('/') + 1);
    for (const cluster of this.deps.importersOf(change)) {
      const event = serviceChanged(cluster, id, this.deps.clock.now());
      this.noted.set(`${cluster} ${id} ${event.sinceMs}`, event);
    }
  }

  async send(): Promise<void> {
    const noted = [...this.noted];
    if (noted.length === 0) return;
    this.noted.clear();
    try {
      await this.deps.requests.send(noted.map(([, event]) => event));
    } catch (error) {
      for (const [key, event] of noted) this.noted.set(key, event);
      throw error;
    }
  }
}
