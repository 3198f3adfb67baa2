import * as z from 'zod';
import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  type EventDetail,
  type MeshReconcileRequested,
  type MeshStatusRequested,
  type PodChanged,
  type PodResyncRequested,
} from '../model/event.ts';
import { messageGroupOf } from '../model/event-route.ts';
import {
  clusterListed,
  clusterObjectChanged,
  meshReconcileRequested,
  meshStatusRequested,
  podChanged,
  podResyncRequested,
} from '../model/event-schema.ts';
import { isMeshGroup } from '../model/identity.ts';
import { applyPod } from '../sync/apply-pod.ts';
import type { MeshWorld } from '../sync/mesh-ports.ts';
import { mergedRequest } from '../sync/mesh-reconcile-requested.ts';
import { observeClusterObject } from '../sync/observe-cluster-object.ts';
import { observeListing } from '../sync/observe-listing.ts';
import { podKeyOf, recordPod } from '../sync/observe-pod.ts';
import type { World } from '../sync/ports.ts';
import { reconcileMesh } from '../sync/reconcile-mesh.ts';
import { resyncRequested } from '../sync/resync-requested.ts';
import { tellInstances } from '../sync/tell-instances.ts';
import type { Handling } from './fifo-batch.ts';
import { parseEvent } from './parse-event.ts';

const podEvent = z.discriminatedUnion('type', [podChanged, podResyncRequested]);
const meshEvent = z.discriminatedUnion('type', [
  clusterObjectChanged,
  clusterListed,
  meshReconcileRequested,
  meshStatusRequested,
]);
export type PodEvent = PodChanged | PodResyncRequested;
export type MeshEvent = ClusterObjectChanged | ClusterListed | MeshReconcileRequested | MeshStatusRequested;

/** What all functions fed by a queue have in common: the message group follows from the event, of a cluster that is known. */
function common<Event extends EventDetail>(schema: z.ZodType<Event>, { cluster }: Pick<World, 'cluster'>) {
  return {
    groupOf: messageGroupOf,
    parse: (body: string): Event => {
      const event = parseEvent(schema, body);
      cluster(event.cluster);
      return event;
    },
  };
}

/** Of `sync-pods`: a message group is a pod. Its observations are recorded, then it is brought into Cloud Map as it is now. */
export function podHandling(world: World): Handling<PodEvent> {
  return {
    ...common<PodEvent>(podEvent, world),
    isJoint: () => true,
    record: (event) => recordPod(world, event),
    apply: (events) => applyPod(world, podKeyOf(firstOf(events))),
    followUp: (events, run) =>
      resyncRequested(podKeyOf(firstOf(events)), run, 'what an earlier attempt could not do'),
  };
}

/**
 * Of `reconcile-mesh`: a message group is a cluster, its mesh, or its statuses. Several requests to reconcile a mesh are
 * one run; all others are handled one by one.
 */
export function meshHandling(world: MeshWorld): Handling<MeshEvent> {
  return {
    ...common<MeshEvent>(meshEvent, world),
    isJoint: isMeshGroup,
    record: async () => {},
    apply: (events) => applyMeshEvent(world, mergedRequest(events)),
    followUp: (events, run) => followUp(mergedRequest(events), run),
  };
}

/** A group that is handled has a message. */
function firstOf<Event>(events: readonly Event[]): Event {
  const [first] = events;
  if (first === undefined) throw new RangeError('there is no event to handle');
  return first;
}

function applyMeshEvent(world: MeshWorld, event: MeshEvent): Promise<void> {
  if (event.type === detailTypes.meshReconcileRequested) return reconcileMesh(world, event);
  if (event.type === detailTypes.meshStatusRequested) return tellInstances(world, event);
  return event.type === detailTypes.clusterListed
    ? observeListing(world, event)
    : observeClusterObject(world, event);
}

function followUp(event: MeshEvent, run: string): MeshEvent {
  if (event.type !== detailTypes.meshReconcileRequested) return event;
  return { ...event, run, reason: 'what an earlier run could not do' };
}
