import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { VirtualClock } from '../../../local/aws/cloud-map/clock.ts';
import { CloudMap } from '../../../local/aws/cloud-map/cloud-map.ts';
import { serveCloudMap } from '../../../local/aws/cloud-map/http-server.ts';
import { inProcessClientOptions } from '../../../local/aws/cloud-map/in-process.ts';

/** A Cloud Map that the contract suite runs against. */
export interface Target {
  readonly client: ServiceDiscoveryClient;
  /** Lets so much of the service's time pass. */
  readonly pass: (milliseconds: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The whole suite on one engine: more namespaces than the quota, and no limits of rates. */
const roomy = { rates: {}, quotas: { namespaces: 1000 } };

/** In process, on a virtual clock. */
export async function embeddedInProcess(): Promise<Target> {
  const clock = new VirtualClock();
  const engine = new CloudMap({ clock, settings: roomy });
  const client = new ServiceDiscoveryClient(inProcessClientOptions(engine));
  return {
    client,
    pass: async (milliseconds) => clock.advance(milliseconds),
    stop: async () => engine.stop(),
  };
}

/** Over HTTP, in real time, with the default latencies. */
export async function embeddedOverHttp(): Promise<Target> {
  const engine = new CloudMap({ settings: roomy });
  const server = await serveCloudMap(engine);
  const client = clientOf(server.endpoint);
  return {
    client,
    pass: (milliseconds) => sleep(milliseconds),
    stop: async () => {
      client.destroy();
      await server.close();
      engine.stop();
    },
  };
}

/** The reason why moto cannot be used, or undefined. */
export function motoIsMissing(): string | undefined {
  const { error } = spawnSync('moto_server', ['--help']);
  return error === undefined ? undefined : `moto_server does not start: ${error.message}`;
}

/** An implementation by others, to check the embedded one against. */
export async function moto(): Promise<Target> {
  const port = await freePort();
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilAnswering(endpoint).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  const client = clientOf(endpoint);
  return {
    client,
    pass: (milliseconds) => sleep(Math.min(milliseconds, 10)),
    stop: async () => {
      client.destroy();
      child.kill();
      await once(child, 'exit');
    },
  };
}

function clientOf(endpoint: string): ServiceDiscoveryClient {
  return new ServiceDiscoveryClient({
    endpoint,
    region: 'us-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    disableHostPrefix: true,
    maxAttempts: 1,
  });
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
