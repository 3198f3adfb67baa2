import { type EntryOf, isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import type { GatewayClass } from '../../../../../shared/mesh/targets/gateway-api/plan/gateway-class.ts';
import { plannedRoute } from '../../../../../shared/mesh/targets/gateway-api/plan/gateway-rows.ts';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  listenersOn,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { limitsIn } from './findings.ts';

export type Spec = Readonly<Record<string, unknown>>;

const listeners = listenersOn('http/8080', 'http2/8081', 'grpc/8082', 'http/8083', 'http/8080');
/** To blue: nothing of it is more than a gateway route matches. */
const color = [aService('color', 'router/color'), aRouter('color', [aRoute('all', { blue: 1 })])];

/** What a gateway route of this spec becomes: `found` are the fields that cannot be expressed. */
export function planned(
  spec: Spec,
  objects: readonly Manifest[] = color,
  kind: GatewayClass['kind'] = 'istio',
) {
  const directory = directoryOf(
    ...[aNamespace(), aMesh(), aNode('blue'), aNode('green')],
    ...[aGateway('entry', listeners), aGatewayRoute('way', 'color', { httpRoute: undefined, ...spec })],
    ...objects,
  );
  const place = (name: string) => ({ namespace: 'apps', name });
  const entry = directory.find('GatewayRoute', place('way')) as EntryOf<'GatewayRoute'>;
  const gateway = directory.find('VirtualGateway', place('entry')) as EntryOf<'VirtualGateway'>;
  if (!isOfKind(entry, 'GatewayRoute')) throw new Error(JSON.stringify(entry));
  const route = plannedRoute(directory, entry, gateway, kind);
  return {
    ...{ ports: route.ports, host: route.host, found: limitsIn(route.findings.differences) },
    rows: route.rows.map(({ match, action, label, object }) => {
      const [backend] = action.backends;
      return {
        ...{ at: `${match.path.kind} ${match.path.value}`, label, object },
        ...{ to: backend && `${backend.name}:${backend.port}`, host: action.host, path: action.path },
      };
    }),
  };
}

export const service = { virtualServiceRef: { name: 'color' } };
type Parts = { match?: Spec; rewrite?: Spec; port?: number; virtualService?: Spec };
/** A gateway route of a protocol; by default it matches every request and rewrites nothing. */
export const by = (protocol: 'http' | 'http2' | 'grpc', parts: Parts = {}): Spec => {
  const { match = protocol === 'grpc' ? { serviceName: 'shop.Orders' } : { prefix: '/' } } = parts;
  const { rewrite = { hostname: { defaultTargetHostname: 'DISABLED' } } } = parts;
  const { virtualService = service, port } = parts;
  const target = { virtualService, ...(port !== undefined && { port }) };
  return { [`${protocol}Route`]: { match, action: { target, rewrite } } };
};
export const http = (parts?: Parts) => by('http', parts);
