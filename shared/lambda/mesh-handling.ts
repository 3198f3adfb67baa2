import * as z from 'zod/mini';
import type { ReconcileDependencies } from '../mesh/mesh-target.ts';
import { reconcileMesh } from '../mesh/reconcile-mesh.ts';
import { refreshInstanceStatus } from '../mesh/refresh-instance-status.ts';
import type {
  ClusterListed,
  ClusterObjectChanged,
  MeshReconcileRequested,
  MeshStatusRequested,
} from '../model/events/event.ts';
import { detailTypes } from '../model/events/event.ts';
import { mergedRequest } from '../model/events/mesh-reconcile-requested.ts';
import {
  clusterListed,
  clusterObjectChanged,
  meshReconcileRequested,
  meshStatusRequested,
} from '../model/events/object-events.ts';
import { isMeshGroup } from '../model/identity.ts';
import { observeClusterObject } from '../objects/observe-cluster-object.ts';
import { observeListing } from '../objects/observe-listing.ts';
import type { Handling } from './batch-handling.ts';
import { eventHandling } from './event-handling.ts';

const meshEvent = z.discriminatedUnion('type', [
  clusterObjectChanged,
  clusterListed,
  meshReconcileRequested,
  meshStatusRequested,
]);
export type MeshEvent = ClusterObjectChanged | ClusterListed | MeshReconcileRequested | MeshStatusRequested;

/**
 * The handling of `reconcile-mesh`. A message group is a cluster, its mesh, or its statuses. Several requests to
 * reconcile a mesh become one run; all other messages are handled one by one.
 */
export function meshHandling(deps: ReconcileDependencies): Handling<MeshEvent> {
  return {
    ...eventHandling<MeshEvent>(meshEvent, deps),
    isJoint: isMeshGroup,
    record: async () => {},
    apply: (events) => applyMeshEvent(deps, mergedRequest(events)),
    followUp: (events, run) => followUp(mergedRequest(events), run),
  };
}

function applyMeshEvent(deps: ReconcileDependencies, event: MeshEvent): Promise<void> {
  if (event.type === detailTypes.meshReconcileRequested) return reconcileMesh(deps, event);
  if (event.type === detailTypes.meshStatusRequested) return refreshInstanceStatus(deps, event);
  if (event.type !== detailTypes.clusterListed) return observeClusterObject(deps, event);
  // Only a relay sends listings, each ten minutes at least.
  deps.telemetry?.count('RelayHeartbeat', 1, event.cluster);
  return observeListing(deps, event);
}

function followUp(event: MeshEvent, run: string): MeshEvent {
  if (event.type !== detailTypes.meshReconcileRequested) return event;
  return { ...event, run, reason: 'what an earlier run could not do' };
}
