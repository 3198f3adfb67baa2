import type { RequestMatch } from '../match.ts';
import { failedCondition } from './conditions.ts';
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

/** The first route that takes the request, and why each of the others does not. */
export function consider<Route extends Candidate>(
  routes: readonly Route[],
  request: MeshRequest,
  listening: Listening,
): { readonly taken: Route | undefined; readonly considered: readonly ConsideredRoute[] } {
  const reasons = routes.map((route) => route.fault ?? failed(route, request, listening));
  const first = reasons.indexOf(null);
  const taken = routes[first];
  const considered = routes.map(({ name }, index): ConsideredRoute => {
    const reason = reasons[index];
    if (index === first) return { name, outcome: 'taken' };
    if (reason === null || reason === undefined)
      return { name, outcome: 'not reached', reason: `matches, too; ${taken?.name} is tried before it` };
    return { name, outcome: 'not matched', reason };
  });
  return { taken, considered };
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
