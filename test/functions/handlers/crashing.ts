import { appendFileSync } from 'node:fs';
import { SQSClient } from '@aws-sdk/client-sqs';
import { QueueAdapter } from '../../../shared/adapters/aws/sqs/queue.ts';
import type { DeadLetters } from '../../../shared/adapters/dynamodb/dead-letters.ts';
import type { Handling } from '../../../shared/lambda/batch-handling.ts';
import { queueFunction } from '../../../shared/lambda/middleware.ts';

/** What a message asks for, at its first receipt; at the next one nothing happens. */
export type Crash = 'exit' | 'hang' | 'exhaust memory' | 'throw in the handler' | 'unhandled rejection';

const crashes: Readonly<Record<Crash, () => unknown>> = {
  exit: () => process.exit(1),
  hang: () => new Promise(() => setInterval(() => {}, 1000)),
  'exhaust memory': () => {
    const full: unknown[] = [];
    for (;;) full.push(new Array(1_000_000).fill(full.length));
  },
  'throw in the handler': () => undefined,
  'unhandled rejection': async () => {
    void Promise.reject(new Error('as asked'));
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
};

interface Task {
  readonly crash: Crash;
}

const done = (entry: object) =>
  appendFileSync(process.env.JOURNAL ?? '', `${JSON.stringify({ ...entry, atMs: Date.now() })}\n`);

const handling: Handling<Task> = {
  parse: (body) => JSON.parse(body) as Task,
  groupOf: () => 'g',
  isJoint: () => false,
  record: async () => {},
  followUp: ([task]) => task as Task,
  apply: async ([task]) => {
    const first = !journal().includes('"begun"');
    done({ begun: task?.crash });
    if (!first) return done({ done: task?.crash });
    await new Promise((resolve) => setTimeout(resolve, 300)); // it has come to work by then
    await crashes[task?.crash ?? 'exit']();
  },
};

function journal(): string {
  return process.getBuiltinModule('node:fs').readFileSync(process.env.JOURNAL ?? '', 'utf8');
}

const inner = queueFunction({
  handling: () => handling,
  compose: (env) => ({
    deps: undefined,
    queue: new QueueAdapter(new SQSClient({}), env.QUEUE_URL ?? '', env.DEAD_LETTER_QUEUE_URL ?? ''),
    deadLetters: { note: async () => {} } as unknown as DeadLetters,
  }),
});

/** The functions' own middleware, around what crashes. A context without its clock makes it fail itself, once. */
export const handler: typeof inner = (event, context) => {
  const isFaulty = event.Records[0]?.body.includes('throw in the handler') && !journal().includes('"begun"');
  if (!isFaulty) return inner(event, context);
  done({ begun: 'throw in the handler' });
  return inner(event, { ...context, getRemainingTimeInMillis: undefined as never });
};
