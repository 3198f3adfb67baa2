import { account } from '../account.ts';
import { type JsonInput, jsonService } from '../json-service.ts';
import type { AwsService } from '../protocol.ts';
import { checkTotalSize, forEachEntry } from './batch.ts';
import { missingParameter } from './errors.ts';
import type { FifoQueue } from './fifo-queue.ts';
import { queueAttributes } from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { numberOf, receive } from './receive.ts';
import { maximumBytes, send } from './send.ts';

/** SQS in its JSON 1.0 protocol, which SDKs and the CLI use since November 2023. */
export function sqsService(queues: Queues, endpoint: () => string): AwsService {
  const queueOf = (input: JsonInput): FifoQueue => queues.get(nameIn(text(input, 'QueueUrl')));
  const urlOf = (name: string): string => queueUrl(endpoint(), name);
  return jsonService({
    name: 'sqs',
    targetPrefix: 'AmazonSQS',
    jsonVersion: '1.0',
    errorNamespace: 'com.amazonaws.sqs#',
    operations: {
      SendMessage: (input) => send(queueOf(input), input),
      SendMessageBatch(input) {
        const queue = queueOf(input);
        checkTotalSize(input, maximumBytes);
        return forEachEntry(input, (entry) => send(queue, entry));
      },
      ReceiveMessage: (input) => receive(queueOf(input), input),
      DeleteMessage: (input) => deleteMessage(queueOf(input), input),
      DeleteMessageBatch(input) {
        const queue = queueOf(input);
        return forEachEntry(input, (entry) => deleteMessage(queue, entry));
      },
      ChangeMessageVisibility: (input) => changeVisibility(queueOf(input), input),
      ChangeMessageVisibilityBatch(input) {
        const queue = queueOf(input);
        return forEachEntry(input, (entry) => changeVisibility(queue, entry));
      },
      GetQueueUrl: (input) => ({ QueueUrl: urlOf(queues.get(text(input, 'QueueName')).settings.name) }),
      GetQueueAttributes: (input) => ({
        Attributes: queueAttributes(queueOf(input), list(input.AttributeNames)),
      }),
      ListQueues: (input) => ({ QueueUrls: namesWithPrefix(queues, input.QueueNamePrefix).map(urlOf) }),
      PurgeQueue: (input) => queueOf(input).purge(),
    },
  });
}

export function queueUrl(endpoint: string, name: string): string {
  return `${endpoint}/${account}/${name}`;
}

function deleteMessage(queue: FifoQueue, input: JsonInput): undefined {
  queue.delete(text(input, 'ReceiptHandle'));
}

function changeVisibility(queue: FifoQueue, input: JsonInput): undefined {
  const seconds = numberOf(input, 'VisibilityTimeout', 0, 43_200);
  if (seconds === undefined) throw missingParameter('VisibilityTimeout');
  queue.changeVisibility(text(input, 'ReceiptHandle'), seconds * 1000);
}

function namesWithPrefix(queues: Queues, prefix: unknown): readonly string[] {
  const names = queues.all().map(({ settings }) => settings.name);
  return typeof prefix === 'string' ? names.filter((name) => name.startsWith(prefix)) : names;
}

/** The last segment of a queue URL; the host name is ignored. */
function nameIn(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

function text(input: JsonInput, parameter: string): string {
  const value = input[parameter];
  if (typeof value !== 'string' || value === '') throw missingParameter(parameter);
  return value;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
