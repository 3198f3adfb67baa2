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

/** The API's names for a kind of resource. */
export interface Kind {
  readonly kind: ResourceKind;
  /** The name in operations and messages. */
  readonly title: Title;
  /** The name in paths and List responses. */
  readonly collection: string;
  readonly nameMember: string;
  /** The parent kind, other than the mesh. */
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

/** The kind's name in messages, such as VirtualNode. */
export function titleOf(kind: ResourceKind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}
