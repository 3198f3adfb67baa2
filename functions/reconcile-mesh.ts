import { wireMesh } from '../shared/lambda/compose/mesh.ts';
import { meshHandling } from '../shared/lambda/mesh-handling.ts';
import { queueFunction } from '../shared/lambda/middleware.ts';

/**
 * Follows mesh objects, namespaces and listings, keeps the mesh target equal to them, and tells virtual nodes of their
 * pods. The queue's message group is the cluster, its mesh, or its statuses: this is the one writer of each.
 */
export const handler = queueFunction({ wire: wireMesh, handling: meshHandling });
