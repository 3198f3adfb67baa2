import { sweepFunction } from '../shared/lambda/sweep-function.ts';
import { resyncRequest } from '../shared/model/events/requests.ts';
import { resync } from '../shared/sweep/resync.ts';

/**
 * A sweep on request: of a part of a cluster, without the cap on deletions, or as a dry run. Also drains a cluster. A person
 * asks because something seems wrong: no cached list is used.
 */
export const handler = sweepFunction(resyncRequest, resync, { keepsLists: false });
