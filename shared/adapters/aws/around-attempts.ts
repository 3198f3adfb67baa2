/** The middleware hooks of an SDK client, the same in all clients. */
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
 * Runs `act` around each later attempt of each call of an AWS client, and returns the client. The operation is named as
 * in the service's model, such as `ListInstances`. Several wrappers of one client need different names.
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
    // The last step before sending, and so within the SDK's own retries.
    { name, step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}
