import type { AppMesh } from '../../../src/app-mesh/app-mesh.ts';
import { appMeshService } from '../../../src/app-mesh-service.ts';
import { Faults } from '../../../src/faults.ts';
import { Gateway } from '../../../src/gateway.ts';

/** The engine behind the embedded cloud's gateway, alone, on a free port. */
export async function serveAppMesh(
  engine: AppMesh,
): Promise<{ readonly endpoint: string; readonly close: () => Promise<void> }> {
  const services = [appMeshService(engine)];
  const gateway = new Gateway({ port: 0, faults: new Faults(), services: () => services });
  return { endpoint: await gateway.listen(), close: () => gateway.close() };
}
