import type { Limit } from './budget.ts';

/** The budgeted limit of one operation. */
export interface PacedLimit extends Limit {
  /** An environment that has not called for this long may make one call without a token request; null: never. */
  readonly idleMs: number | null;
}

/** From the turn of such a call to the call itself: two or three writes and reads of the table, then GetInstance. */
const preparationMs = 150;
const isPrepared = new Set(['RegisterInstance', 'DeregisterInstance']);

/**
 * How many environments may call without a token request at a time, one call each: `podConcurrency` of the deployment by
 * default. With more, single pods that come at the same time may be throttled, and are retried.
 */
const environments = 10;
/** The share of the rate that all these calls may use together. */
const unaskedShare = 1 / 20;

/**
 * AWS publishes no rates for Cloud Map's control plane. These are the limits that its own clients, the App Mesh
 * controller and the MCS controller, set themselves, the larger of the two: an account that serves them serves us. They
 * are a ceiling, too, as others may use the account. If neither client has a limit, that of the most similar operation.
 */
const published: Readonly<Record<string, Limit>> = {
  RegisterInstance: { perSecond: 50, burst: 100 },
  DeregisterInstance: { perSecond: 50, burst: 100 },
  UpdateInstanceCustomHealthStatus: { perSecond: 240, burst: 240 },
  GetOperation: { perSecond: 100, burst: 200 },
  ListInstances: { perSecond: 40, burst: 400 },
  // Only what is read without a turn of RegisterInstance or DeregisterInstance: pacer.ts.
  GetInstance: { perSecond: 50, burst: 100 },
  GetService: { perSecond: 40, burst: 400 },
  GetInstancesHealthStatus: { perSecond: 40, burst: 400 },
  ListTagsForResource: { perSecond: 40, burst: 400 },
  ListOperations: { perSecond: 40, burst: 400 },
  CreateService: { perSecond: 8, burst: 80 },
  ListServices: { perSecond: 2, burst: 10 },
  ListNamespaces: { perSecond: 1, burst: 8 },
  CreateHttpNamespace: { perSecond: 1, burst: 8 },
  CreatePrivateDnsNamespace: { perSecond: 1, burst: 8 },
};

/**
 * The grants are below the published limit by the calls whose preparation takes time and those made without a token
 * request, so that AWS sees no more than `burst + perSecond · t` calls in any time t. Undefined for an operation that is not
 * paced: DiscoverInstances and its revision have quotas of thousands a second, far above what is called here.
 */
export function pacedLimit(operation: string): PacedLimit | undefined {
  const limit = published[operation];
  if (limit === undefined) return undefined;
  const { perSecond, burst } = limit;
  const lateMs = isPrepared.has(operation) ? preparationMs : 0;
  const mayCallUnasked = burst >= 4 * environments;
  return {
    perSecond,
    burst: burst - (perSecond * lateMs) / 1000 - (mayCallUnasked ? environments : 0),
    idleMs: mayCallUnasked ? (1000 * environments) / (perSecond * unaskedShare) : null,
  };
}
