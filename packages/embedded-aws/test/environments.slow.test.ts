import { afterEach, expect, it } from 'vitest';
import { Faults } from '../src/faults.ts';
import { LambdaFunction } from '../src/lambda/lambda-function.ts';

const opened: LambdaFunction[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((lambda) => lambda.close()));
});

const probe = new URL('./handlers/probe.ts', import.meta.url);
const failsToLoad = new URL('./handlers/fails-to-load.ts', import.meta.url);

const neverLoads = new URL('./handlers/never-loads.ts', import.meta.url);

function aFunction(handler = probe, timeoutSeconds = 20) {
  const lambda = new LambdaFunction({
    description: { name: 'probe', timeoutSeconds, memoryMegabytes: 128, maximumConcurrency: 10 },
    handler: handler.href,
    variables: {},
    faults: new Faults(),
    log: () => {},
  });
  opened.push(lambda);
  return lambda;
}

const invoke = async (lambda: LambdaFunction, command: string) => {
  const { payload, error } = await lambda.invoke(JSON.stringify({ command }));
  return error ?? JSON.parse(payload);
};

it('an invocation takes the environment that another leaves while a new one loads, or the new one', async () => {
  const lambda = aFunction();
  await invoke(lambda, 'count');
  // Ten short invocations are over before the next environment has loaded: the first serves them all.
  const counts = await Promise.all(Array.from({ length: 10 }, () => invoke(lambda, 'count')));
  expect(counts.map(({ invocations }) => invocations)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  // Two long ones run side by side.
  const overlaps = await Promise.all([invoke(lambda, 'overlap'), invoke(lambda, 'overlap')]);
  expect(overlaps).toEqual([{ alone: true }, { alone: true }]);
});

it('an environment that ends while it loads fails the invocation that waits for it, and no other for ever', async () => {
  const lambda = aFunction(failsToLoad);
  const exit = {
    errorType: 'Runtime.ExitError',
    errorMessage: 'Error: Runtime exited with error: exit status 4',
  };
  expect(await Promise.all([invoke(lambda, 'count'), invoke(lambda, 'count')])).toEqual([exit, exit]);
});

it('an environment that never finishes to load costs its invocation the timeout, and the next one too', async () => {
  const lambda = aFunction(neverLoads, 1);
  for (let invocation = 0; invocation < 2; invocation++)
    expect((await invoke(lambda, 'count')).errorType).toBe('Sandbox.Timedout');
});

it('an environment that crashes fails its own invocation, and none that waits', async () => {
  const lambda = aFunction();
  await invoke(lambda, 'count');
  const [crashed, ...others] = await Promise.all([
    invoke(lambda, 'crash'),
    ...Array.from({ length: 3 }, () => invoke(lambda, 'count')),
  ]);
  expect(crashed).toMatchObject({
    errorType: 'Runtime.UnhandledError',
    errorMessage: 'Error: outside of the handler',
  });
  for (const other of others) expect(other).toEqual({ invocations: expect.any(Number) });
});

it('an invocation that waits for an environment ends with the function', async () => {
  const lambda = aFunction();
  await invoke(lambda, 'count');
  const running = invoke(lambda, 'hang');
  const waiting = Array.from({ length: 3 }, () => invoke(lambda, 'hang'));
  await lambda.close();
  for (const outcome of await Promise.all([running, ...waiting]))
    expect(outcome.errorType).toBe('Runtime.ExitError');
  expect((await invoke(lambda, 'count')).errorType).toBe('Runtime.ExitError');
});
