import { meshHandling } from '../shared/runtime/mesh-handling.ts';
import { queueFunction } from '../shared/runtime/middleware.ts';
import { wireMesh } from '../shared/runtime/wire-mesh.ts';

/**
 * Follows mesh objects, namespaces and listings, keeps the mesh target equal to them, and tells virtual nodes of their
 * pods. The queue's message group is the cluster, its mesh, or its statuses: this is the one writer of each.
 */
export const handler = queueFunction({ wire: wireMesh, handling: meshHandling });
