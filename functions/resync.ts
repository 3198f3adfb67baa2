import { planText } from '../shared/plan/plan-text.ts';
import { sweepFunction } from '../shared/runtime/sweep-function.ts';
import { resyncRequest } from '../shared/sync/requests.ts';
import { sweep } from '../shared/sync/sweep.ts';

/** The sweep by hand: of a part, without the cap on deletions, or only as a plan. */
export const handler = sweepFunction(
  resyncRequest,
  async (world, { cluster, namespace, pod, ...options }, run) => {
    const { report, allowed, refused, mesh, foreseen } = await sweep(
      world,
      { cluster, namespace, pod },
      { ...options, verify: true, reevaluate: true },
      run,
    );
    const { source, incomplete } = report;
    const { dryRun } = options;
    const text = planText({
      cluster,
      source,
      incomplete,
      allowed,
      refused,
      dryRun,
      foreseen,
      hasMesh: mesh !== undefined,
    });
    return { report, answer: { dryRun, plan: text.split('\n'), report } };
  },
  // Who asks has a doubt: everything is read anew.
  { keepsLists: false },
);
