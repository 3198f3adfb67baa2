import { objectNameText } from '../../../model/records/mesh-claim.ts';
import { awsNameOf, type Directory } from '../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../../plan/entry.ts';
import { type GatewayRoute, gatewayRouteOf, orderedGatewayRoutes } from '../gateway-routes.ts';
import { listenersOf, providerOf, referredTo } from '../provider.ts';
import { defaultRequestTimeoutMs } from '../timing.ts';
import { consider } from './consider.ts';
import type { Evaluation } from './evaluation.ts';
import { type MeshRequest, withPlainPath } from './request.ts';
import { rewritten } from './rewrite.ts';
import { notFound, type Served, serve } from './serve.ts';

type Answer = Served & Partial<Pick<Evaluation, 'gatewayRoutes' | 'service' | 'serviceName'>>;

/** Two hops, as in App Mesh: a gateway route chooses the virtual service and rewrites; then the service's own routes decide. */
export function fromGateway(
  directory: Directory,
  gateway: EntryOf<'VirtualGateway'>,
  request: MeshRequest,
): Answer {
  const name = objectNameText(gateway.id);
  const ports = gateway.content.spec.listeners.map(({ portMapping }) => portMapping);
  const listener = ports.find(({ port }) => port === request.port);
  if (listener === undefined)
    return {
      outcome: 'NoListener',
      reason: `${name} does not listen on port ${request.port} (it has ${ports.map(({ port }) => port).join(', ')}): the connection is refused`,
    };
  const routes = orderedGatewayRoutes(directory, gateway).map(candidateOf);
  const listening = { protocol: listener.protocol, listener: `port ${request.port} of ${name}` };
  const { taken, undecided, considered } = consider(routes, request, listening);
  const found = { gatewayRoutes: considered };
  if (undecided) return { ...found, outcome: 'NotEvaluated', reason: undecided };
  if (taken?.route === undefined)
    return {
      ...found,
      outcome: 'NoRoute',
      reason: `${routes.length === 0 ? `${name} has no gateway route` : `no gateway route of ${name} takes the request`}: ${notFound}`,
    };
  return { ...found, ...toService(directory, taken.entry, taken.route, request) };
}

function candidateOf(entry: Entry) {
  const name = objectNameText(entry.id);
  if (!isOfKind(entry, 'GatewayRoute'))
    return { name, entry, ...invalid, fault: `is invalid, so its last valid state stays: ${entry.fault}` };
  const route = gatewayRouteOf(entry.content.spec);
  return { name, entry, route, protocol: route.protocol, match: route.match };
}

const invalid = {
  route: undefined,
  protocol: '',
  match: { path: undefined, headers: [], queryParameters: [] },
};

function toService(directory: Directory, entry: Entry, route: GatewayRoute, request: MeshRequest): Answer {
  const { virtualService, port: targetPort } = route.target;
  const service = referredTo(directory, 'VirtualService', entry, virtualService.virtualServiceRef);
  const name = objectNameText(entry.id);
  if (service === undefined)
    return {
      outcome: 'NotKnown',
      reason: `the virtual service of ${name} is missing or invalid, so the last valid state of ${name} stays`,
    };
  const own = { service: service.id, serviceName: awsNameOf(service) };
  const provider = providerOf(directory, service);
  const ports = provider ? listenersOf(directory, provider).map(({ port }) => port) : [];
  const port = targetPort ?? (ports.length === 1 ? ports[0] : undefined);
  if (port === undefined && ports.length > 1)
    return {
      ...own,
      outcome: 'NotKnown',
      reason: `${name} names no port, and ${objectNameText(service.id)} listens on ${ports.join(', ')}; expected action.target.port`,
    };
  const sent = { ...withPlainPath(rewritten(route, request, awsNameOf(service))), port: port ?? 0 };
  const served = serve(directory, service, sent);
  const hop = { of: name, milliseconds: defaultRequestTimeoutMs, isDefault: true };
  return { ...own, ...served, ...(served.timeouts && { timeouts: [hop, ...served.timeouts] }) };
}
