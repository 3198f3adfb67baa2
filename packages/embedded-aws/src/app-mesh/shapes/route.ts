import { z } from 'zod';
import {
  duration,
  httpMatch,
  httpTimeout,
  namedMatches,
  port,
  resourceName,
  tcpTimeout,
  text,
} from './common.ts';
import { pathFaults } from './match-rules.ts';
import { exactlyOne, type Fault, must, rule, someOf } from './rule.ts';

const weightedTarget = z.strictObject({
  port: port.optional(),
  virtualNode: resourceName,
  weight: z.int().min(0).max(100),
});
const action = z.strictObject({
  weightedTargets: z.array(weightedTarget).min(1).max(10).check(rule(weightFaults)),
});

/**
 * The documentation limits the sum of weights to 100, but AWS reportedly accepts more (boto3 issue 3792). Envoy rejects
 * a route whose weights are all 0.
 */
function weightFaults(targets: readonly { readonly weight: number }[]): readonly Fault[] {
  return must(
    targets.some(({ weight }) => weight > 0),
    [],
    'the weight of at least one target must be above 0',
  );
}

const retryPolicy = {
  httpRetryEvents: z.array(text(1, 25)).min(1).max(25).optional(),
  maxRetries: z.int().min(0),
  perRetryTimeout: duration,
  tcpRetryEvents: z
    .array(z.enum(['connection-error']))
    .min(1)
    .max(1)
    .optional(),
};
const grpcRetryEvents = z
  .array(z.enum(['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable']))
  .min(1)
  .max(5)
  .optional();

/** The documented values; the model has no enum. */
const httpEvents = ['server-error', 'gateway-error', 'client-error', 'stream-error'];

/** At least one event of these kinds; HTTP events must be documented ones. */
function retryRule(...kinds: readonly string[]) {
  return rule((policy: { readonly httpRetryEvents?: readonly string[] | undefined }) => {
    const unknown = policy.httpRetryEvents?.find((event) => !httpEvents.includes(event));
    const message = `must be of ${httpEvents.join(', ')}; found ${unknown}`;
    return [...someOf(policy, kinds), ...must(unknown === undefined, ['httpRetryEvents'], message)];
  });
}

const httpRoute = z.strictObject({
  action,
  match: z
    .strictObject({ ...httpMatch, scheme: z.enum(['http', 'https']).optional() })
    .check(rule((match) => [...exactlyOne(match, ['prefix', 'path']), ...pathFaults(match)])),
  retryPolicy: z.strictObject(retryPolicy).check(retryRule('httpRetryEvents', 'tcpRetryEvents')).optional(),
  timeout: httpTimeout.optional(),
});
const grpcRoute = z.strictObject({
  action,
  match: z
    .strictObject({
      metadata: namedMatches,
      methodName: text(1, 50).optional(),
      port: port.optional(),
      serviceName: z.string().optional(),
    })
    .check(
      rule(({ methodName, serviceName }) =>
        must(methodName === undefined || serviceName !== undefined, ['methodName'], 'needs a serviceName'),
      ),
    ),
  retryPolicy: z
    .strictObject({ ...retryPolicy, grpcRetryEvents })
    .check(retryRule('grpcRetryEvents', 'httpRetryEvents', 'tcpRetryEvents'))
    .optional(),
  timeout: httpTimeout.optional(),
});
const tcpRoute = z.strictObject({
  action,
  match: z.strictObject({ port: port.optional() }).optional(),
  timeout: tcpTimeout.optional(),
});

export const routeSpec = z
  .strictObject({
    grpcRoute: grpcRoute.optional(),
    http2Route: httpRoute.optional(),
    httpRoute: httpRoute.optional(),
    priority: z.int().min(0).max(1000).optional(),
    tcpRoute: tcpRoute.optional(),
  })
  .check(rule((route) => exactlyOne(route, ['grpcRoute', 'http2Route', 'httpRoute', 'tcpRoute'])));
