import { sweepFunction } from '../shared/lambda/sweep-function.ts';
import { resyncRequest } from '../shared/model/requests.ts';
import { planText } from '../shared/sweep/plan/plan-text.ts';
import { sweep } from '../shared/sweep/sweep.ts';

/** The sweep by hand: of a part, without the cap on deletions, or only as a plan. */
export const handler = sweepFunction(
  resyncRequest,
  async (deps, { cluster, namespace, pod, ...options }, run) => {
    const { report, allowed, refused, mesh, foreseen } = await sweep(
      deps,
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
