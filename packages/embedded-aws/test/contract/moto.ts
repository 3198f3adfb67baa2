import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The reason why moto cannot be used, or undefined. */
export function motoIsMissing(): string | undefined {
  const { error } = spawnSync('moto_server', ['--help']);
  return error === undefined ? undefined : `moto_server does not start: ${error.message}`;
}

/** Starts moto, an implementation of AWS by others, to check the embedded one against. */
export async function startMoto(): Promise<{
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}> {
  const port = await freePort();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilAnswering(endpoint).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  return {
    endpoint,
    stop: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilAnswering(endpoint: string): Promise<void> {
  const deadlineMs = Date.now() + 50_000;
  for (;;) {
    const isUp = await fetch(`${endpoint}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    if (Date.now() > deadlineMs) throw new Error(`moto_server does not answer at ${endpoint}`);
    await sleep(100);
  }
}
