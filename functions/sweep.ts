import { sweepFunction } from '../shared/lambda/sweep-function.ts';
import { sweepRequest } from '../shared/model/events/requests.ts';
import { sweep } from '../shared/sweep/sweep.ts';

/** Finds drift on a schedule, and sends the repairs to the pods' writers. */
export const handler = sweepFunction(
  sweepRequest,
  async (deps, { cluster }, run) => {
    const { report } = await sweep(deps, { cluster }, { force: false, adopt: true, dryRun: false }, run);
    return { report, answer: report };
  },
  { keepsLists: true },
);
