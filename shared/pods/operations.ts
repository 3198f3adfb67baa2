import { NotFoundError, OperationInProgressError, RetryableError, WaitError } from '../model/errors.ts';
import type { Claim } from '../model/records/registration.ts';
import type { Clock, CloudMap, Dependencies, Operation } from '../ports/ports.ts';
import type { LogFields } from '../ports/telemetry.ts';
import { type AwaitedOperation, watchOf } from './operation-watch.ts';

/** A function waits no longer: the usual duration of AWS operations. */
const maxWaitMs = 3_150;

/** Between checks of an operation that belongs to no service: short at first, because most take a fraction of a second. */
const pausesMs = [50, 100, 200, 400, 800, 1600];

/** Waits for an operation to succeed. A failed one is retried later; the error has Cloud Map's own text. */
export async function awaitOperation(
  clock: Clock,
  cloudMap: CloudMap,
  operation: AwaitedOperation,
): Promise<void> {
  const end = await endOf(clock, cloudMap, operation);
  if (end === undefined)
    throw new NotFoundError('operation', `Cloud Map operation ${operation.id} not found`);
  if (end.status === 'failed') throw operationFailed(operation.id, end.error);
}

export function operationFailed(operationId: string, error: string | undefined): RetryableError {
  return new RetryableError(`Cloud Map operation ${operationId} failed: ${error ?? noReason}`, {
    retryAfterMs: 30_000,
  });
}

/** For how long Cloud Map may show an instance as it was before an operation that has succeeded. */
export const propagationMs = 30_000;

const maxAttempts = 4;

/** Cloud Map runs one operation per instance at a time: waits for the running one, then calls again. */
export async function inTurn<T>(
  deps: Dependencies,
  cloudMap: CloudMap,
  serviceId: string,
  call: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof OperationInProgressError) || attempt === maxAttempts) throw error;
      const { operationId: id } = error;
      if (id === undefined) await deps.clock.sleep(500);
      else await awaitTurn(deps.clock, cloudMap, { id, serviceId });
    }
  }
}

/** Waits until the operation in the way has ended, successfully or not, or is forgotten. */
export async function awaitTurn(
  clock: Clock,
  cloudMap: CloudMap,
  operation: AwaitedOperation,
): Promise<void> {
  await endOf(clock, cloudMap, operation);
}

/** As `awaitEnd`; all who wait for operations of one service share the reads. Undefined if Cloud Map has forgotten it. */
async function endOf(
  clock: Clock,
  cloudMap: CloudMap,
  operation: AwaitedOperation,
): Promise<Operation | undefined> {
  const end = await watchOf(cloudMap, clock).waitPatiently(operation, clock.now() + maxWaitMs);
  if (end?.status === 'pending') throw stillRunning(operation.id);
  return end;
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
  throw stillRunning(operationId);
}

function stillRunning(operationId: string): WaitError {
  return new WaitError(`Cloud Map operation ${operationId} is still running`, { retryAfterMs: 5_000 });
}

/** How an operation that Cloud Map had accepted ended. */
export interface End {
  readonly call: 'RegisterInstance' | 'DeregisterInstance';
  readonly operationId: string;
  /** Cloud Map's own text, if it failed. */
  readonly error?: string | undefined;
  /** The change that caused the call; absent in claims of earlier versions. */
  readonly cause?: Claim['releaseCause'];
}

export const noReason = 'no reason given';

/** The operation that a claim names has failed, and of which call it is. */
export function failureOf(claim: Claim, operationId: string, error: string): End {
  const { phase, journey, releaseCause } = claim;
  return phase === 'releasing'
    ? { call: 'DeregisterInstance', operationId, error, cause: releaseCause }
    : { call: 'RegisterInstance', operationId, error, cause: journey };
}

/**
 * Logs the end of an operation with the ids of the change that caused it, which may be another one than the change that
 * is handled. Call it after the write that records the end, so that a retried message does not log it again.
 */
export function logEnd(
  { telemetry, clock }: Dependencies,
  { serviceId, instanceId }: Pick<Claim, 'serviceId' | 'instanceId'>,
  { call, operationId, error, cause }: End,
): void {
  telemetry?.log(`Cloud Map operation ${error === undefined ? 'succeeded' : 'failed'}`, {
    ...{ call, serviceId, instanceId, operationId },
    result: error === undefined ? 'succeeded' : 'failed',
    ...(error !== undefined && { error }),
    ...(cause && idsAndTime(cause, clock.now())),
  });
}

function idsAndTime({ correlationId, observedAtMs }: NonNullable<End['cause']>, nowMs: number): LogFields {
  return { correlationId, sinceObservedMs: Math.max(0, nowMs - observedAtMs) };
}

/** The operation that a released claim names has succeeded. */
export function logDeregistered(deps: Dependencies, claim: Claim): void {
  const { operationId, releaseCause: cause } = claim;
  if (operationId !== undefined) logEnd(deps, claim, { call: 'DeregisterInstance', operationId, cause });
}
