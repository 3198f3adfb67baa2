import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export const podAddress = '10.77.0.2';
export const outsideAddress = '10.77.0.1';

/**
 * What istio-iptables writes into the table `nat` for the arguments of the injected init container of a pod that listens on
 * 8080. Recorded, so that the test needs only iptables; `test/istio/iptables` builds the program itself.
 */
const rules = readFileSync(new URL('rules.txt', import.meta.url), 'utf8');

/** Why there can be no namespaces with these rules here; undefined if there can. */
export function missingNamespaces(): string | undefined {
  if (process.getuid?.() !== 0) return 'skipped: only root may make network namespaces';
  const script = 'ip link add pod type veth peer name outside && iptables-restore';
  const { status, stderr, error } = spawnSync('unshare', ['-n', 'sh', '-c', script], { input: rules });
  if (status === 0) return undefined;
  return `skipped: no network namespace with iptables here (${(error?.message ?? String(stderr)).trim()})`;
}

/** A network namespace, held by a process of its own. */
export class Namespace {
  readonly #holder = spawn('unshare', ['-n', 'sleep', '600'], { stdio: 'ignore' });
  readonly #children: ChildProcess[] = [];

  static async start(): Promise<Namespace> {
    const namespace = new Namespace();
    const own = readlinkSync('/proc/self/ns/net');
    while (readlinkSync(`/proc/${namespace.pid}/ns/net`) === own) await sleep(10);
    namespace.run('ip', ['link', 'set', 'lo', 'up']);
    return namespace;
  }

  get pid(): number {
    return this.#holder.pid ?? 0;
  }

  run(command: string, args: readonly string[], input = ''): string {
    const all = ['-t', String(this.pid), '-n', command, ...args];
    return execFileSync('nsenter', all, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  }

  /** A process that runs until the namespace is stopped. */
  start(command: string, args: readonly string[]): ChildProcess {
    const child = spawn('nsenter', ['-t', String(this.pid), '-n', command, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#children.push(child);
    return child;
  }

  stop(): void {
    for (const child of [...this.#children, this.#holder]) child.kill('SIGKILL');
  }
}

/** A pod's namespace with interception, and one outside; a cable between them. */
export async function connectedNamespaces(): Promise<{
  readonly pod: Namespace;
  readonly outside: Namespace;
}> {
  const [pod, outside] = await Promise.all([Namespace.start(), Namespace.start()]);
  pod.run('ip', [
    'link',
    'add',
    'eth0',
    'type',
    'veth',
    'peer',
    'name',
    'peer',
    'netns',
    String(outside.pid),
  ]);
  for (const [namespace, device, address] of [
    [pod, 'eth0', podAddress],
    [outside, 'peer', outsideAddress],
  ] as const) {
    namespace.run('ip', ['addr', 'add', `${address}/24`, 'dev', device]);
    namespace.run('ip', ['link', 'set', device, 'up']);
  }
  pod.run('iptables-restore', [], rules);
  return { pod, outside };
}
