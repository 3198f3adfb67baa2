import type { ResourceKind } from './resource-kind.ts';

type Title =
  | 'Mesh'
  | 'VirtualGateway'
  | 'GatewayRoute'
  | 'VirtualNode'
  | 'VirtualRouter'
  | 'Route'
  | 'VirtualService';
export type Verb = 'Create' | 'Update' | 'Delete' | 'Describe' | 'List';
export type ResourceOperation =
  | `${Exclude<Verb, 'List'>}${Title}`
  | `List${Exclude<Title, 'Mesh'>}s`
  | 'ListMeshes';
export type OperationName = ResourceOperation | 'TagResource' | 'UntagResource' | 'ListTagsForResource';

/** How the API speaks of a kind of resources. */
export interface Kind {
  readonly kind: ResourceKind;
  /** As operations and messages name it. */
  readonly title: Title;
  /** Of paths and of what List answers. */
  readonly collection: string;
  readonly nameMember: string;
  /** The kind under which it lives, other than the mesh. */
  readonly parent?: Parent | undefined;
  readonly operations: Readonly<Record<Verb, ResourceOperation>>;
}

interface Parent {
  readonly kind: ResourceKind;
  readonly title: Title;
  readonly nameMember: string;
}

const virtualRouter = {
  kind: 'virtualRouter',
  title: 'VirtualRouter',
  nameMember: 'virtualRouterName',
} as const;
const virtualGateway = {
  kind: 'virtualGateway',
  title: 'VirtualGateway',
  nameMember: 'virtualGatewayName',
} as const;

export const kinds: readonly Kind[] = [
  kindOf('mesh', 'Mesh', 'ListMeshes'),
  kindOf('virtualGateway', 'VirtualGateway', 'ListVirtualGateways'),
  kindOf('gatewayRoute', 'GatewayRoute', 'ListGatewayRoutes', virtualGateway),
  kindOf('virtualNode', 'VirtualNode', 'ListVirtualNodes'),
  kindOf('virtualRouter', 'VirtualRouter', 'ListVirtualRouters'),
  kindOf('route', 'Route', 'ListRoutes', virtualRouter),
  kindOf('virtualService', 'VirtualService', 'ListVirtualServices'),
];

function kindOf(kind: ResourceKind, title: Title, list: ResourceOperation, parent?: Parent): Kind {
  const plural = list.slice('List'.length);
  return {
    kind,
    title,
    collection: plural.charAt(0).toLowerCase() + plural.slice(1),
    nameMember: `${kind}Name`,
    parent,
    operations: {
      Create: `Create${title}`,
      Update: `Update${title}`,
      Delete: `Delete${title}`,
      Describe: `Describe${title}`,
      List: list,
    },
  };
}

/** VirtualNode, as messages name the kind. */
export function titleOf(kind: ResourceKind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
