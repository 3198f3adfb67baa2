import { readMesh } from '../mesh/read-mesh.ts';
import { type AskedRequest, toMeshRequest } from './mesh-request.ts';
import type { ObjectDependencies } from './object-dependencies.ts';
import { explainRequest, type RequestExplanation } from './plan/request-explanation.ts';
import { ReadAttempts } from './reads.ts';

/** Follows a request through the mesh objects in the table. Writes nothing and calls no target. */
export async function explainMeshRequest(
  deps: ObjectDependencies,
  cluster: string,
  request: AskedRequest,
): Promise<RequestExplanation> {
  const rules = deps.meshRules(deps.cluster(cluster));
  const reads = new ReadAttempts();
  const mesh = await reads.attempt('the mesh objects of the cluster', () => readMesh(deps.objects, cluster));
  return explainRequest({
    place: deps.place,
    cluster,
    request: toMeshRequest(request),
    directory: mesh?.directory,
    rules,
    readFailures: reads.readFailures,
  });
}
