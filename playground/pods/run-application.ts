import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ApplicationConfig, ApplicationReply } from './application/protocol.ts';

const program = join(import.meta.dirname, 'application', 'main.ts');

/** The containers of a pod, in a process of their own. */
export interface RunningApplication {
  readonly pid: number | undefined;
  /** Changes what it listens on. Rejects with the address that it cannot bind. */
  configure(config: ApplicationConfig): Promise<void>;
  /** Resolves with the exit status, null after a signal. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

export function startApplication(log: (line: string) => void): RunningApplication {
  const child = fork(program, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', log);
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return {
    pid: child.pid,
    ended,
    configure: (config) => configure(child, config, ended),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function configure(
  child: ChildProcess,
  config: ApplicationConfig,
  ended: Promise<number | null>,
): Promise<void> {
  const replied = once(child, 'message') as Promise<[ApplicationReply]>;
  child.send(config);
  const reply = await Promise.race([replied, ended]);
  if (!Array.isArray(reply)) throw new Error(`the process of the containers exited with status ${reply}`);
  const [{ fault }] = reply;
  if (fault !== undefined) throw new Error(fault);
}
