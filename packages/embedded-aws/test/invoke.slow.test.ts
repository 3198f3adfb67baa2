import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedCloud, startCloud } from '../src/cloud.ts';
import type { Topology } from '../src/topology.ts';
import { contractTopology } from './harness/topology.ts';

const topology: Topology = {
  ...contractTopology,
  functions: [{ name: 'probe', timeoutSeconds: 2, memoryMegabytes: 128, maximumConcurrency: 2 }],
};

let cloud: EmbeddedCloud;
const lines: string[] = [];

beforeAll(async () => {
  process.env.NOT_FOR_FUNCTIONS = 'x';
  const handlers = { probe: new URL('./handlers/probe.ts', import.meta.url).href };
  cloud = await startCloud({ port: 0, topology, handlers, log: ({ text }) => lines.push(text) });
});
afterAll(() => cloud.close());

async function invoke(event: unknown, headers: Record<string, string> = {}, name = 'probe') {
  const response = await fetch(`${cloud.url}/2015-03-31/functions/${name}/invocations`, {
    method: 'POST',
    body: typeof event === 'string' ? event : JSON.stringify(event),
    headers,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    payload: text === '' ? undefined : JSON.parse(text),
  };
}

it('an event goes in and the response comes out as JSON', async () => {
  const event = { command: 'echo', list: [1, null, 'ü'] };
  const { status, headers, payload } = await invoke(event);
  expect(status).toBe(200);
  expect(headers.get('x-amz-executed-version')).toBe('$LATEST');
  expect(payload).toEqual(event);
  expect((await invoke({ command: 'nothing' })).payload).toBeNull();
});

it('a function is found by name, ARN and partial ARN', async () => {
  const arn = 'arn:aws:lambda:us-west-2:000000000000:function:probe';
  for (const name of [encodeURIComponent(arn), '000000000000:function:probe', 'probe:$LATEST'])
    expect((await invoke({ command: 'nothing' }, {}, name)).status).toBe(200);
  const unknown = await invoke({}, {}, 'prob');
  expect(unknown.status).toBe(404);
  expect(unknown.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
  expect(unknown.payload.Message).toContain('function:prob');
});

it('the environment has its own variables and none of this process', async () => {
  const { payload } = await invoke({ command: 'environment' });
  expect(payload).toMatchObject({
    AWS_LAMBDA_FUNCTION_NAME: 'probe',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_REGION: 'us-west-2',
    AWS_ENDPOINT_URL: cloud.url,
    TABLE_NAME: 'contract',
    LAMBDA_TASK_ROOT: expect.stringMatching(/handlers\/$/),
    _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-/),
  });
  expect(payload.NOT_FOR_FUNCTIONS).toBeUndefined();
});

it('the context names the invocation and counts its time down', async () => {
  const { payload } = await invoke({ command: 'context' });
  expect(payload).toMatchObject({
    functionName: 'probe',
    functionVersion: '$LATEST',
    memoryLimitInMB: '128',
    invokedFunctionArn: 'arn:aws:lambda:us-west-2:000000000000:function:probe',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(payload.remainingMs).toBeGreaterThan(0);
  expect(payload.remainingMs).toBeLessThanOrEqual(2000);
});

it('what a handler throws is the payload, marked as a function error', async () => {
  const { status, headers, payload } = await invoke({ command: 'fail', text: 'no such luck' });
  expect(status).toBe(200);
  expect(headers.get('x-amz-function-error')).toBe('Unhandled');
  expect(payload).toMatchObject({ errorType: 'TypeError', errorMessage: 'no such luck' });
  expect(payload.trace[0]).toBe('TypeError: no such luck');
});

it('an environment that exits is a failed invocation, and the next gets a new one', async () => {
  const { payload } = await invoke({ command: 'exit' });
  expect(payload.errorType).toBe('Runtime.ExitError');
  expect(payload.errorMessage).toContain('exit status 3');
  expect((await invoke({ command: 'count' })).payload).toEqual({ invocations: 1 });
});

it('an invocation over its timeout is ended and its environment killed', async () => {
  const { payload } = await invoke({ command: 'hang' });
  expect(payload.errorType).toBe('Sandbox.Timedout');
  expect(payload.errorMessage).toMatch(/Task timed out after 2\.00 seconds$/);
  expect((await invoke({ command: 'count' })).payload).toEqual({ invocations: 1 });
});

it('an environment does one invocation at a time; above the maximum concurrency invocations are throttled', async () => {
  const answers = await Promise.all(Array.from({ length: 4 }, () => invoke({ command: 'overlap' })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429]);
  const served = answers.filter(({ status }) => status === 200);
  expect(served.map(({ payload }) => payload)).toEqual([{ alone: true }, { alone: true }]);
  const throttled = answers.find(({ status }) => status === 429);
  expect(throttled?.headers.get('x-amzn-errortype')).toBe('TooManyRequestsException');
});

it('LogType Tail returns the log of this invocation, and the sink has it too', async () => {
  const { headers } = await invoke({ command: 'log', text: 'hello sink' }, { 'x-amz-log-type': 'Tail' });
  const tail = Buffer.from(headers.get('x-amz-log-result') ?? '', 'base64').toString();
  expect(tail).toMatch(/^START RequestId: .*\nhello sink\nEND RequestId: .*\nREPORT RequestId: /);
  expect(lines).toContain('hello sink');
});

it('Event answers before the function ran, DryRun does not run it', async () => {
  const event = await invoke({ command: 'log', text: 'later' }, { 'x-amz-invocation-type': 'Event' });
  expect(event.status).toBe(202);
  await expect.poll(() => lines).toContain('later');
  const dry = await invoke({ command: 'log', text: 'never' }, { 'x-amz-invocation-type': 'DryRun' });
  expect(dry.status).toBe(204);
  await invoke({ command: 'nothing' });
  expect(lines).not.toContain('never');
});

it('a payload that is not JSON, or too large, is refused', async () => {
  const bad = await invoke('{"command":');
  expect([bad.status, bad.headers.get('x-amzn-errortype')]).toEqual([400, 'InvalidRequestContentException']);
  const large = await invoke({ text: 'x'.repeat(1_048_576) }, { 'x-amz-invocation-type': 'Event' });
  expect([large.status, large.headers.get('x-amzn-errortype')]).toEqual([413, 'RequestTooLargeException']);
});

it('a fault crashes the environment while the handler runs, and not where it has ended before', async () => {
  await invoke({ command: 'nothing' });
  cloud.faults.add({ service: 'function', operation: 'probe', crashAfterMs: 100 });
  const during = await invoke({ command: 'hang' });
  expect(during.payload.errorType).toBe('Runtime.ExitError');
  await invoke({ command: 'nothing' });
  cloud.faults.add({ service: 'function', operation: 'probe', crashAfterMs: 1_000 });
  expect((await invoke({ command: 'nothing' })).payload).toBeNull();
});

it('faults crash the environment before or after the handler', async () => {
  await invoke({ command: 'log', text: 'warm' });
  cloud.faults.add({ service: 'function', operation: 'probe', error: { code: 'crash' } });
  const before = await invoke({ command: 'log', text: 'before' });
  expect(before.payload.errorType).toBe('Runtime.ExitError');
  cloud.faults.add({ service: 'function', operation: 'probe', loseResponse: true });
  const after = await invoke({ command: 'log', text: 'after' });
  expect(after.payload.errorType).toBe('Runtime.ExitError');
  expect(lines).not.toContain('before');
  expect(lines).toContain('after');
});
