import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type * as z from 'zod/mini';
import type { SweepDependencies, SweepReport } from '../ports/sweep-ports.ts';
import { composeSweep } from './compose/sweep.ts';
import { parseRequest } from './parse-request.ts';
import { lambdaTelemetry } from './telemetry/lambda-telemetry.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { measureSweep } from './telemetry/sweep-metrics.ts';

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
  const telemetry = lambdaTelemetry(metrics);
  const deps = composeSweep(process.env, options);
  return middy<unknown, unknown>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .use(logMetrics(metrics))
    .handler(async (event) => {
      const run = randomUUID();
      const { report, answer } = await perform(deps, parseRequest(schema, event), run);
      logger.info('swept', { run, report });
      measureSweep(telemetry, report);
      return answer;
    });
}
