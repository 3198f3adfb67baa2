import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { EnvironmentData, EnvironmentMessage, FunctionError, InvokeMessage } from './messages.ts';

export type Outcome =
  | { readonly payload: string; readonly error?: undefined }
  | { readonly error: FunctionError; readonly payload?: undefined };

interface EnvironmentOptions {
  readonly data: EnvironmentData;
  readonly variables: Readonly<Record<string, string>>;
  readonly onLog: (text: string) => void;
  readonly onExit: () => void;
}

const loadingMs = 2_000;
const bootstrap = new URL('./bootstrap.ts', import.meta.url);

/**
 * One execution environment: a worker thread with its own environment variables, for one invocation at a time. Unlike
 * on AWS it is not frozen between invocations, and the memory size limits only the JavaScript heap.
 */
export class Environment {
  readonly #worker: Worker;
  readonly #options: EnvironmentOptions;
  #settle: ((outcome: Outcome) => void) | undefined;
  readonly #loaded = Promise.withResolvers<void>();
  #exited = false;
  /** Why it exited, as the outcome of an invocation that comes too late. */
  #end: Outcome | undefined;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#worker = new Worker(bootstrap, {
      env: { ...options.variables },
      workerData: options.data,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: options.data.memoryMegabytes },
    });
    this.#worker.on('message', (message: EnvironmentMessage) => this.#receive(message));
    this.#worker.on('error', (error) => this.#crash(error));
    this.#worker.on('exit', (status) => this.#onExit(status));
  }

  /** Resolves when the handler's module is loaded, or never will be. */
  get loaded(): Promise<void> {
    return this.#loaded.promise;
  }

  get exited(): boolean {
    return this.#exited;
  }

  /** Never rejects: errors of the handler are outcomes. Kills the environment when the deadline passes. */
  invoke(message: Omit<InvokeMessage, 'traceId'>, timeoutSeconds: number): Promise<Outcome> {
    if (this.#end !== undefined) return Promise.resolve(this.#end);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#finish({ error: timedOut(message.requestId, timeoutSeconds) });
        void this.kill();
      }, message.deadlineMs - Date.now());
      this.#settle = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#worker.postMessage({ ...message, traceId: traceId() } satisfies InvokeMessage);
    });
  }

  /** Bytes of live JavaScript objects, after a full garbage collection; a snapshot begins with one. */
  async liveHeapBytes(): Promise<number> {
    (await this.#worker.getHeapSnapshot()).destroy();
    return (await this.#worker.getHeapStatistics()).used_heap_size;
  }

  /** Waits a while until the handler's module has loaded: terminating a thread during loading has crashed Node. */
  async kill(): Promise<void> {
    this.#exited = true;
    const timeout = new AbortController();
    const late = sleep(loadingMs, undefined, { signal: timeout.signal }).catch(() => undefined);
    await Promise.race([this.#loaded.promise, late]);
    timeout.abort();
    await this.#worker.terminate();
  }

  #receive(message: EnvironmentMessage): void {
    if (message.type === 'ready') this.#loaded.resolve();
    if (message.type === 'log') this.#options.onLog(message.text);
    if (message.type === 'result') this.#finish({ payload: message.payload });
    if (message.type === 'error') this.#finish({ error: message.error });
  }

  #onExit(status: number): void {
    this.#exited = true;
    this.#end ??= { error: exitError(`with error: exit status ${status}`) };
    this.#loaded.resolve();
    this.#finish(this.#end);
    this.#options.onExit();
  }

  #crash(error: unknown): void {
    this.#exited = true; // the event `exit` comes later
    this.#end = { error: crash(error) };
    this.#finish(this.#end);
  }

  #finish(outcome: Outcome): void {
    this.#settle?.(outcome);
    this.#settle = undefined;
  }
}

export function exitError(how: string): FunctionError {
  return { errorType: 'Runtime.ExitError', errorMessage: `Error: Runtime exited ${how}` };
}

function crash(error: unknown): FunctionError {
  const cause = error instanceof Error ? error : new Error(String(error));
  return {
    errorType: 'Runtime.UnhandledError',
    errorMessage: `${cause.name}: ${cause.message}`,
    trace: (cause.stack ?? '').split('\n'),
  };
}

function timedOut(requestId: string, timeoutSeconds: number): FunctionError {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  };
}

/** An X-Ray trace header, not sampled: `Root=1-<seconds>-<id>;Parent=<id>;Sampled=0`. */
function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
