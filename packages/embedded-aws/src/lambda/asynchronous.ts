import { setTimeout as sleep } from 'node:timers/promises';
import type { LambdaFunction } from './lambda-function.ts';

/** Delays before the two retries of an asynchronous invocation. */
const retryDelaysMs = [60_000, 120_000];

/** The caller does not wait for the outcome: failures are retried, and appear in the function's log. */
export async function invokeAsynchronously(lambda: LambdaFunction, event: string): Promise<void> {
  for (const delayMs of [...retryDelaysMs, undefined]) {
    const failed = await lambda.invoke(event).then(
      ({ error }) => error !== undefined,
      () => true,
    );
    if (!failed || delayMs === undefined) return;
    await sleep(delayMs, undefined, { ref: false });
  }
}
