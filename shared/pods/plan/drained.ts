import type { Drain } from '../../model/records/drain.ts';
import type { WantedGate } from './readiness-gate.ts';

/** Why a pod of a drained cluster is not registered, for people. */
export function drainedMessage(cluster: string, { sinceMs }: Drain): string {
  const since = new Date(sinceMs).toISOString();
  return `cluster "${cluster}" is drained since ${since}, so none of its pods is registered; a resync with "drain": false ends that`;
}

/** Why a service of a drained cluster is kept. */
export const hasOthers = 'has instances of others';

/**
 * A drain must not make a pod unready in its cluster: there it may serve requests that do not come by Cloud Map, and a
 * Deployment whose new pods never become ready cannot be rolled out any more.
 */
export function gateOfDrained(cluster: string, drain: Drain): WantedGate {
  return { status: 'True', reason: 'Drained', message: drainedMessage(cluster, drain), quiet: false };
}
