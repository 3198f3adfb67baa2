import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedCloud, startCloud } from '../src/cloud.ts';
import type { Topology } from '../src/topology.ts';
import { contractTopology } from './harness/topology.ts';

const missing = spawnSync('aws', ['--version']).error !== undefined;
const run = promisify(execFile);

const topology: Topology = {
  ...contractTopology,
  functions: [{ name: 'probe', timeoutSeconds: 5, memoryMegabytes: 128, maximumConcurrency: 1 }],
};

describe.skipIf(missing)(`the aws command${missing ? ' (skipped: it is not installed)' : ''}`, () => {
  let cloud: EmbeddedCloud;
  beforeAll(async () => {
    const handlers = { probe: new URL('./handlers/probe.ts', import.meta.url).href };
    const cluster = { name: 'local', endpoint: 'http://127.0.0.1:8001' };
    cloud = await startCloud({ port: 0, topology, handlers, cluster, log: () => {} });
  });
  afterAll(() => cloud.close());

  const aws = async (...args: string[]): Promise<string> => {
    const env = {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_DEFAULT_REGION: 'us-west-2',
      AWS_MAX_ATTEMPTS: '1',
    };
    const { stdout } = await run('aws', ['--endpoint-url', cloud.url, '--output', 'json', ...args], { env });
    return stdout;
  };

  it('aws sqs sends and receives messages', async () => {
    const { QueueUrl } = JSON.parse(await aws('sqs', 'get-queue-url', '--queue-name', 'work.fifo'));
    const queue = ['--queue-url', QueueUrl];
    await aws('sqs', 'send-message', ...queue, '--message-body', 'hello', '--message-group-id', 'g');
    const { Messages } = JSON.parse(
      await aws('sqs', 'receive-message', ...queue, '--attribute-names', 'All'),
    );
    expect(Messages).toMatchObject([{ Body: 'hello', Attributes: { MessageGroupId: 'g' } }]);
    await aws('sqs', 'delete-message', ...queue, '--receipt-handle', Messages[0].ReceiptHandle);
  });

  it('aws events puts events and describes the event bus', async () => {
    const entry = { EventBusName: 'contract', Source: 'x', DetailType: 'y', Detail: '{}' };
    const put = JSON.parse(await aws('events', 'put-events', '--entries', JSON.stringify([entry])));
    expect(put.FailedEntryCount).toBe(0);
    expect(JSON.parse(await aws('events', 'describe-event-bus', '--name', 'contract')).Name).toBe('contract');
  });

  it('aws dynamodb scans a table, signed or not', async () => {
    const scan = ['dynamodb', 'scan', '--table-name', 'contract'];
    expect(JSON.parse(await aws(...scan)).Count).toBe(0);
    expect(JSON.parse(await aws('--no-sign-request', ...scan)).Count).toBe(0);
  });

  it('aws lambda invokes, lists and describes functions', async () => {
    const payload = JSON.stringify({ command: 'log', text: 'from the command' });
    const invoke = [
      'lambda',
      'invoke',
      '--function-name',
      'probe',
      '--log-type',
      'Tail',
      '--payload',
      payload,
    ];
    const { LogResult, StatusCode } = JSON.parse(await aws(...invoke, '/dev/null'));
    expect(StatusCode).toBe(200);
    expect(Buffer.from(LogResult, 'base64').toString()).toContain('from the command');
    const { Functions } = JSON.parse(await aws('lambda', 'list-functions'));
    expect(Functions).toMatchObject([{ FunctionName: 'probe', Runtime: 'nodejs24.x' }]);
    const { Configuration } = JSON.parse(await aws('lambda', 'get-function', '--function-name', 'probe'));
    expect(Configuration.MemorySize).toBe(128);
  });

  it('aws sts and aws eks name the account and the cluster', async () => {
    expect(JSON.parse(await aws('sts', 'get-caller-identity')).Account).toBe('000000000000');
    const { cluster } = JSON.parse(await aws('eks', 'describe-cluster', '--name', 'local'));
    expect(cluster.endpoint).toBe('http://127.0.0.1:8001');
    await expect(aws('eks', 'describe-cluster', '--name', 'x')).rejects.toThrow(/ResourceNotFoundException/);
  });
});
