import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '../../../src/cloud-map/cloud-map.ts';
import { serveCloudMap } from '../../../src/cloud-map/http-server.ts';
import { inProcessClientOptions } from '../../../src/cloud-map/in-process.ts';
import { VirtualClock } from '../../../src/engine/clock.ts';
import { startMoto } from '../moto.ts';
import type { ServiceTarget } from '../service-harness.ts';

/** A Cloud Map that the contract suite runs against. */
export type Target = ServiceTarget<ServiceDiscoveryClient>;

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

/** An implementation by others, to check the embedded one against. */
export async function moto(): Promise<Target> {
  const server = await startMoto();
  const client = clientOf(server.endpoint);
  return {
    client,
    pass: (milliseconds) => sleep(Math.min(milliseconds, 10)),
    stop: async () => {
      client.destroy();
      await server.stop();
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
