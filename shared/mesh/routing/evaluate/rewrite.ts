import type { GatewayRoute } from '../gateway-routes.ts';
import { type MeshRequest, pathOf, withPath } from './request.ts';

/** What a gateway route does to a request before the routes of the virtual service see it. `serviceName`: its name in the mesh. */
export function rewritten(
  { match, rewrite, protocol }: GatewayRoute,
  request: MeshRequest,
  serviceName: string,
): MeshRequest {
  const keepsHost = rewrite?.hostname?.defaultTargetHostname === 'DISABLED';
  const hosted = keepsHost ? request : { ...request, host: serviceName };
  if (protocol === 'grpc') return hosted;
  if (rewrite?.path) return withPath(hosted, rewrite.path.exact);
  if (match.path?.kind !== 'prefix' || rewrite?.prefix?.defaultPrefix === 'DISABLED') return hosted;
  return withPath(hosted, withPrefix(pathOf(request), match.path.value, rewrite?.prefix?.value || '/'));
}

/** App Mesh's gateways had two routes for a prefix P: `P/` and `P`, both with the same rewrite. */
function withPrefix(path: string, prefix: string, replacement: string): string {
  const matched = path.startsWith(`${prefix}/`) ? prefix.length + 1 : prefix.length;
  return replacement + path.slice(matched);
}
