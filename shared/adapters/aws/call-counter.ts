import { aroundAttempts, type SdkClient } from './around-attempts.ts';

/** Counts calls by operation, such as `ListInstances` and `list pods`; each attempt of a call is one. */
export class CallCounter {
  private readonly counts = new Map<string, number>();

  readonly count = (operation: string): void => {
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
  };

  /** Counts the later calls of an AWS client, and returns the client. */
  watch<T extends SdkClient>(client: T): T {
    return aroundAttempts(client, 'countCalls', (operation, attempt) => {
      this.count(operation);
      return attempt();
    });
  }

  /** A copy of the counts so far. */
  snapshot(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }
}
