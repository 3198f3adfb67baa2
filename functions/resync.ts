import { planText } from '../shared/plan/plan-text.ts';
import { sweepFunction } from '../shared/runtime/sweep-function.ts';
import { resyncRequest } from '../shared/sync/requests.ts';
import { sweep } from '../shared/sync/sweep.ts';

/** The sweep by hand: of a part, without the cap on deletions, or only as a plan. */
export const handler = sweepFunction(
  resyncRequest,
  async (world, { cluster, namespace, pod, ...options }, run) => {
    const { report, allowed, refused } = await sweep(world, { cluster, namespace, pod }, options, run);
    const { source, incomplete } = report;
    const text = planText({ cluster, source, incomplete, allowed, refused });
    return { report, answer: { dryRun: options.dryRun, plan: text.split('\n'), report } };
  },
);
