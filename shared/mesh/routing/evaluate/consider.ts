import type { RequestMatch } from '../match.ts';
import { failedCondition, isNotKnown } from './conditions.ts';
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
  const reasons = routes.map((route) => route.fault ?? failed(route, request, listening));
  const first = reasons.findIndex((reason) => reason === null || isNotKnown(reason));
  const reason = reasons[first] ?? undefined;
  const before = routes[first]?.name;
  const considered = routes.map(({ name }, index): ConsideredRoute => {
    const own = reasons[index];
    if (index === first && reason === undefined) return { name, outcome: 'taken' };
    if (own) return { name, outcome: 'not matched', reason: own };
    return { name, outcome: 'not reached', reason: `matches, too; ${before} is tried before it` };
  });
  if (reason !== undefined) return { taken: undefined, undecided: `${before}: ${reason}`, considered };
  return { taken: routes[first], considered };
}

function failed(
  { protocol, match }: Candidate,
  request: MeshRequest,
  { protocol: expected, listener }: Listening,
): string | null {
  if (protocol !== expected) return `is for ${protocol}; ${listener} is ${expected}`;
  if (protocol === 'grpc' && !isGrpc(headerValuesOf(request, 'content-type')[0]))
    return 'the request is no gRPC call: its content type is not application/grpc';
  return failedCondition(match, request);
}

function isGrpc(contentType = ''): boolean {
  return /^application\/grpc(\+|$)/.test(contentType);
}
