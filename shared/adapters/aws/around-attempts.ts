/** What an SDK client has for hooking in; the same in all of them. */
export interface SdkClient {
  readonly middlewareStack: {
    add(middleware: Middleware, options: { name: string; step: 'finalizeRequest'; priority: 'low' }): void;
  };
}
type Middleware = <In, Out>(
  next: (args: In) => Promise<Out>,
  context: { readonly commandName?: string },
) => (args: In) => Promise<Out>;

/**
 * Puts `act` around each attempt of each call of an AWS client from now on, and gives the client back. The operation is
 * named as in the service's model, such as `ListInstances`; of several that stand around one client, names differ.
 */
export function aroundAttempts<T extends SdkClient>(
  client: T,
  name: string,
  act: <Out>(operation: string, attempt: () => Promise<Out>) => Promise<Out>,
): T {
  client.middlewareStack.add(
    (next, { commandName = 'unknown' }) => {
      const operation = commandName.replace(/Command$/, '');
      return (args) => act(operation, () => next(args));
    },
    // The last thing before sending, and so within the SDK's own repetition.
    { name, step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}
