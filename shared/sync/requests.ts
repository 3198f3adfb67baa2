import * as z from 'zod';

const cluster = z.string().min(1).max(100);
const namespace = z.string().min(1).max(63);
const pod = z.string().min(1).max(253);

/** What the schedule, or a person, gives `sweep`. EventBridge's own fields may stand beside it. */
export const sweepRequest = z.object({ cluster });

/** What a person gives `resync`. Strict, so that a typo does not widen what it does. */
export const resyncRequest = z
  .strictObject({
    cluster,
    namespace: namespace.optional(),
    pod: pod.optional(),
    dryRun: z.boolean().default(false),
    force: z.boolean().default(false),
    adopt: z.boolean().default(true),
  })
  .refine(({ pod, namespace }) => pod === undefined || namespace !== undefined, {
    path: ['namespace'],
    message: 'is missing; expected the namespace of the pod',
  });
