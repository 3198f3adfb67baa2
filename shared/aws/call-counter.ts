/** What an SDK client has for hooking in; the same in all of them. */
interface Client {
  readonly middlewareStack: {
    add(middleware: Middleware, options: { name: string; step: 'finalizeRequest'; priority: 'low' }): void;
  };
}
type Middleware = <In, Out>(
  next: (args: In) => Promise<Out>,
  context: { readonly commandName?: string },
) => (args: In) => Promise<Out>;

/** Counts calls by operation, such as `ListInstances` and `list pods`; each attempt of a call is one. */
export class CallCounter {
  private readonly counts = new Map<string, number>();

  readonly count = (operation: string): void => {
    this.counts.set(operation, (this.counts.get(operation) ?? 0) + 1);
  };

  /** Counts the calls of an AWS client from now on, and gives it back. */
  watch<T extends Client>(client: T): T {
    client.middlewareStack.add(
      (next, { commandName = 'unknown' }) =>
        (args) => {
          this.count(commandName.replace(/Command$/, ''));
          return next(args);
        },
      // The last thing before sending, and so within the SDK's own repetition.
      { name: 'countCalls', step: 'finalizeRequest', priority: 'low' },
    );
    return client;
  }

  /** A copy of the counts so far. */
  snapshot(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }
}
