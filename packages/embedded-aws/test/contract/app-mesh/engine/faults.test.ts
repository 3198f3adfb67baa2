import * as am from '@aws-sdk/client-app-mesh';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AppMesh } from '../../../../src/app-mesh/app-mesh.ts';
import type { CallFault } from '../../../../src/app-mesh/faults.ts';
import { inProcessClientOptions } from '../../../../src/app-mesh/in-process.ts';
import { VirtualClock } from '../../../../src/engine/clock.ts';
import { refusal } from '../../outcomes.ts';
import { serveAppMesh } from '../server.ts';

const engine = new AppMesh({ settings: { rates: {} } });
const clients: am.AppMeshClient[] = [new am.AppMeshClient(inProcessClientOptions(engine))];
let close: () => Promise<void>;

beforeAll(async () => {
  const server = await serveAppMesh(engine);
  close = server.close;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const { endpoint } = server;
  clients.push(new am.AppMeshClient({ endpoint, credentials, region: 'us-west-2', maxAttempts: 1 }));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await close();
});
beforeEach(() => engine.reset());

it.each<readonly [CallFault, object, boolean]>([
  ['throttle', { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } }, false],
  ['error', { name: 'InternalServerErrorException', $metadata: { httpStatusCode: 500 } }, false],
  ['unavailable', { name: 'ServiceUnavailableException', $metadata: { httpStatusCode: 503 } }, false],
  ['refuse', { name: 'BadRequestException', $metadata: { httpStatusCode: 400 } }, false],
  ['lost-before', {}, false],
  ['lost-after', {}, true],
])('%s strikes so many calls of its operation, in process and over HTTP', async (fault, error, isApplied) => {
  for (const client of clients) {
    engine.reset();
    engine.faults.failNext('CreateMesh', fault, 2);
    await client.send(new am.ListMeshesCommand({}));
    for (const meshName of ['a', 'b']) {
      const failed = await refusal(client.send(new am.CreateMeshCommand({ meshName })));
      expect(failed).toMatchObject(error);
    }
    expect(engine.snapshot()).toHaveLength(isApplied ? 2 : 0);
    await client.send(new am.CreateMeshCommand({ meshName: 'c' }));
    expect(Object.fromEntries(engine.calls)).toEqual({ ListMeshes: 1, CreateMesh: 3 });
  }
});

it('a fault of any operation, and one that a test decides on by the call', () => {
  engine.faults.failNext('*', 'throttle');
  expect(() => engine.handle('ListMeshes', {})).toThrow('Too many requests');
  engine.faults.onCall = (operation, input) =>
    operation === 'CreateMesh' && (input as { meshName: string }).meshName === 'a' ? 'error' : undefined;
  expect(() => engine.handle('CreateMesh', { meshName: 'a' })).toThrow('The service failed');
  engine.handle('CreateMesh', { meshName: 'b' });
  engine.faults.reset();
  engine.handle('CreateMesh', { meshName: 'a' });
});

it('a delay before or after the effect passes by the engine’s clock', async () => {
  const clock = new VirtualClock();
  const slow = new AppMesh({ clock, settings: { rates: {} } });
  slow.faults.delay('CreateMesh', { beforeMs: 100, afterMs: 50 });
  const client = new am.AppMeshClient(inProcessClientOptions(slow));
  let isAnswered = false;
  const call = client.send(new am.CreateMeshCommand({ meshName: 'a' })).then(() => {
    isAnswered = true;
  });
  await settle();
  clock.advance(99);
  await settle();
  expect(slow.snapshot()).toEqual([]);
  clock.advance(1);
  await settle();
  expect(slow.snapshot()).toHaveLength(1);
  expect(isAnswered).toBe(false);
  clock.advance(50);
  await call;
  expect(isAnswered).toBe(true);
});

/** Lets everything that waits for nothing but its turn go on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
