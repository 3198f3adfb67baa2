import { NotFoundError, OperationInProgressError, RetryableError, WaitError } from '../model/errors.ts';
import type { Clock, CloudMap, Dependencies, Operation } from '../ports/ports.ts';

/** Between looks at a running operation: short at first, since most take a fraction of a second. */
const pausesMs = [50, 100, 200, 400, 800, 1600];

/** Waits for an operation to succeed. A failed one is worth another attempt, later, with Cloud Map's own words. */
export async function awaitOperation(clock: Clock, cloudMap: CloudMap, operationId: string): Promise<void> {
  const { status, error } = await awaitEnd(clock, cloudMap, operationId);
  if (status === 'failed') throw operationFailed(operationId, error);
}

export function operationFailed(operationId: string, error: string | undefined): RetryableError {
  return new RetryableError(`Cloud Map operation ${operationId} failed: ${error ?? 'no reason given'}`, {
    retryAfterMs: 30_000,
  });
}

/** No operation of Cloud Map is known to run for longer. */
export const maxOperationMs = 60_000;

const maxAttempts = 4;

/** Cloud Map runs one operation an instance at a time: waits for the one in the way, then calls again. */
export async function inTurn<T>(deps: Dependencies, cloudMap: CloudMap, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof OperationInProgressError) || attempt === maxAttempts) throw error;
      await awaitTurn(deps.clock, cloudMap, error.operationId);
    }
  }
}

/** Until the operation that stands in the way has ended, however it did. */
export async function awaitTurn(
  clock: Clock,
  cloudMap: CloudMap,
  operationId: string | undefined,
): Promise<void> {
  if (operationId === undefined) return clock.sleep(500);
  try {
    await awaitEnd(clock, cloudMap, operationId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}

/**
 * Some three seconds at most, as long as operations of AWS usually take; a WaitError when it still runs then, so that the
 * message comes again later instead of keeping a function busy.
 */
export async function awaitEnd(clock: Clock, cloudMap: CloudMap, operationId: string): Promise<Operation> {
  for (const pauseMs of [...pausesMs, undefined]) {
    const operation = await cloudMap.operation(operationId);
    if (operation.status !== 'pending') return operation;
    if (pauseMs !== undefined) await clock.sleep(pauseMs);
  }
  throw new WaitError(`Cloud Map operation ${operationId} is still running`, { retryAfterMs: 5_000 });
}
