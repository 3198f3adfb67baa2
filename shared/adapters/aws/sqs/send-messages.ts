import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { PermanentError, RetryableError } from '../../../model/errors.ts';
import { callAws } from '../errors.ts';

export type Sqs = Pick<SQSClient, 'send'>;
export type Pause = (milliseconds: number) => Promise<unknown>;

/** Maximum messages in a request, by SQS's quotas. */
export const maxMessages = 10;

/** If SQS refuses single entries, the request is sent again with those entries, after these pauses. */
const pausesMs = [50, 200, 800];

/** The same message would be refused again. */
const permanentCodes: ReadonlySet<string> = new Set([
  'InvalidMessageContents',
  'InvalidParameterValue',
  'MissingParameter',
]);

/**
 * One SendMessageBatch of at most ten entries. Entries that SQS refuses individually are sent again; the deduplication
 * id prevents duplicates of those that it accepted without an answer. Throws if an entry is not accepted in the end.
 */
export async function sendMessages(
  client: Sqs,
  queueUrl: string,
  entries: readonly Omit<SendMessageBatchRequestEntry, 'Id'>[],
  pause: Pause = sleep,
): Promise<void> {
  let left = entries.map((entry, index) => ({ ...entry, Id: String(index) }));
  for (const pauseMs of [...pausesMs, undefined]) {
    const failed = await request(client, queueUrl, left);
    if (failed.length === 0) return;
    const isLasting = failed.some(({ Code = '' }) => permanentCodes.has(Code));
    if (isLasting || pauseMs === undefined) throw refused(queueUrl, left.length, failed, isLasting);
    const ids = new Set(failed.map(({ Id }) => Id));
    left = left.filter(({ Id }) => ids.has(Id));
    await pause(pauseMs);
  }
}

async function request(
  client: Sqs,
  queueUrl: string,
  entries: SendMessageBatchRequestEntry[],
): Promise<readonly BatchResultErrorEntry[]> {
  const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries });
  const { Failed = [] } = await callAws(`SendMessageBatch to ${nameOf(queueUrl)}`, () =>
    client.send(command),
  );
  return Failed;
}

function refused(
  queueUrl: string,
  count: number,
  failed: readonly BatchResultErrorEntry[],
  isLasting: boolean,
): Error {
  const [first] = failed;
  const message =
    `SendMessageBatch to ${nameOf(queueUrl)}: ${failed.length} of ${count} messages were refused, ` +
    `the first with ${first?.Code}: ${first?.Message}`;
  return isLasting ? new PermanentError(message) : new RetryableError(message);
}

function nameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}
