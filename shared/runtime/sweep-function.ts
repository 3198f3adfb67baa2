import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type * as z from 'zod';
import type { SweepReport, SweepWorld } from '../sync/sweep-ports.ts';
import { parseRequest } from './parse-request.ts';
import { wireSweep } from './wire-sweep.ts';

type Perform<Request> = (
  world: SweepWorld,
  request: Request,
  run: string,
) => Promise<{ readonly report: SweepReport; readonly answer: unknown }>;

/** A function that sweeps: input checked, report logged as one line and as metrics, answer for who invoked it. */
export function sweepFunction<Request>(schema: z.ZodType<Request>, perform: Perform<Request>) {
  const logger = new Logger();
  const metrics = new Metrics({ namespace: 'eks-mesh-sync' });
  const world = wireSweep(process.env);
  return middy<unknown, unknown>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .use(logMetrics(metrics))
    .handler(async (event) => {
      const { report, answer } = await perform(world, parseRequest(schema, event), randomUUID());
      logger.info('swept', { report });
      measure(metrics, report);
      return answer;
    });
}

function measure(metrics: Metrics, report: SweepReport): void {
  metrics.addDimension('cluster', report.cluster);
  metrics.addMetric('SweepDuration', MetricUnit.Milliseconds, report.durationMs);
  metrics.addMetric(
    'SweepFindings',
    MetricUnit.Count,
    Object.values(report.counts).reduce((sum, n) => sum + n, 0),
  );
  metrics.addMetric('SweepRefused', MetricUnit.Count, report.refused.length);
  metrics.addMetric('SweepRepairs', MetricUnit.Count, report.repairs);
}
