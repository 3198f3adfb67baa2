import type { ResourceKind } from '../../../shared/model/mesh-resource.ts';
import { childKey, childrenOf, type MeshRecord } from './context.ts';
import { badRequest } from './errors.ts';
import type { Spec, SpecOf } from './shapes/specs.ts';

/**
 * Where a router, gateway or node has several listeners, whoever points to it must name a port. For routes and their
 * router AWS's words are known from bug reports, and the order that follows: routes get their ports before their router
 * gets its second listener. The others are what the user guide demands.
 */
export function refuseAmbiguousPorts(
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
  if (listeners.length < 2) return;
  const routes = childrenOf(mesh, 'route', name);
  const missing = routes.filter(({ spec }) => partsOf(spec as SpecOf<'route'>).port === undefined);
  if (missing.length === 0) return;
  const names = missing.slice(0, 5).map((route) => route.name);
  throw badRequest(
    'All Routes for this Virtual Router must define a port match before adding multiple listeners to this ' +
      `Virtual Router. ${missing.length} Route(s) are missing port. ` +
      `Listing up to 5 route names: [${names.join(', ')}]`,
  );
}

function checkRoute(mesh: MeshRecord, routerName: string, spec: SpecOf<'route'>): void {
  const { port, targets } = partsOf(spec);
  if (hasSeveral(mesh, 'virtualRouter', routerName) && port === undefined)
    throw badRequest('Route must define a port match criteria if the Virtual Router has multiple listeners');
  const vague = targets.find(
    (target) => target.port === undefined && hasSeveral(mesh, 'virtualNode', target.virtualNode),
  );
  if (vague !== undefined)
    throw badRequest(`weightedTargets: VirtualNode ${vague.virtualNode} has multiple listeners; set port`);
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

function hasSeveral(mesh: MeshRecord, kind: ResourceKind, name: string): boolean {
  const spec = mesh.children.get(childKey(kind, undefined, name))?.spec;
  return ((spec as { readonly listeners?: readonly unknown[] } | undefined)?.listeners ?? []).length > 1;
}

function partsOf({ grpcRoute, http2Route, httpRoute, tcpRoute }: SpecOf<'route'>) {
  const route = grpcRoute ?? http2Route ?? httpRoute ?? tcpRoute;
  return { port: route?.match?.port, targets: route?.action.weightedTargets ?? [] };
}
