import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { motoIsMissing, startMoto } from '../../../../../packages/embedded-aws/test/contract/moto.ts';
import { motoAppMeshClient } from '../../../../../packages/embedded-aws/test/contract/moto-app-mesh.ts';
import { AppMeshAdapter } from '../../../../../shared/mesh/targets/app-mesh/adapter/app-mesh.ts';
import type { AppMesh } from '../../../../../shared/mesh/targets/app-mesh/api.ts';
import { callsOf, live, partial } from './app-mesh-life.ts';

const missing = motoIsMissing();
const title = missing === undefined ? 'the adapter on moto' : `the adapter on moto (${missing})`;
describe.skipIf(missing !== undefined)(title, () => {
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let appMesh: AppMesh;
  beforeAll(async () => {
    moto = await startMoto();
    appMesh = new AppMeshAdapter(motoAppMeshClient(moto.endpoint));
  });
  afterAll(() => moto.stop());

  it('the adapter makes, finds, changes and deletes the kinds that moto has', async () => {
    await live(appMesh, partial);
  });

  // moto answers a MeshNotFound, AWS a NotFoundException.
  it.fails('the adapter finds nothing in a mesh that is not there', async () => {
    expect(await callsOf(appMesh).names('virtualNode')).toEqual([]);
  });
});
