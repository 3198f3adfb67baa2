import { sweepFunction } from '../shared/lambda/sweep-function.ts';
import { resyncRequest } from '../shared/model/events/requests.ts';
import { planText } from '../shared/sweep/plan/plan-text.ts';
import { requestEntries } from '../shared/sweep/request-entries.ts';
import { sweep } from '../shared/sweep/sweep.ts';

/** A sweep on request: of a part of a cluster, without the cap on deletions, or as a dry run. */
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
    if (!dryRun && namespace === undefined) await requestEntries(deps, cluster, run);
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
  // A person asks because something seems wrong: no cached list is used.
  { keepsLists: false },
);
