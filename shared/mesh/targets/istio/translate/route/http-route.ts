import type { Report } from '../../../../plan/report.ts';
import type { RequestMatch } from '../../../../routing/match.ts';
import type { RouterRoute } from '../../../../routing/routes.ts';
import { requestTimeoutMs, retriesOf } from '../../../../routing/timing.ts';
import { httpMatchOf, type MatchFault } from '../match/http-match.ts';
import type { Paths } from '../match/path-match.ts';
import type { Combined } from '../match/value-match.ts';
import { type Destination, weightedOf } from './destination.ts';
import { durationOf, int32 } from './duration.ts';

/** A route of Istio's VirtualService. */
export interface HttpRoute {
  readonly match?: readonly object[];
  readonly [member: string]: unknown;
}

/** Without what an equal match of an earlier route takes, since Istio warns of it; and without routes that take nothing. */
export function reachable<T extends HttpRoute>(routes: readonly T[]): readonly T[] {
  const taken = new Set<string>();
  return routes.flatMap((route) => {
    if (route.match === undefined) return [route];
    const match = route.match.filter((each) => {
      const text = JSON.stringify(each);
      return !taken.has(text) && taken.add(text);
    });
    return match.length > 0 ? [{ ...route, match }] : [];
  });
}

/** What a route takes: the paths, what else the matches require, and the ports; none: any port. */
export interface Taken {
  readonly paths: Combined<Paths>;
  readonly matches: readonly RequestMatch[];
  readonly ports: readonly number[];
}

/** The matches of a route; none if no request can match. `at`: the field of the match. */
export function matchesOf({ paths, matches, ports }: Taken, report: Report, at: string): readonly object[] {
  const rest = httpMatchOf(matches);
  if (paths === 'never' || rest === 'never') return [];
  if ('fault' in paths) report.refuse(`${at}.path`, paths.fault, 'a prefix or an exact path');
  else if ('fault' in rest)
    report.refuse(`${at}.${fieldOf(rest, at)}`, rest.fault, 'one condition that Istio has');
  else {
    const uris = paths.uris.length > 0 ? paths.uris.map((uri) => ({ uri })) : [{}];
    const onPorts = ports.length > 0 ? ports.map((port) => ({ port })) : [{}];
    return onPorts.flatMap((port) => uris.map((uri) => ({ ...uri, ...rest, ...port })));
  }
  return [];
}

function fieldOf({ field }: MatchFault, at: string): string {
  return field === 'headers' && at.includes('.grpcRoute.') ? 'metadata' : field;
}

/** Where it leads. `maxMs`: a further limit of the request's timeout. */
export function routedTo(
  { retryPolicy, timeout }: Partial<Pick<RouterRoute, 'retryPolicy' | 'timeout'>>,
  destinations: readonly Destination[],
  maxMs = Number.POSITIVE_INFINITY,
): HttpRoute {
  const perRequest = timeout && 'perRequest' in timeout ? timeout.perRequest : undefined;
  // The receiving proxies have a timeout, too; of several the longest, so that no answer is lost.
  const received = Math.max(...destinations.map(({ timeoutMs }) => timeoutMs));
  const ms = Math.min(requestTimeoutMs(perRequest), received, maxMs);
  return {
    route: weightedOf(destinations),
    ...(Number.isFinite(ms) && { timeout: durationOf(ms) }),
    retries: retriesIn(retryPolicy),
  };
}

function retriesIn(policy: RouterRoute['retryPolicy']): object {
  const { attempts, perTryMs, conditions, codes } = retriesOf(policy);
  if (attempts === 0) return { attempts };
  return {
    attempts: int32(attempts),
    ...(perTryMs !== undefined && { perTryTimeout: durationOf(perTryMs) }),
    retryOn: [...conditions, ...codes].join(),
  };
}
