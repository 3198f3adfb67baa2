import type { VirtualRouterSpec } from '../../../../model/mesh/kinds/virtual-router.ts';
import type { Directory, Place } from '../../../plan/directory.ts';
import type { ValidEntry } from '../../../plan/entry.ts';
import type { References } from '../../../plan/references/references.ts';
import type { ResourceRequest, Spec } from '../../../plan/resource.ts';
import { gatewayRouteSpecInput } from '../translate/gateway-route.ts';
import { type MeshDefaults, meshSpecInput } from '../translate/mesh.ts';
import { routeSpecInput } from '../translate/route.ts';
import { virtualGatewaySpecInput } from '../translate/virtual-gateway.ts';
import { virtualNodeSpecInput } from '../translate/virtual-node.ts';
import { virtualRouterSpecInput } from '../translate/virtual-router.ts';
import { virtualServiceSpecInput } from '../translate/virtual-service.ts';
import { type ResourceName, resourceKey } from './resource-name.ts';
import { resourceAt, resourceOf } from './resource-of.ts';
import { referredIn } from './spec-references.ts';

interface Wanted {
  readonly resource: ResourceName;
  readonly specOf: (references: References) => unknown;
}

/** The resource of the object itself, and a virtual router's routes. */
export function requestsOf(
  entry: ValidEntry,
  place: Place,
  directory: Directory,
  defaults: MeshDefaults,
): readonly ResourceRequest<ResourceName>[] {
  const resource = resourceAt(place, entry);
  if ('reason' in resource) return [];
  return wantedOf(entry, resource, defaults).map((wanted) => requestOf(wanted, directory));
}

function requestOf({ resource, specOf }: Wanted, directory: Directory): ResourceRequest<ResourceName> {
  return {
    key: resourceKey(resource),
    resource,
    translate: (references) => {
      const spec = specOf(references) as Spec;
      return {
        spec,
        // Backends name virtual services that need not exist: else two nodes could not call each other.
        dependsOn: [
          ...ownersOf(resource),
          ...(resource.kind === 'virtualNode' ? [] : keysOf(references, directory)),
        ],
        refersTo: referredIn(resource, spec).map(resourceKey),
      };
    },
  };
}

function keysOf({ referred }: References, directory: Directory): readonly string[] {
  return [...referred].flatMap((entry) => {
    const resource = resourceOf(directory, entry);
    return 'reason' in resource ? [] : [resourceKey(resource)];
  });
}

function wantedOf(
  { content }: ValidEntry,
  resource: ResourceName,
  defaults: MeshDefaults,
): readonly Wanted[] {
  const own = (specOf: Wanted['specOf']): Wanted => ({ resource, specOf });
  switch (content.kind) {
    case 'Mesh':
      return [own(() => meshSpecInput(content.spec, defaults))];
    case 'VirtualNode':
      return [own((references) => virtualNodeSpecInput(content.spec, references))];
    case 'VirtualGateway':
      return [own(() => virtualGatewaySpecInput(content.spec))];
    case 'VirtualService':
      return [own((references) => virtualServiceSpecInput(content.spec, references))];
    case 'GatewayRoute':
      return [own((references) => gatewayRouteSpecInput(content.spec, references))];
    case 'VirtualRouter':
      return [own(() => virtualRouterSpecInput(content.spec)), ...routesOf(content.spec, resource)];
    case 'BackendGroup':
      return [];
  }
}

function routesOf({ routes }: VirtualRouterSpec, router: ResourceName): readonly Wanted[] {
  return (routes ?? []).map((route, index) => ({
    resource: { ...router, kind: 'route', parentName: router.name, name: route.name },
    specOf: (references) => routeSpecInput(route, references, `spec.routes[${index}]`),
  }));
}

/** The mesh; of a route, its router; of a gateway route, its gateway. */
function ownersOf({ kind, meshName, meshOwner, parentName }: ResourceName): readonly string[] {
  if (kind === 'mesh') return [];
  if (parentName === undefined) return [resourceKey({ kind: 'mesh', meshName, meshOwner, name: meshName })];
  const parent = kind === 'route' ? 'virtualRouter' : 'virtualGateway';
  return [resourceKey({ kind: parent, meshName, meshOwner, name: parentName })];
}
