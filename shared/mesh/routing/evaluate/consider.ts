import type { RequestMatch } from '../match.ts';
import { type FailedCondition, failedCondition, notMet } from './conditions.ts';
import type { ConsideredRoute } from './evaluation.ts';
import { headerValuesOf, type MeshRequest } from './request.ts';

interface Candidate {
  readonly name: string;
  readonly protocol: string;
  readonly match: RequestMatch;
  /** Why it takes no request at all. */
  readonly fault?: string | undefined;
}

/** `listener`: of the router or gateway, such as `port 80 of VirtualRouter shop/cart`; it has routes of its protocol only. */
export interface Listening {
  readonly protocol: string;
  readonly listener: string;
}

interface Considered<Route> {
  readonly taken: Route | undefined;
  /** Why it is not known which route takes the request: an earlier one has a condition that cannot be evaluated. */
  readonly undecided?: string | undefined;
  readonly considered: readonly ConsideredRoute[];
}

/** The first route that takes the request, and why each of the others does not. */
export function consider<Route extends Candidate>(
  routes: readonly Route[],
  request: MeshRequest,
  listening: Listening,
): Considered<Route> {
  const failures = routes.map((route) => failed(route, request, listening));
  const first = failures.findIndex((failure) => failure?.isUnknown !== false);
  const unknown = failures[first];
  const before = routes[first]?.name;
  const considered = routes.map(({ name }, index): ConsideredRoute => {
    const own = failures[index];
    if (own) return { name, outcome: own.isUnknown ? 'not known' : 'not matched', reason: own.reason };
    if (index === first) return { name, outcome: 'taken' };
    return { name, outcome: 'not reached', reason: `matches, too; ${before} is tried before it` };
  });
  if (unknown) return { taken: undefined, undecided: `${before}: ${unknown.reason}`, considered };
  return { taken: routes[first], considered };
}

function failed(
  { protocol, match, fault }: Candidate,
  request: MeshRequest,
  { protocol: expected, listener }: Listening,
): FailedCondition | null {
  if (fault !== undefined) return notMet(fault);
  if (protocol !== expected) return notMet(`is for ${protocol}; ${listener} is ${expected}`);
  if (protocol === 'grpc' && !isGrpc(headerValuesOf(request, 'content-type')[0]))
    return notMet('the request is no gRPC call: its content type is not application/grpc');
  return failedCondition(match, request);
}

function isGrpc(contentType = ''): boolean {
  return /^application\/grpc(\+|$)/.test(contentType);
}
