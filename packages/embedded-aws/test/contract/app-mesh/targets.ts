import { setTimeout as sleep } from 'node:timers/promises';
import { AppMeshClient } from '@aws-sdk/client-app-mesh';
import { AppMesh } from '../../../src/app-mesh/app-mesh.ts';
import { inProcessClientOptions } from '../../../src/app-mesh/in-process.ts';
import { VirtualClock } from '../../../src/engine/clock.ts';
import { startMoto } from '../moto.ts';
import { motoAppMeshClient } from '../moto-app-mesh.ts';
import type { ServiceTarget } from '../service-harness.ts';
import { serveAppMesh } from './server.ts';

/** An App Mesh that the contract suite runs against. */
type Target = ServiceTarget<AppMeshClient>;

/** The whole suite on one engine: more meshes than the quota, and no limits of rates. */
const roomy = { rates: {}, quotas: { meshes: 1000 } };

/** In process, on a virtual clock. */
export async function embeddedInProcess(): Promise<Target> {
  const clock = new VirtualClock();
  const client = new AppMeshClient(inProcessClientOptions(new AppMesh({ clock, settings: roomy })));
  return { client, pass: async (milliseconds) => clock.advance(milliseconds), stop: async () => {} };
}

/** Over HTTP, in real time. */
export async function embeddedOverHttp(): Promise<Target> {
  const { endpoint, close } = await serveAppMesh(new AppMesh({ settings: roomy }));
  const client = clientOf(endpoint);
  return {
    client,
    pass: (milliseconds) => sleep(milliseconds),
    stop: async () => {
      client.destroy();
      await close();
    },
  };
}

/** An implementation by others, to check the embedded one against. */
export async function moto(): Promise<Target> {
  const { endpoint, stop } = await startMoto();
  const client = motoAppMeshClient(endpoint);
  return {
    client,
    pass: (milliseconds) => sleep(Math.min(milliseconds, 10)),
    stop: async () => {
      client.destroy();
      await stop();
    },
  };
}

function clientOf(endpoint: string): AppMeshClient {
  return new AppMeshClient({
    endpoint,
    region: 'us-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
}
