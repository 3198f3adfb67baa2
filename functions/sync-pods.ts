import * as z from 'zod';
import { podChanged, podResyncRequested } from '../shared/model/event-schema.ts';
import { queueFunction } from '../shared/runtime/middleware.ts';
import { wire } from '../shared/runtime/wire.ts';
import { observePod } from '../shared/sync/observe-pod.ts';

/** Keeps Cloud Map true about pods. The queue's message group is the pod: this is its one writer. */
export const handler = queueFunction({
  wire,
  schema: z.discriminatedUnion('type', [podChanged, podResyncRequested]),
  handle: observePod,
});
