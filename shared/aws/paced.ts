import { RetryableError } from '../model/errors.ts';
import { isThrottling } from './errors.ts';

interface Pacer {
  /** Resolves when the call may be made, or throws a RetryableError. */
  take(operation: string): Promise<void>;
  /** AWS throttled a call; answers when to come again, in milliseconds. */
  throttled(operation: string): Promise<number>;
}

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

/**
 * Paces every attempt of every call of an AWS client from now on, and gives the client back. A throttled call becomes a
 * RetryableError with the time to come again, which the SDK does not repeat on its own: backing off twice for one cause
 * would be slower than AWS asks for.
 */
export function paced<T extends Client>(client: T, pacer: Pacer): T {
  client.middlewareStack.add(
    (next, { commandName = 'unknown' }) => {
      const operation = commandName.replace(/Command$/, '');
      return async (args) => {
        await pacer.take(operation);
        try {
          return await next(args);
        } catch (error) {
          if (!isThrottling(error)) throw error;
          const retryAfterMs = await pacer.throttled(operation);
          throw new RetryableError(`${operation}: ${error.name}: ${error.message}`, {
            cause: error,
            retryAfterMs,
          });
        }
      };
    },
    // The last thing before sending, and so within the SDK's own repetition.
    { name: 'pace', step: 'finalizeRequest', priority: 'low' },
  );
  return client;
}
