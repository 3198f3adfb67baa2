import { composeMesh } from '../shared/lambda/compose/mesh.ts';
import { meshHandling } from '../shared/lambda/mesh-handling.ts';
import { queueFunction } from '../shared/lambda/middleware.ts';
import { withTelemetry } from '../shared/lambda/telemetry/with-telemetry.ts';

/**
 * Receives mesh objects, namespaces and listings, keeps the mesh target in sync with them, and writes the status of
 * virtual nodes. The queue's message group is the cluster, its mesh, or its statuses: this is the only writer of each.
 */
export const handler = queueFunction({
  compose: composeMesh,
  handling: meshHandling,
  instrument: withTelemetry,
});
