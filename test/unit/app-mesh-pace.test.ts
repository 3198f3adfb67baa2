import { AppMeshClient, DescribeMeshCommand, UpdateMeshCommand } from '@aws-sdk/client-app-mesh';
import { expect, it } from 'vitest';
import { AppMesh } from '../../local/aws/app-mesh/app-mesh.ts';
import { inProcessClientOptions } from '../../local/aws/app-mesh/in-process.ts';
import { spaced } from '../../shared/aws/app-mesh-pace.ts';

/** A client whose waits take no time, and when each call of it was let go, in milliseconds. */
function aClient() {
  const engine = new AppMesh({ settings: { rates: {} } });
  engine.handle('CreateMesh', { meshName: 'shop' });
  let nowMs = 1_000_000;
  const waits: number[] = [];
  const time = {
    now: () => nowMs,
    sleep: async (milliseconds: number) => void waits.push(milliseconds),
  };
  const client = spaced(new AppMeshClient(inProcessClientOptions(engine)), time);
  return {
    waits,
    update: () => client.send(new UpdateMeshCommand({ meshName: 'shop', spec: {} })),
    describe: () => client.send(new DescribeMeshCommand({ meshName: 'shop' })),
    pass: (milliseconds: number) => {
      nowMs += milliseconds;
    },
  };
}

it('lets a few changes go at once, and the others an eighth of a second apart', async () => {
  const { update, waits } = aClient();
  for (let count = 0; count < 8; count += 1) await update();
  expect(waits).toEqual([125, 250, 375, 500]);
});

it('gives back what was not used, no more than the few', async () => {
  const { update, waits, pass } = aClient();
  for (let count = 0; count < 4; count += 1) await update();
  pass(250);
  for (let count = 0; count < 3; count += 1) await update();
  expect(waits).toEqual([125]);
  pass(60_000);
  for (let count = 0; count < 5; count += 1) await update();
  expect(waits).toEqual([125, 125]);
});

it('lets what only reads go five times as fast, and not wait for what changes', async () => {
  const { update, describe, waits } = aClient();
  for (let count = 0; count < 4; count += 1) await update();
  for (let count = 0; count < 6; count += 1) await describe();
  expect(waits).toEqual([25, 50]);
});
