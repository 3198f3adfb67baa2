import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FromHost, ToHost } from './host.ts';

type Message<Type extends FromHost['type']> = Extract<FromHost, { type: Type }>;

/** The process of host.ts, as its parent sees it. */
export class DisturbedHost {
  readonly place: Message<'started'>;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, place: Message<'started'>) {
    this.#process = process;
    this.place = place;
  }

  static async start(seed: number): Promise<DisturbedHost> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'host.ts'), String(seed)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    process.once('exit', () => child.kill());
    return new DisturbedHost(child, await received(child, 'started'));
  }

  disturb(): void {
    this.#send('disturb');
  }

  /** Answers how often each fault was set so far. */
  async calm(): Promise<ReadonlyMap<string, number>> {
    this.#send('calm');
    const { counts } = await received(this.#process, 'calm');
    return new Map(Object.entries(counts));
  }

  async close({ keepLog }: { readonly keepLog: boolean }): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#send(keepLog ? 'close and keep the log' : 'close');
    await ended;
  }

  #send(message: ToHost): void {
    this.#process.send(message);
  }
}

async function received<Type extends FromHost['type']>(
  host: ChildProcess,
  type: Type,
): Promise<Message<Type>> {
  const ended = once(host, 'exit').then(([status]) => {
    throw new Error(`the playground ended with ${status}`);
  });
  const answer = new Promise<FromHost>((resolve) => {
    const receive = (each: FromHost) => {
      if (each.type !== type) return;
      host.off('message', receive);
      resolve(each);
    };
    host.on('message', receive);
  });
  return (await Promise.race([answer, ended])) as Message<Type>;
}
