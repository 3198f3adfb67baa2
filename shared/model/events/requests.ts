import * as z from 'zod/mini';

const cluster = z.string().check(z.minLength(1), z.maxLength(100));
const namespace = z.string().check(z.minLength(1), z.maxLength(63));
const pod = z.string().check(z.minLength(1), z.maxLength(253));

/** The input of `sweep`, from the schedule or a person. EventBridge's own fields are accepted. */
export const sweepRequest = z.object({ cluster });

/** The input of `resync`, from a person. Strict, so that a typo does not widen its scope. */
export const resyncRequest = z
  .strictObject({
    cluster,
    namespace: z.optional(namespace),
    pod: z.optional(pod),
    dryRun: z._default(z.boolean(), false),
    force: z._default(z.boolean(), false),
    adopt: z._default(z.boolean(), true),
    /** true: deregisters the whole cluster and keeps it so; false: ends that. */
    drain: z.optional(z.boolean()),
  })
  .check(
    z.refine(({ pod, namespace }) => pod === undefined || namespace !== undefined, {
      path: ['namespace'],
      message: 'is missing; expected the namespace of the pod',
    }),
    z.refine(({ drain, namespace, pod }) => drain === undefined || (namespace ?? pod) === undefined, {
      path: ['drain'],
      message: 'does not go with namespace or pod; expected the cluster alone, which is drained as a whole',
    }),
    z.refine(({ drain, dryRun }) => drain !== false || !dryRun, {
      path: ['dryRun'],
      message: 'does not go with "drain": false; end the drain, or plan without "drain"',
    }),
  );
