import * as z from 'zod';
import { detailTypes } from '../shared/model/event.ts';
import { clusterListed, clusterObjectChanged } from '../shared/model/event-schema.ts';
import { queueFunction } from '../shared/runtime/middleware.ts';
import { observeClusterObject } from '../shared/sync/observe-cluster-object.ts';
import { observeListing } from '../shared/sync/observe-listing.ts';

/** Follows mesh objects, namespaces and listings. The queue's message group is the cluster: this is its one writer. */
export const handler = queueFunction({
  schema: z.discriminatedUnion('type', [clusterObjectChanged, clusterListed]),
  handle: (world, event) =>
    event.type === detailTypes.clusterListed
      ? observeListing(world, event)
      : observeClusterObject(world, event),
});
