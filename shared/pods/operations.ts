import { NotFoundError, OperationInProgressError, RetryableError, WaitError } from '../model/errors.ts';
import type { Clock, CloudMap, Dependencies, Operation } from '../ports/ports.ts';

/** Between checks of a running operation: short at first, because most take a fraction of a second. */
const pausesMs = [50, 100, 200, 400, 800, 1600];

/** Waits for an operation to succeed. A failed one is retried later; the error has Cloud Map's own text. */
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

/** For how long Cloud Map may show an instance as it was before an operation that has succeeded. */
export const propagationMs = 30_000;

const maxAttempts = 4;

/** Cloud Map runs one operation per instance at a time: waits for the running one, then calls again. */
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

/** Waits until the operation in the way has ended, successfully or not. */
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
 * Waits at most some three seconds, the usual duration of AWS operations. Throws a WaitError if the operation still
 * runs then, so that the message is retried later instead of keeping a function busy.
 */
export async function awaitEnd(clock: Clock, cloudMap: CloudMap, operationId: string): Promise<Operation> {
  for (const pauseMs of [...pausesMs, undefined]) {
    const operation = await cloudMap.operation(operationId);
    if (operation.status !== 'pending') return operation;
    if (pauseMs !== undefined) await clock.sleep(pauseMs);
  }
  throw new WaitError(`Cloud Map operation ${operationId} is still running`, { retryAfterMs: 5_000 });
}
