import { aroundAttempts, type SdkClient } from './around-attempts.ts';
import { isThrottling, throttled } from './errors.ts';

interface Pacer {
  /** Resolves once the call may be made, or throws a WaitError. */
  take(operation: string): Promise<void>;
  /** AWS throttled a call; returns when to retry, in milliseconds. */
  throttled(operation: string): Promise<number>;
}

/**
 * Paces every later attempt of every call of an AWS client, and returns the client. A throttled call becomes a
 * WaitError with the time to retry, which the SDK does not repeat on its own: backing off twice for one cause would be
 * slower than AWS asks for.
 */
export function paced<T extends SdkClient>(client: T, pacer: Pacer): T {
  return aroundAttempts(client, 'pace', async (operation, attempt) => {
    await pacer.take(operation);
    try {
      return await attempt();
    } catch (error) {
      if (!isThrottling(error)) throw error;
      const retryAfterMs = await pacer.throttled(operation);
      throw throttled(`${operation}: ${error.name}: ${error.message}`, {
        cause: error,
        retryAfterMs,
      });
    }
  });
}
