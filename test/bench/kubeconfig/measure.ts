import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { kubeconfigOf } from '../../playground/kubeconfig/secure-cluster.ts';
import { startApiServer } from '../../sidecars/api-server.ts';
import { createShops } from './shops.ts';

const root = join(import.meta.dirname, '..', '..', '..');

interface Outcome {
  readonly seconds: number;
  readonly status: number | null;
  readonly lines: readonly string[];
  readonly usage: Usage;
}

/**
 * `npm start -- --exit --kubeconfig` of a kube-apiserver with 10,000 running pods, to its end, as a table. KUBE_APISERVER: the program
 * that test/sidecars/apiserver builds; PODS: another number of pods.
 */
export async function kubeconfig(): Promise<string> {
  const program = process.env.KUBE_APISERVER;
  if (program === undefined)
    return 'kubeconfig is skipped: KUBE_APISERVER is not set (docs/playground.md, "A real cluster")';
  const pods = Number(process.env.PODS ?? 10_000);
  const { seconds, status, lines, usage } = await watchShops(program, pods);
  const sums = lines.filter((line) => line.startsWith('Mesh objects: '));
  const row = [
    pods.toLocaleString('en'),
    `${seconds.toFixed(0)} s`,
    ...['npm start', 'relay'].map((name) => usage.text(name)),
    lines.length,
    `${status}: ${sums.join('')}`,
  ];
  return `| pods | time | npm start | relay | lines | status |\n|--:|--:|--:|--:|--:|---|\n| ${row.join(' | ')} |`;
}

async function watchShops(program: string, pods: number): Promise<Outcome> {
  await using started = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'bench-kubeconfig-'));
  started.defer(() => rmSync(folder, { recursive: true }));
  const server = await startApiServer(program);
  started.defer(() => server.stop());
  await createShops(server.send, pods);
  const file = join(folder, 'config');
  const cluster = { server: server.url, 'insecure-skip-tls-verify': true };
  writeFileSync(file, kubeconfigOf(cluster, { token: 'admin' }));
  return await watchToEnd(file);
}

async function watchToEnd(file: string): Promise<Outcome> {
  const args = ['--exit', '--aws-port', '0', '--page-port', '0', '--kubeconfig', file];
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, ['playground/main.ts', ...args], {
    ...{ cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const usage = new Usage(child);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  usage.stop();
  return { seconds: (performance.now() - startedAtMs) / 1000, status, lines, usage };
}

/** Memory and CPU of a process and of the relay, its child, read each second (Linux). */
class Usage {
  readonly #megabytes = new Map<string, number>();
  readonly #cpuSeconds = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor({ pid = 0 }: ChildProcess) {
    this.#timer = setInterval(() => {
      this.#read('npm start', pid);
      for (const child of childrenOf(pid)) this.#read('relay', child);
    }, 1000);
  }

  text(name: string): string {
    const [megabytes = 0, seconds = 0] = [this.#megabytes.get(name), this.#cpuSeconds.get(name)];
    return `${megabytes.toFixed(0)} MB at most, ${seconds.toFixed(0)} s CPU`;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #read(name: string, pid: number): void {
    const peak = /VmHWM:\s+(\d+)/.exec(contentOf(`/proc/${pid}/status`))?.[1];
    if (peak === undefined) return;
    this.#megabytes.set(name, Number(peak) / 1000);
    const fields = contentOf(`/proc/${pid}/stat`).replace(/.*\) /, '').split(' ');
    this.#cpuSeconds.set(name, (Number(fields[11]) + Number(fields[12])) / 100);
  }
}

/** Empty if the process has ended. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      contentOf(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
