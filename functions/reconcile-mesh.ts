import * as z from 'zod';
import { detailTypes } from '../shared/model/event.ts';
import {
  clusterListed,
  clusterObjectChanged,
  meshReconcileRequested,
  meshStatusRequested,
} from '../shared/model/event-schema.ts';
import { isMeshGroup } from '../shared/model/identity.ts';
import { queueFunction } from '../shared/runtime/middleware.ts';
import { wireMesh } from '../shared/runtime/wire-mesh.ts';
import { mergedRequest } from '../shared/sync/mesh-reconcile-requested.ts';
import { observeClusterObject } from '../shared/sync/observe-cluster-object.ts';
import { observeListing } from '../shared/sync/observe-listing.ts';
import { reconcileMesh } from '../shared/sync/reconcile-mesh.ts';
import { tellInstances } from '../shared/sync/tell-instances.ts';

/**
 * Follows mesh objects, namespaces and listings, keeps the mesh target equal to them, and tells virtual nodes of their
 * pods. The queue's message group is the cluster, its mesh, or its statuses: this is the one writer of each.
 */
export const handler = queueFunction({
  wire: wireMesh,
  schema: z.discriminatedUnion('type', [
    clusterObjectChanged,
    clusterListed,
    meshReconcileRequested,
    meshStatusRequested,
  ]),
  handle: (world, event) => {
    if (event.type === detailTypes.meshReconcileRequested) return reconcileMesh(world, event);
    if (event.type === detailTypes.meshStatusRequested) return tellInstances(world, event);
    return event.type === detailTypes.clusterListed
      ? observeListing(world, event)
      : observeClusterObject(world, event);
  },
  together: { isOf: isMeshGroup, merge: mergedRequest, longestDelaySeconds: 15 },
});
