import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type EmbeddedCloud, startCloud } from '../src/cloud.ts';
import { throttling } from '../src/faults.ts';
import type { Topology } from '../src/topology.ts';
import { eventBridgeClient } from './harness/clients.ts';
import { contractTopology } from './harness/topology.ts';

const topology = (visibilityTimeoutSeconds: number, maximumConcurrency: number): Topology => ({
  ...contractTopology,
  queues: contractTopology.queues.map((queue) => ({ ...queue, visibilityTimeoutSeconds })),
  functions: [
    {
      name: 'worker',
      timeoutSeconds: 5,
      memoryMegabytes: 128,
      maximumConcurrency: maximumConcurrency + 1,
    },
  ],
  mappings: ['work.fifo', 'events.fifo'].map((queue) => ({
    queue,
    function: 'worker',
    batchSize: 10,
    maximumConcurrency,
    reportBatchItemFailures: true,
  })),
});

const timeout = 30_000;

interface Entry {
  readonly event?: SQSEvent;
  readonly done?: readonly string[];
}

let cloud: EmbeddedCloud;
let journal: string;

beforeEach(() => start(5));
afterEach(() => cloud.close());

/** With environments that have their handler loaded: how long loading takes decides no case. */
async function start(
  visibilityTimeoutSeconds: number,
  schedules: Topology['schedules'] = [],
  maximumConcurrency = 2,
): Promise<void> {
  journal = join(mkdtempSync(join(tmpdir(), 'worker-')), 'journal');
  cloud = await startCloud({
    port: 0,
    topology: { ...topology(visibilityTimeoutSeconds, maximumConcurrency), schedules },
    handlers: { worker: new URL('./handlers/worker.ts', import.meta.url).href },
    variables: { JOURNAL: journal },
    log: () => {},
  });
  const nothing = JSON.stringify({ Records: [] });
  await Promise.all(
    Array.from({ length: maximumConcurrency }, () => cloud.functions.get('worker')?.invoke(nothing)),
  );
  writeFileSync(journal, '');
}

