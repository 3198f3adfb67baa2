import { z } from 'zod';
import type { JsonInput } from '../json-service.ts';
import { AwsError } from '../protocol.ts';
import { isStatistic } from './statistics.ts';

const dimension = z.object({ Name: z.string(), Value: z.string() });
const stat = z.string().refine(isStatistic, 'is not a statistic');
const period = z.number().positive();
/** Clients send seconds since 1970, or a time as text. */
const time = z.union([z.number(), z.string().transform((text) => Date.parse(text) / 1000)]).pipe(z.number());
const range = { StartTime: time, EndTime: time };

const metric = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(dimension).optional(),
});

const anyMetric = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).optional(),
});

const statisticsInput = metric.extend({
  ...range,
  Period: period,
  Statistics: z.array(stat).default([]),
  ExtendedStatistics: z.array(stat).default([]),
});

const dataInput = z.object({
  ...range,
  MetricDataQueries: z.array(
    z.object({
      Id: z.string(),
      MetricStat: z.object({ Metric: metric, Period: period, Stat: stat }).optional(),
      Expression: z.string().optional(),
      Label: z.string().optional(),
      ReturnData: z.boolean().default(true),
      Period: period.optional(),
    }),
  ),
});

export const metricInput = (input: JsonInput) => parsed(anyMetric, input);
export const statisticsOf = (input: JsonInput) => parsed(statisticsInput, input);
export const queriesOf = (input: JsonInput) => parsed(dataInput, input);

function parsed<T extends z.ZodType>(schema: T, input: JsonInput): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AwsError('InvalidParameterValue', `${issue?.path.join('.')}: ${issue?.message}`);
}
