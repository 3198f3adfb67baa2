import type { ClientPolicy } from '../../../../../model/mesh/tls.ts';
import type { RouterRoute } from '../../../../routing/routes.ts';
import { milliseconds, requestTimeoutMs } from '../../../../routing/timing.ts';
import { durationText } from '../duration.ts';
import type { Fields } from '../typed.ts';
import { clustersOf, type Destination } from './destination.ts';
import { routeMatchOf } from './match.ts';
import { retryPolicyOf } from './retry-policy.ts';

/** A route with where it leads. */
export interface Routed {
  readonly route: Pick<RouterRoute, 'name' | 'protocol' | 'match' | 'retryPolicy' | 'timeout'>;
  readonly destinations: readonly Destination[];
}

/** A route of Envoy, for HTTP and gRPC. */
export function httpRouteOf({ route, destinations }: Routed, policy: ClientPolicy | undefined): Fields {
  const { name, match, protocol, retryPolicy, timeout } = route;
  const perRequest = timeout && 'perRequest' in timeout ? timeout.perRequest : undefined;
  const retry = retryPolicyOf(retryPolicy);
  return {
    name,
    match: routeMatchOf(match, protocol),
    route: {
      ...clustersOf(destinations, policy),
      timeout: durationText(requestTimeoutMs(perRequest)),
      ...(timeout?.idle && { idle_timeout: durationText(milliseconds(timeout.idle)) }),
      ...(retry && { retry_policy: retry }),
    },
  };
}
