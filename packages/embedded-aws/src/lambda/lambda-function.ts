import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { arn, region } from '../account.ts';
import type { InvocationNote } from '../cloud-watch/function-metrics.ts';
import type { Fault, Faults } from '../faults.ts';
import { AwsError } from '../protocol.ts';
import type { FunctionDescription } from '../topology.ts';
import { Environment, exitError, type Outcome } from './environment.ts';
import { type LogSink, LogTail } from './log.ts';

interface LambdaFunctionOptions {
  readonly description: FunctionDescription;
  /** A file URL. */
  readonly handler: string;
  /** Of the function's configuration; the platform adds its own. */
  readonly variables: Readonly<Record<string, string>>;
  readonly faults: Faults;
  readonly log: LogSink;
  /** Called for each invocation that has ended or was throttled. */
  readonly onInvocation?: ((note: InvocationNote) => void) | undefined;
}

/** Lambda gives the init of a function ten seconds. */
const maxLoadingMs = 10_000;

/** The pause between two environments, in times that the first took to load. */
const pausesPerLoad = 2;

export type Invocation = Outcome & { readonly requestId: string; readonly logTail: string };

/**
 * A function and its execution environments. One is started when an invocation finds none idle.
 * Faults of service `function`, with the function's name as operation, apply here: `delayMs` delays the invocation,
 * `error` crashes the environment before the handler runs, `crashAfterMs` while it runs, `loseResponse` after it has run.
 */
export class LambdaFunction {
  readonly description: FunctionDescription;
  readonly arn: string;
  readonly startedAtMs = Date.now();
  readonly #options: LambdaFunctionOptions;
  readonly #idle: Environment[] = [];
  readonly #all = new Set<Environment>();
  readonly #tails = new WeakMap<Environment, LogTail>();
  /** Invocations that wait for an environment, in order. */
  readonly #waiting: PromiseWithResolvers<Environment | undefined>[] = [];
  readonly #closed = new AbortController();
  #running = 0;
  #isLoading = false;

  constructor(options: LambdaFunctionOptions) {
    this.#options = options;
    this.description = options.description;
    this.arn = arn('lambda', `function:${options.description.name}`);
  }

  /** Starts an environment in advance. */
  warm(): void {
    this.#idle.push(this.#start());
  }

  /**
   * Runs the handler on the event, JSON text. Errors of the function are part of the outcome. Rejects with
   * TooManyRequestsException if the maximum concurrency is reached.
   */
  async invoke(event: string): Promise<Invocation> {
    if (this.#running >= this.description.maximumConcurrency) {
      this.#note('throttled', Date.now());
      throw tooManyRequests(this.description.name);
    }
    this.#running += 1;
    try {
      const environment = this.#idle.pop() ?? (await this.#firstFree());
      if (environment === undefined) return closed();
      return await this.#run(environment, event).finally(() => this.#release(environment));
    } finally {
      this.#running -= 1;
    }
  }

