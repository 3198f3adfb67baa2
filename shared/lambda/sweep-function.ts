import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type * as z from 'zod/mini';
import type { SweepDependencies, SweepReport } from '../ports/sweep-ports.ts';
import { composeSweep } from './compose/sweep.ts';
import { createMetrics } from './metrics.ts';
import { parseRequest } from './parse-request.ts';

type Perform<Request> = (
  deps: SweepDependencies,
  request: Request,
  run: string,
) => Promise<{ readonly report: SweepReport; readonly answer: unknown }>;

/**
 * A function that sweeps: checks its input, logs the report as one line and as metrics, and returns it to the caller. A
 * function that keeps lists lists a service's instances again only if something has changed since its last run.
 */
export function sweepFunction<Request>(
  schema: z.ZodMiniType<Request>,
  perform: Perform<Request>,
  options: { readonly keepsLists: boolean },
) {
  const logger = new Logger();
  const metrics = createMetrics();
  const deps = composeSweep(process.env, options);
  return middy<unknown, unknown>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .use(logMetrics(metrics))
    .handler(async (event) => {
      const { report, answer } = await perform(deps, parseRequest(schema, event), randomUUID());
      logger.info('swept', { report });
      measure(metrics, report);
      return answer;
    });
}

/** The log names the cluster; a dimension for it would turn every metric into one per cluster. */
function measure(metrics: Metrics, { counts, refused, repairs }: SweepReport): void {
  const numbers = {
    SweepFindings: Object.values(counts).reduce((sum, count) => sum + count, 0),
    SweepRefused: refused.length,
    SweepRepairs: repairs,
  };
  for (const [name, number] of Object.entries(numbers))
    if (number > 0) metrics.addMetric(name, MetricUnit.Count, number);
}
