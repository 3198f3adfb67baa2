import type { Limit } from './budget.ts';

/** Of one operation, as it is budgeted. */
export interface PacedLimit extends Limit {
  /** An environment that has not called for so long may call once without asking; null: never. */
  readonly idleMs: number | null;
}

/** For how long an environment may use the tokens that it was granted. */
export const leaseMs = 250;
/** How long a read takes that comes between the turn of such a call and the call itself: GetInstance, mostly. */
const readMs = 100;
const afterRead = new Set(['RegisterInstance', 'DeregisterInstance']);

/** How many environments may make calls without asking at a time; about twice as many as are wanted to run. */
const environments = 20;
/** Of the rate that all of them may make up in that way. */
const unaskedShare = 1 / 20;

/**
 * AWS publishes no rates for Cloud Map's control plane. These are what its own clients hold themselves to, the App Mesh
 * controller and the MCS controller, the larger of the two: an account that serves them serves us. They are a ceiling,
 * too, since others may use the account as well. Where neither client has a figure, that of the most similar operation.
 */
const published: Readonly<Record<string, Limit>> = {
  RegisterInstance: { perSecond: 50, burst: 100 },
  DeregisterInstance: { perSecond: 50, burst: 100 },
  UpdateInstanceCustomHealthStatus: { perSecond: 240, burst: 240 },
  GetOperation: { perSecond: 100, burst: 200 },
  ListInstances: { perSecond: 40, burst: 400 },
  GetInstance: { perSecond: 100, burst: 200 },
  GetService: { perSecond: 40, burst: 400 },
  ListOperations: { perSecond: 40, burst: 400 },
  CreateService: { perSecond: 8, burst: 80 },
  ListServices: { perSecond: 2, burst: 10 },
  ListNamespaces: { perSecond: 1, burst: 8 },
  CreateHttpNamespace: { perSecond: 1, burst: 8 },
  CreatePrivateDnsNamespace: { perSecond: 1, burst: 8 },
};

/**
 * What is granted is less than what is published by what may be used later than it was granted, and by the calls made
 * without asking, so that AWS sees no more than `burst + perSecond · t` calls in any time t. Undefined for an operation
 * that is not paced: DiscoverInstances has a quota of a thousand a second, far from what is called here.
 */
export function pacedLimit(operation: string): PacedLimit | undefined {
  const limit = published[operation];
  if (limit === undefined) return undefined;
  const { perSecond, burst } = limit;
  const lateMs = leaseMs + (afterRead.has(operation) ? readMs : 0);
  const mayCallUnasked = burst >= 4 * environments;
  return {
    perSecond,
    burst: burst - (perSecond * lateMs) / 1000 - (mayCallUnasked ? environments : 0),
    idleMs: mayCallUnasked ? (1000 * environments) / (perSecond * unaskedShare) : null,
  };
}
