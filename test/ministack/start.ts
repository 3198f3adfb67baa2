import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Ministack {
  readonly url: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/**
 * Starts ministack in a folder of its own. Its differences to AWS that matter here are bridged outside the product: it runs
 * the functions with the `node` of its PATH, which is this one, and looks only for .js and .mjs (find-cjs.cjs).
 */
export async function startMinistack(folder: string): Promise<Ministack> {
  const port = await freePort();
  const preload = fileURLToPath(new URL('find-cjs.cjs', import.meta.url));
  const child = spawn('ministack', [], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...{ PATH: `${dirname(process.execPath)}:${process.env.PATH}`, NODE_OPTIONS: `--require=${preload}` },
      ...{ GATEWAY_PORT: String(port), BIND_HOST: '127.0.0.1', MINISTACK_HOST: '127.0.0.1' },
      ...{ MINISTACK_REGION: 'us-west-2', LAMBDA_EXECUTOR: 'local', DOCKER_HOST: 'unix:///nonexistent' },
      ...{ TMPDIR: folder, STATE_DIR: join(folder, 'state'), S3_DATA_DIR: join(folder, 's3') },
    },
  });
  const log = createWriteStream(join(folder, 'ministack.log'));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const url = `http://127.0.0.1:${port}`;
  await answering(url, child);
  return {
    url,
    async stop() {
      child.kill();
      await Promise.race([once(child, 'exit'), sleep(5_000)]);
      child.kill('SIGKILL');
    },
  };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  for (let attempts = 0; attempts < 150; attempts += 1) {
    if (failure !== undefined) throw failure;
    if (child.exitCode !== null) throw new Error(`ministack ended with status ${child.exitCode}`);
    if (
      await fetch(`${url}/_ministack/health`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await sleep(200);
  }
  throw new Error('ministack did not answer within 30 s');
}
