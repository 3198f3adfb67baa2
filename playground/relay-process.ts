import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const program = join(import.meta.dirname, '..', 'relay', 'main.ts');
const stopMs = 5_000;

interface RelayProcessOptions {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Each line that the relay logs. */
  readonly log: (line: string) => void;
}

/** The real relay in a process of its own. */
export interface RelayProcess {
  /** Undefined if it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when the relay has found the bus and listed the cluster. */
  readonly ready: Promise<void>;
  /** Resolves when the process has exited, with its status and last line of output. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export function startRelayProcess({ args, environment, log }: RelayProcessOptions): RelayProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let lastLine = '';
  const ready = new Promise<void>((resolve) => {
    const read = (line: string) => {
      lastLine = line;
      log(line);
      if (messageOf(line) === 'ready') resolve();
    };
    createInterface(child.stdout).on('line', read);
    createInterface(child.stderr).on('line', read);
  });
  const ended = once(child, 'close').then(([status]) => `exit status ${String(status)}: ${lastLine}`);
  return { pid: child.pid, ready, ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const late = new AbortController();
  await Promise.race([ended, sleep(stopMs, undefined, { signal: late.signal }).catch(() => undefined)]);
  late.abort();
  child.kill('SIGKILL');
}

/** The `message` of a line of JSON; undefined for other output. */
function messageOf(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return (JSON.parse(line) as { readonly message?: unknown }).message;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
