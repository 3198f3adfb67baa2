import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A program in Go that runs code of others, in a folder and a module of its own beside this file. */
export const peers = ['external-dns', 'cloud-map-mcs-controller', 'app-mesh-controller'] as const;
export type Peer = (typeof peers)[number];

export const isGoMissing = spawnSync('go', ['version']).status !== 0;

/** Answers the program's path. Go downloads and compiles what its caches have not got. */
export function buildPeer(peer: Peer, folder: string): string {
  const program = join(folder, peer);
  const cwd = new URL(`${peer}/`, import.meta.url);
  const { status } = spawnSync('go', ['build', '-o', program, '.'], { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${peer} was not built: go build ended with status ${status}`);
  return program;
}

/** The endpoints that a program is given. */
export interface Endpoints {
  readonly awsUrl: string;
  readonly kubernetesUrl: string;
}

/** Starts a program; its log goes to standard error where `PEER_LOG` is set. */
export function startPeer(program: string, { awsUrl, kubernetesUrl }: Endpoints): ChildProcess {
  const { PATH, HOME, PEER_LOG } = process.env;
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  return spawn(program, [], {
    env: { PATH, HOME, ...credentials, AWS_URL: awsUrl, KUBERNETES_URL: kubernetesUrl },
    stdio: ['ignore', 'inherit', PEER_LOG === undefined ? 'ignore' : 'inherit'],
  });
}

/** Of a program that makes its own assertions: to its end, its reason printed. */
export async function runPeer(program: string, { awsUrl, kubernetesUrl }: Endpoints): Promise<void> {
  const child = spawn(program, [], {
    env: { PATH: process.env.PATH, AWS_URL: awsUrl, KUBERNETES_URL: kubernetesUrl },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${program} ended with status ${status}:\n${errors}`);
}

export async function stopPeer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