  /** Live JavaScript objects of each environment that is idle, in bytes. */
  liveHeapBytes(): Promise<readonly number[]> {
    return Promise.all(this.#idle.map((environment) => environment.liveHeapBytes()));
  }

  async close(): Promise<void> {
    this.#closed.abort();
    for (const { resolve } of this.#waiting.splice(0)) resolve(undefined);
    await Promise.all([...this.#all].map((environment) => environment.kill()));
  }

  async #run(environment: Environment, event: string): Promise<Invocation> {
    const { timeoutSeconds, name } = this.description;
    const requestId = randomUUID();
    const tail = new LogTail();
    this.#tails.set(environment, tail);
    const fault = this.#options.faults.take('function', name);
    this.#log(environment, `START RequestId: ${requestId} Version: $LATEST\n`);
    const startedAtMs = Date.now();
    const deadlineMs = startedAtMs + timeoutSeconds * 1000;
    const attempt = () => environment.invoke({ requestId, event, deadlineMs }, timeoutSeconds);
    const outcome = fault === undefined ? await attempt() : await applyFault(environment, fault, attempt);
    this.#logEnd(environment, requestId, Date.now() - startedAtMs, outcome);
    this.#note(outcome.error === undefined ? 'succeeded' : 'failed', startedAtMs);
    return { ...outcome, requestId, logTail: tail.base64 };
  }

  /** An environment that another invocation leaves, or a new one: whichever is first. Undefined once closed. */
  async #firstFree(): Promise<Environment | undefined> {
    if (this.#closed.signal.aborted) return undefined;
    const waiting = Promise.withResolvers<Environment | undefined>();
    this.#waiting.push(waiting);
    if (!this.#isLoading) void this.#load();
    return waiting.promise;
  }

  /**
   * Loads environments as long as invocations wait: one at a time, with pauses. On AWS each has a CPU of its own; here
   * those that load slow down those that run, and the embedded services.
   */
  async #load(): Promise<void> {
    this.#isLoading = true;
    while (this.#waiting.length > 0) {
      const startedAtMs = performance.now();
      try {
        await this.#loadOne();
      } catch (error) {
        this.#waiting.shift()?.reject(error);
      }
      await this.#pause(pausesPerLoad * (performance.now() - startedAtMs));
    }
    this.#isLoading = false;
  }

  /** One that ends while it loads, or takes too long, is given to an invocation all the same, which fails with the reason. */
  async #loadOne(): Promise<void> {
    const environment = this.#start();
    const limitMs = Math.min(maxLoadingMs, this.description.timeoutSeconds * 1000);
    const loaded = new AbortController();
    const late = sleep(limitMs, undefined, { signal: loaded.signal }).catch(() => {});
    await Promise.race([environment.loaded, late]);
    loaded.abort();
    const next = this.#waiting.shift();
    if (next !== undefined) next.resolve(environment);
    else if (!environment.exited) this.#idle.push(environment);
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#closed.signal }).catch(() => {});
  }

  #release(environment: Environment): void {
    if (environment.exited) return;
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(environment);
    else next.resolve(environment);
  }

  #start(): Environment {
    const { description, handler, variables } = this.#options;
    const logStreamName = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    const environment: Environment = new Environment({
      data: {
        functionName: description.name,
        memoryMegabytes: description.memoryMegabytes,
        handler,
        functionArn: this.arn,
        logStreamName,
      },
      variables: { ...platformVariables(description, handler, logStreamName), ...variables },
      onLog: (text) => this.#log(environment, text),
      onExit: () => this.#forget(environment),
    });
    this.#all.add(environment);
    return environment;
  }

  #forget(environment: Environment): void {
    this.#all.delete(environment);
    const index = this.#idle.indexOf(environment);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  #note(result: InvocationNote['result'], startedAtMs: number): void {
    const { name: functionName } = this.description;
    this.#options.onInvocation?.({
      functionName,
      startedAtMs,
      result,
      durationMs: Date.now() - startedAtMs,
    });
  }

  #log(environment: Environment, text: string): void {
    this.#tails.get(environment)?.add(text);
    for (const line of text.split('\n').filter((part) => part !== ''))
      this.#options.log({ functionName: this.description.name, text: line });
  }

  #logEnd(environment: Environment, requestId: string, durationMs: number, { error }: Outcome): void {
    if (error !== undefined) this.#log(environment, `ERROR ${JSON.stringify(error)}\n`);
    this.#log(environment, `END RequestId: ${requestId}\n`);
    const { memoryMegabytes } = this.description;
    this.#log(
      environment,
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs} ms\tBilled Duration: ${durationMs} ms\tMemory Size: ${memoryMegabytes} MB\n`,
    );
  }
}

async function applyFault(
  environment: Environment,
  fault: Fault,
  invoke: () => Promise<Outcome>,
): Promise<Outcome> {
  if (fault.delayMs !== undefined) await sleep(fault.delayMs);
  if (fault.crashAfterMs !== undefined) return crashLater(environment, fault.crashAfterMs, invoke);
  const outcome = fault.error === undefined ? await invoke() : undefined;
  if (outcome !== undefined && !fault.loseResponse) return outcome;
  await environment.kill();
  return { error: exitError('without providing a reason') };
}

async function crashLater(
  environment: Environment,
  afterMs: number,
  invoke: () => Promise<Outcome>,
): Promise<Outcome> {
  const timer = setTimeout(() => void environment.kill(), afterMs);
  try {
    return await invoke();
  } finally {
    clearTimeout(timer);
  }
}

function closed(): Invocation {
  return { error: exitError('without providing a reason'), requestId: randomUUID(), logTail: '' };
}

function tooManyRequests(name: string): AwsError {
  return new AwsError('TooManyRequestsException', `Rate Exceeded: all environments of ${name} are busy.`, {
    status: 429,
    members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
  });
}

/** The reserved and unreserved variables of Lambda (developer guide, "Defined runtime environment variables"). */
function platformVariables(
  { name, memoryMegabytes }: FunctionDescription,
  handler: string,
  logStreamName: string,
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'embedded',
    AWS_SECRET_ACCESS_KEY: 'embedded',
    AWS_SESSION_TOKEN: 'embedded',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: new URL('.', handler).pathname,
    _HANDLER: `${name}.handler`,
  };
}
