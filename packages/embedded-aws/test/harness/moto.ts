import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateEventBusCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { arn } from '../../src/account.ts';
import type { QueueDescription, RuleDescription, Topology } from '../../src/topology.ts';
import { eventBridgeClient, sqsClient } from './clients.ts';

const motoAccount = '123456789012';

/** `moto_server`, an independent fake of AWS in Python; runs without it skip, with this as the reason. */
export const motoIsMissing = spawnSync('moto_server', ['--help']).error !== undefined;

export interface Moto {
  readonly endpoint: string;
  stop(): void;
}

/** Starts moto on a free port and creates in it what the topology says. */
export async function startMoto(topology: Topology): Promise<Moto> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_ACCOUNT_ID: motoAccount },
  });
  await answering(endpoint);
  for (const queue of topology.queues) await createQueue(endpoint, queue);
  await eventBridgeClient(endpoint).send(new CreateEventBusCommand({ Name: topology.eventBus }));
  for (const rule of topology.rules) await createRule(endpoint, topology.eventBus, rule);
  return { endpoint, stop: () => void child.kill() };
}

async function createQueue(endpoint: string, queue: QueueDescription): Promise<void> {
  const { redrive } = queue;
  const Attributes = {
    FifoQueue: 'true',
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    ContentBasedDeduplication: String(queue.contentBasedDeduplication),
    DeduplicationScope: queue.deduplicationScope,
    FifoThroughputLimit: queue.fifoThroughputLimit,
    ...(redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: ofMoto(arn('sqs', redrive.deadLetterQueue)),
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
  await sqsClient(endpoint).send(new CreateQueueCommand({ QueueName: queue.name, Attributes }));
}

async function createRule(endpoint: string, EventBusName: string, rule: RuleDescription): Promise<void> {
  const client = eventBridgeClient(endpoint);
  const EventPattern = JSON.stringify(rule.eventPattern);
  await client.send(new PutRuleCommand({ Name: rule.name, EventBusName, EventPattern }));
  const { queue, inputTransformer, messageGroupId } = rule.target;
  const target = {
    Id: rule.name,
    Arn: ofMoto(arn('sqs', queue)),
    InputTransformer: inputTransformer && {
      InputPathsMap: inputTransformer.inputPathsMap,
      InputTemplate: inputTransformer.inputTemplate,
    },
    SqsParameters: { MessageGroupId: messageGroupId },
  };
  await client.send(new PutTargetsCommand({ Rule: rule.name, EventBusName, Targets: [target] }));
}

function ofMoto(name: string): string {
  return name.replace('000000000000', motoAccount);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port was given'));
      server.close(() => resolve(address.port));
    });
  });
}

async function answering(endpoint: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await fetch(endpoint).catch(() => undefined);
    if (answer !== undefined) return;
    await sleep(200);
  }
  throw new Error(`moto_server did not answer at ${endpoint} within 20 s`);
}
