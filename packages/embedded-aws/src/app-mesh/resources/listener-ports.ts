import { childKey, childrenOf, type MeshRecord, type ResourceRecord } from '../context.ts';
import { badRequest } from '../errors.ts';
import type { Spec, SpecOf } from '../shapes/specs.ts';
import type { ResourceKind } from './resource-kind.ts';

/**
 * If a router, gateway or node has several listeners, references to it must name a port. For routes and their router,
 * bug reports quote AWS's texts. They imply the order: routes get their ports before their router gets its second
 * listener. The user guide requires the others.
 *
 * A route needs a listener of its protocol and port. AWS refuses to remove that listener while the route exists (the
 * App Mesh controller's issue 767); its text is unknown, and so is whether it refuses a route without such a listener.
 */
export function refuseWrongPorts(
  mesh: MeshRecord,
  kind: ResourceKind,
  { name, parentName }: { readonly name: string; readonly parentName: string | undefined },
  spec: Spec,
): void {
  if (kind === 'virtualRouter') checkRouter(mesh, name, spec as SpecOf<'virtualRouter'>);
  if (kind === 'route') checkRoute(mesh, parentName ?? '', spec as SpecOf<'route'>);
  if (kind === 'gatewayRoute') checkGatewayRoute(mesh, parentName ?? '', spec as SpecOf<'gatewayRoute'>);
}

function checkRouter(mesh: MeshRecord, name: string, { listeners = [] }: SpecOf<'virtualRouter'>): void {
  const routes = childrenOf(mesh, 'route', name);
  if (listeners.length > 1) refuseRoutesWithoutPort(routes);
  const stranded = routes.filter(({ spec }) => !findsListener(spec as SpecOf<'route'>, listeners));
  if (stranded.length > 0)
    throw badRequest(
      'The listeners of this Virtual Router must match the protocol and port of its Routes. ' +
        `${stranded.length} Route(s) have no listener. Listing up to 5 route names: [${namesOf(stranded)}]`,
    );
}

function refuseRoutesWithoutPort(routes: readonly ResourceRecord[]): void {
  const missing = routes.filter(({ spec }) => partsOf(spec as SpecOf<'route'>).port === undefined);
  if (missing.length === 0) return;
  throw badRequest(
    'All Routes for this Virtual Router must define a port match before adding multiple listeners to this ' +
      `Virtual Router. ${missing.length} Route(s) are missing port. ` +
      `Listing up to 5 route names: [${namesOf(missing)}]`,
  );
}

function namesOf(routes: readonly ResourceRecord[]): string {
  return routes
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ');
}

function checkRoute(mesh: MeshRecord, routerName: string, spec: SpecOf<'route'>): void {
  const { port, targets } = partsOf(spec);
  if (hasSeveral(mesh, 'virtualRouter', routerName) && port === undefined)
    throw badRequest('Route must define a port match criteria if the Virtual Router has multiple listeners');
  const { listeners = [] } = specOf<'virtualRouter'>(mesh, 'virtualRouter', routerName) ?? {};
  if (!findsListener(spec, listeners))
    throw badRequest(`Route must match the protocol and port of a listener of Virtual Router ${routerName}`);
  const withoutPort = targets.find(
    (target) => target.port === undefined && hasSeveral(mesh, 'virtualNode', target.virtualNode),
  );
  if (withoutPort !== undefined)
    throw badRequest(
      `weightedTargets: VirtualNode ${withoutPort.virtualNode} has multiple listeners; set port`,
    );
}

function checkGatewayRoute(mesh: MeshRecord, gatewayName: string, spec: SpecOf<'gatewayRoute'>): void {
  const { match, action } = spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute ?? {};
  if (hasSeveral(mesh, 'virtualGateway', gatewayName) && match?.port === undefined)
    throw badRequest('match.port: must be set where the Virtual Gateway has multiple listeners');
  const serviceName = action?.target.virtualService.virtualServiceName ?? '';
  if (action?.target.port === undefined && isProvidedBySeveral(mesh, serviceName))
    throw badRequest(
      `action.target.port: must be set, the provider of VirtualService ${serviceName} has multiple listeners`,
    );
}

function isProvidedBySeveral(mesh: MeshRecord, serviceName: string): boolean {
  const service = mesh.children.get(childKey('virtualService', undefined, serviceName));
  const { virtualNode, virtualRouter } =
    (service?.spec as SpecOf<'virtualService'> | undefined)?.provider ?? {};
  return (
    (virtualNode !== undefined && hasSeveral(mesh, 'virtualNode', virtualNode.virtualNodeName)) ||
    (virtualRouter !== undefined && hasSeveral(mesh, 'virtualRouter', virtualRouter.virtualRouterName))
  );
}

function hasSeveral(
  mesh: MeshRecord,
  kind: 'virtualRouter' | 'virtualNode' | 'virtualGateway',
  name: string,
): boolean {
  return (specOf(mesh, kind, name)?.listeners ?? []).length > 1;
}

function specOf<Kind extends ResourceKind>(
  mesh: MeshRecord,
  kind: Kind,
  name: string,
): SpecOf<Kind> | undefined {
  return mesh.children.get(childKey(kind, undefined, name))?.spec as SpecOf<Kind> | undefined;
}

/** A router without listeners accepts any route. */
function findsListener(
  route: SpecOf<'route'>,
  listeners: NonNullable<SpecOf<'virtualRouter'>['listeners']>,
): boolean {
  const { protocol, port } = partsOf(route);
  return (
    listeners.length === 0 ||
    listeners.some(
      ({ portMapping }) =>
        portMapping.protocol === protocol && (port === undefined || portMapping.port === port),
    )
  );
}

function partsOf({ grpcRoute, http2Route, httpRoute, tcpRoute }: SpecOf<'route'>) {
  const route = grpcRoute ?? http2Route ?? httpRoute ?? tcpRoute;
  const protocol = grpcRoute ? 'grpc' : http2Route ? 'http2' : httpRoute ? 'http' : 'tcp';
  return { protocol, port: route?.match?.port, targets: route?.action.weightedTargets ?? [] };
}
