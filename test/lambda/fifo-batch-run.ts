import type { SQSRecord } from 'aws-lambda';
import type { OutgoingMessage } from '../../shared/adapters/aws/sqs/queue.ts';
import { handleFifoBatch } from '../../shared/lambda/fifo-batch.ts';
import { RetryableError } from '../../shared/model/errors.ts';

export const nowMs = Date.UTC(2026, 10, 27, 10);

export const hourMs = 3_600_000;

/** `group/name` is a message, in that group; `group/name in other` is one in another. What handling it throws, if anything. */
export interface Run {
  readonly messages: readonly string[];
  readonly throws?: Readonly<Record<string, unknown>>;
  readonly receipts?: Readonly<Record<string, number>>;
  readonly attributes?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Left before each step in turn; plenty after the last one given. */
  readonly remainingMs?: readonly number[];
  readonly broken?: 'deadLetters' | 'hide' | 'note' | 'send';
  /** Groups whose messages are applied as one; `record name` and `apply group` may throw. */
  readonly joint?: readonly string[];
  /** Messages that are another receiver's by now. */
  readonly lost?: readonly string[];
  /** Messages need not be handled on time. */
  readonly isUnpunctual?: boolean;
}

/** What became of it: everything in the order in which it happened. */
export async function run(options: Run) {
  const { messages, throws = {}, receipts = {}, attributes = {}, broken, joint = [], lost = [] } = options;
  const log: string[] = [];
  const failures: string[] = [];
  const sent: OutgoingMessage[] = [];
  const repeated: string[] = [];
  const times = [...(options.remainingMs ?? [])];
  let misrouted = 0;
  const refuse = (call: string) => {
    if (broken === call) throw new Error(`${call} is not to be had`);
  };
  const act = async (what: string) => {
    log.push(what);
    await Promise.resolve(); // the first renewal is answered by then
    if (Object.hasOwn(throws, what)) throw throws[what];
  };
  const { batchItemFailures } = await handleFifoBatch(
    messages.map((text) => {
      const [message = '', group] = text.split(' in ');
      return recordOf(message, group, receipts[message] ?? 1, attributes[message] ?? {});
    }),
    {
      clock: {
        now: () => nowMs,
        sleep: async (ms) => {
          await new Promise((resolve) => setImmediate(resolve)); // what else can be done is done by then
          await act(`wait ${ms}`);
        },
      },
      remainingTimeMs: () => times.shift() ?? 60_000,
      handling: {
        parse: (body) => {
          if (Object.hasOwn(throws, `parse ${body}`)) throw throws[`parse ${body}`];
          return body;
        },
        groupOf: (event) => event.split('/')[0] ?? '',
        isJoint: (group) => joint.includes(group),
        isPunctual: !options.isUnpunctual,
        record: (event, { isRepeated }) => {
          if (isRepeated) repeated.push(event);
          return act(`record ${event}`);
        },
        apply: (events) => act(events.map((event) => `apply ${event}`).join(' and ')),
        followUp: ([event = ''], run) => `${event.split('/')[0]}/again, ${run}`,
      },
      queue: {
        deadLetter: async ({ id, group, body }, reason) => {
          refuse('deadLetters');
          log.push(`dead-lettered ${id} of ${group} (${body}): ${reason}`);
        },
        hide: async (those, seconds) => {
          if (seconds !== 8) log.push(`hide ${those.map(({ id }) => id).join()} for ${seconds} s`);
          refuse('hide');
          return new Set(lost);
        },
        delete: async (those) => void log.push(`delete ${those.map(({ id }) => id).join()}`),
        send: async (those) => {
          refuse('send');
          log.push(`send ${those.map(({ body }) => body).join()}`);
          sent.push(...those);
        },
      },
      notes: {
        note: async ({ id }, reason) => {
          refuse('note');
          log.push(`note ${id}: ${reason}`);
        },
      },
      onFailure: ({ record, error, deadLetters }) =>
        failures.push(
          `${record.messageId}: ${(error as Error).message}${deadLetters ? ', dead-lettered' : ''}`,
        ),
      onMisrouted: (count) => {
        misrouted += count;
      },
    },
  );
  const again = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { log, failures, sent, repeated, misrouted, again };
}

function recordOf(
  message: string,
  group: string | undefined,
  receipts: number,
  attributes: Readonly<Record<string, number>>,
): SQSRecord {
  const numbers = Object.entries(attributes).map(([name, value]) => [
    name,
    { dataType: 'Number', stringValue: String(value) },
  ]);
  return {
    messageId: message,
    receiptHandle: `handle-${message}`,
    body: message,
    attributes: {
      ApproximateReceiveCount: String(receipts),
      SentTimestamp: '1',
      SenderId: 'x',
      ApproximateFirstReceiveTimestamp: '1',
      MessageGroupId: group ?? message.split('/')[0] ?? '',
    },
    messageAttributes: Object.fromEntries(numbers),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-2:000000000000:pods.fifo',
    awsRegion: 'us-west-2',
  };
}

export const throttled = new RetryableError('throttled');

export const failing = { count: 9, sinceMs: nowMs - hourMs };