const entries = (): Entry[] =>
  readFileSync(journal, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
/** Over the bus, a message has its source beside it. */
const nameOf = ({ body }: SQSEvent['Records'][number]): string => {
  const message = JSON.parse(body);
  return (message.detail ?? message).name;
};
const done = () => entries().flatMap((entry) => entry.done ?? []);
const batches = () => entries().flatMap(({ event }) => (event === undefined ? [] : [event.Records]));
const send = (name: string, groupId: string, more: Record<string, unknown> = {}) =>
  cloud.queues.get('work.fifo').send({ body: JSON.stringify({ name, ...more }), groupId });
const empty = () => cloud.queues.get('work.fifo').counts;

it('a record has the shape of AWS, and the message is deleted when the handler succeeds', async () => {
  send('one', 'g');
  await expect.poll(done, { timeout }).toEqual(['one']);
  await expect.poll(empty, { timeout }).toEqual({ visible: 0, inFlight: 0 });
  expect(batches()[0]).toEqual([
    {
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      body: '{"name":"one"}',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SequenceNumber: expect.stringMatching(/^\d{20}$/),
        MessageGroupId: 'g',
        SenderId: expect.any(String),
        MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {},
      md5OfBody: createHash('md5').update('{"name":"one"}').digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-west-2:000000000000:work.fifo',
      awsRegion: 'us-west-2',
    },
  ]);
});

it('only the messages that a batch reports are retried, in the order of their group', async () => {
  send('a', 'g', { fail: 1 });
  send('b', 'h');
  await expect.poll(done, { timeout }).toEqual(['a', 'b', 'a']);
  const counts = batches()
    .flat()
    .map(({ attributes }) => attributes.ApproximateReceiveCount);
  expect(counts).toEqual(['1', '1', '2']);
  await expect.poll(empty, { timeout }).toEqual({ visible: 0, inFlight: 0 });
});

it.each([
  ['an exception', 'throw'],
  ['a list that is no list', { batchItemFailures: 'x' }],
  ['an unknown identifier', { batchItemFailures: [{ itemIdentifier: 'x' }] }],
])('%s fails the whole batch', async (_what, answer) => {
  send('a', 'g', { answer });
  send('b', 'h');
  const names = () => batches().flat().map(nameOf).sort();
  await expect.poll(names, { timeout }).toEqual(['a', 'a', 'b', 'b']);
  await expect.poll(empty, { timeout }).toEqual({ visible: 0, inFlight: 0 });
});

it('a group has one batch at a time; batches of other groups run beside it', async () => {
  await cloud.close();
  await start(30);
  send('slow', 'g', { sleepMs: 500 });
  await expect.poll(() => batches().length, { timeout }).toBe(1);
  send('after', 'g');
  send('beside', 'h');
  await expect.poll(() => done().length, { timeout }).toBe(3);
  const names = entries().map((entry) => entry.done?.join() ?? entry.event?.Records.map(nameOf).join());
  expect(names.indexOf('beside')).toBeLessThan(names.lastIndexOf('slow'));
  expect(names.indexOf('after')).toBeGreaterThan(names.lastIndexOf('slow'));
});

it('five batches run at first, one more every fifth of a second while messages wait, and five again after a pause', async () => {
  await cloud.close();
  await start(30, [], 7);
  const startsAtMs: number[] = [];
  const worker = cloud.functions.get('worker');
  if (worker === undefined) throw new Error('no worker');
  const invoke = worker.invoke.bind(worker);
  worker.invoke = (event) => {
    startsAtMs.push(performance.now());
    return invoke(event);
  };
  const batches = 8;
  for (const time of [1, 2]) {
    for (let index = 0; index < batches * 10; index++)
      send(`${time}-${index}`, `${time}-${index}`, index % 10 === 0 ? { sleepMs: 1_500 } : {});
    await expect.poll(() => done().length, { timeout }).toBe(batches * 10 * time);
    await expect.poll(empty, { timeout }).toEqual({ visible: 0, inFlight: 0 });
  }
  expect(startsAtMs).toHaveLength(2 * batches);
  for (const [first = 0, ...others] of [startsAtMs.slice(0, batches), startsAtMs.slice(batches)]) {
    const [sixth = 0, seventh = 0, eighth = 0] = others.slice(4).map((atMs) => atMs - first);
    expect(sixth).toBeGreaterThan(195);
    expect(seventh - sixth).toBeGreaterThan(195);
    expect(eighth).toBeGreaterThan(1_495);
  }
});

it('a message that fails maxReceiveCount times ends in the dead-letter queue', async () => {
  send('poison', 'g', { fail: 99 });
  const deadLetters = cloud.queues.get('dead-letters.fifo');
  await expect.poll(() => deadLetters.counts.visible, { timeout }).toBe(1);
  const [message] = deadLetters.receive({ maximum: 1 });
  expect(message).toMatchObject({
    body: JSON.stringify({ name: 'poison', fail: 99 }),
    groupId: 'g',
    deadLetterSource: 'arn:aws:sqs:us-west-2:000000000000:work.fifo',
  });
  expect(batches().length).toBe(2);
});

it('a crash of the environment brings the batch again', async () => {
  cloud.faults.add({ service: 'function', operation: 'worker', loseResponse: true });
  send('one', 'g');
  await expect.poll(done, { timeout }).toEqual(['one', 'one']);
  await expect.poll(empty, { timeout }).toEqual({ visible: 0, inFlight: 0 });
});

it('an event goes the whole way from the bus to the function', async () => {
  await put('whole', 'g');
  await expect.poll(done, { timeout }).toEqual(['whole']);
  expect(batches()[0]?.[0]?.attributes.MessageGroupId).toBe('g');
});

it('delivery can be lost, doubled and reordered', async () => {
  const delays: Record<string, number[]> = { lost: [], late: [300], doubled: [0, 50] };
  cloud.bus.deliveryPlan = ({ detail }) => delays[String(detail.name)] ?? [0];
  for (const name of ['lost', 'late', 'doubled', 'usual']) await put(name, name);
  await expect.poll(() => done().sort(), { timeout }).toEqual(['doubled', 'late', 'usual']);
  const sent = new Map(
    batches()
      .flat()
      .map((record) => [nameOf(record), Number(record.attributes.SentTimestamp)]),
  );
  expect((sent.get('late') ?? 0) - (sent.get('usual') ?? 0)).toBeGreaterThan(200);
});

it('a target that throttles gets the event later', async () => {
  cloud.faults.add({ service: 'events', operation: 'Deliver', times: 2, error: throttling });
  await put('patient', 'g');
  await expect.poll(done, { timeout }).toEqual(['patient']);
});

it('a schedule invokes its function with its input, again and again until the end', async () => {
  await cloud.close();
  await start(5, [{ name: 'often', everyMinutes: 0.002, function: 'worker', input: { Records: [] } }]);
  await expect.poll(() => batches().length, { timeout }).toBeGreaterThan(1);
  expect(batches()[0]).toEqual([]);
});

async function put(name: string, group: string): Promise<void> {
  await eventBridgeClient(cloud.url).send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: 'contract',
          Source: 'contract',
          DetailType: 'Pod Changed',
          Detail: JSON.stringify({ name, group }),
        },
      ],
    }),
  );
}

it('a queue whose messages would come back while the function runs is refused, as AWS does', async () => {
  const options = { port: 0, handlers: { worker: import.meta.url }, log: () => {} };
  await expect(startCloud({ ...options, topology: topology(4, 2) })).rejects.toThrow(
    'Queue visibility timeout: 4 seconds is less than Function timeout: 5 seconds',
  );
});
