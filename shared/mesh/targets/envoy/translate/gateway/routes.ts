import { awsNameOf } from '../../../../plan/directory.ts';
import type { Entry } from '../../../../plan/entry.ts';
import type { GatewayRoute } from '../../../../routing/gateway-routes.ts';
import { defaultRequestTimeoutMs } from '../../../../routing/timing.ts';
import { durationText } from '../duration.ts';
import { gatewayHostOf, virtualServiceHeader } from '../egress/gateway-hop.ts';
import { routeMatchOf } from '../route/match.ts';
import type { Fields } from '../typed.ts';
import { hostMatcher } from './hostname.ts';
import { redirectName, routeName } from './names.ts';
import { pathRewritesOf } from './rewrite.ts';
import type { GatewayTarget } from './target.ts';

/** A gateway route as it is translated. */
export interface PlannedRoute {
  readonly entry: Entry;
  readonly route: GatewayRoute;
  readonly target: GatewayTarget;
}

/** The Envoy routes of a gateway route at a port of its gateway. */
export function envoyRoutes({ entry, route, target }: PlannedRoute, port: number): readonly Fields[] {
  return pathRewritesOf(route).map(({ path, rewrite }) => ({
    name: routeName(entry),
    match: matchOf({ ...route, match: { ...route.match, path } }),
    ...actionOf(route, target, redirectName(port), rewrite),
  }));
}

function matchOf({ match, protocol }: GatewayRoute): Fields {
  const fields = routeMatchOf(match, protocol);
  const { headers = [] } = fields as { readonly headers?: readonly Fields[] };
  return match.hostname ? { ...fields, headers: [hostMatcher(match.hostname), ...headers] } : fields;
}

/** A route without a target answers 404, since App Mesh tries no other gateway route then. */
function actionOf(
  { rewrite: { hostname } = {} }: GatewayRoute,
  target: GatewayTarget,
  cluster: string,
  prefix_rewrite: string | undefined,
): Fields {
  if (target.kind !== 'port') return { direct_response: { status: 404 } };
  const keepsHost = hostname?.defaultTargetHostname === 'DISABLED';
  const header = { key: virtualServiceHeader, value: gatewayHostOf(target) };
  return {
    route: {
      cluster,
      timeout: durationText(defaultRequestTimeoutMs),
      ...(!keepsHost && { host_rewrite_literal: awsNameOf(target.service) }),
      ...(prefix_rewrite !== undefined && { prefix_rewrite }),
    },
    // Whatever the client sent is replaced: it must not choose the virtual service.
    request_headers_to_add: [{ header, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
  };
}
