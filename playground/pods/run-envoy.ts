import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { files as fileNames, proxyPorts } from '../../shared/mesh/targets/envoy/translate/layout.ts';
import { type LocalPlace, localFiles } from './local-files.ts';
import { MountedFolder } from './mounted-folder.ts';

export interface EnvoyOptions {
  /** The path of Envoy: see findEnvoy. */
  readonly binary: string;
  /** The data of the ConfigMap, as for a cluster. */
  readonly files: Readonly<Record<string, string>>;
  readonly place: LocalPlace;
  /** The name of the pod. */
  readonly node?: string;
  /** Namespace and name of the virtual node or gateway. */
  readonly cluster?: string;
  readonly logLevel?: 'debug' | 'info' | 'warning' | 'error';
  /** For each line of its log and of access logs on stdout. */
  readonly log?: (line: string) => void;
}

export interface RunningEnvoy {
  readonly place: LocalPlace;
  readonly pid: number;
  /** All lines so far, of its log and of access logs on stdout. */
  readonly lines: readonly string[];
  /** Replaces the mounted files at once, as a kubelet does. */
  update(files: Readonly<Record<string, string>>): void;
  /** The answer of the admin interface: `admin('/config_dump')`. Throws if the status is not 200. */
  admin(path: string, method?: 'GET' | 'POST'): Promise<string>;
  /** Resolves with the exit status, null after a signal. */
  readonly ended: Promise<number | null>;
  /** Ends the process and removes the folder. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const deadlineMs = 60_000;
const graceMs = 2_000;

/** Envoys must not outlive the process that started them. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Writes the files as a kubelet mounts them, starts Envoy and waits until it is ready. Throws with its last lines if it exits. */
export async function startEnvoy(options: EnvoyOptions): Promise<RunningEnvoy> {
  const { place, files } = options;
  const folder = new MountedFolder(place.directory);
  folder.write(localFiles(files, place));
  const envoy = new Envoy(options, folder);
  try {
    await envoy.ready();
    return envoy;
  } catch (error) {
    await envoy.stop();
    throw error;
  }
}

class Envoy implements RunningEnvoy {
  readonly place: LocalPlace;
  readonly lines: string[] = [];
  readonly ended: Promise<number | null>;
  readonly #folder: MountedFolder;
  readonly #process: ChildProcess;

  constructor(options: EnvoyOptions, folder: MountedFolder) {
    this.place = options.place;
    this.#folder = folder;
    this.#process = spawn(options.binary, argumentsOf(options), { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(this.#process);
    this.ended = new Promise((resolve, reject) => this.#process.on('error', reject).on('exit', resolve));
    this.ended.catch(() => undefined);
    for (const stream of [this.#process.stdout, this.#process.stderr])
      if (stream)
        createInterface({ input: stream }).on('line', (line) => {
          this.lines.push(line);
          options.log?.(line);
        });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async ready(): Promise<void> {
    const exited = this.ended.then((status) => {
      const last = this.lines.slice(-10).join('\n');
      throw new Error(`Envoy exited with status ${status} before it was ready:\n${last}`);
    });
    exited.catch(() => undefined);
    for (const deadline = Date.now() + deadlineMs; Date.now() < deadline; ) {
      const text = await Promise.race([this.admin('/ready').catch(() => ''), exited]);
      if (text.startsWith('LIVE')) return;
      await Promise.race([sleep(20), exited]);
    }
    throw new Error(`Envoy was not ready after ${deadlineMs / 1000} s`);
  }

  update(files: Readonly<Record<string, string>>): void {
    this.#folder.write(localFiles(files, this.place));
  }

  async admin(path: string, method: 'GET' | 'POST' = 'GET'): Promise<string> {
    const response = await fetch(`http://${this.place.pod}:${proxyPorts.admin}${path}`, { method });
    const text = await response.text();
    if (!response.ok) throw new Error(`Envoy answered ${path} with ${response.status}: ${text}`);
    return text;
  }

  async stop(): Promise<void> {
    const isRunning = this.#process.pid !== undefined && this.#process.exitCode === null;
    if (isRunning && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await Promise.race([exited, sleep(graceMs, undefined, { ref: false })]);
      if (this.#process.exitCode === null) this.#process.kill('SIGKILL');
      await exited;
    }
    running.delete(this.#process);
    rmSync(this.#folder.path, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/** One thread, since many Envoys share this machine, and no shared memory with a later Envoy. */
function argumentsOf({ place, node = 'pod', cluster = 'proxy', logLevel = 'warning' }: EnvoyOptions) {
  return [
    ...['-c', join(place.directory, fileNames.bootstrap)],
    ...['--service-node', node, '--service-cluster', cluster],
    ...['--concurrency', '1', '--disable-hot-restart', '--reject-unknown-dynamic-fields'],
    // Envoy writes access logs every 10 seconds by default.
    ...['--log-level', logLevel, '--drain-time-s', '30', '--file-flush-interval-msec', '100'],
  ];
}
