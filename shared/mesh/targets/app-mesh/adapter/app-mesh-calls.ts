import {
  type $Command,
  type AppMeshClient,
  type AppMeshClientResolvedConfig,
  CreateGatewayRouteCommand,
  CreateMeshCommand,
  CreateRouteCommand,
  CreateVirtualGatewayCommand,
  CreateVirtualNodeCommand,
  CreateVirtualRouterCommand,
  CreateVirtualServiceCommand,
  DeleteGatewayRouteCommand,
  DeleteMeshCommand,
  DeleteRouteCommand,
  DeleteVirtualGatewayCommand,
  DeleteVirtualNodeCommand,
  DeleteVirtualRouterCommand,
  DeleteVirtualServiceCommand,
  DescribeGatewayRouteCommand,
  DescribeMeshCommand,
  DescribeRouteCommand,
  DescribeVirtualGatewayCommand,
  DescribeVirtualNodeCommand,
  DescribeVirtualRouterCommand,
  DescribeVirtualServiceCommand,
  ListGatewayRoutesCommand,
  ListMeshesCommand,
  ListRoutesCommand,
  ListVirtualGatewaysCommand,
  ListVirtualNodesCommand,
  ListVirtualRoutersCommand,
  ListVirtualServicesCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  UpdateGatewayRouteCommand,
  UpdateMeshCommand,
  UpdateRouteCommand,
  UpdateVirtualGatewayCommand,
  UpdateVirtualNodeCommand,
  UpdateVirtualRouterCommand,
  UpdateVirtualServiceCommand,
} from '@aws-sdk/client-app-mesh';
import type { ResourceKind, ResourceName } from '../plan/resource-name.ts';

type Members = Readonly<Record<string, unknown>>;

/** An SDK operation in the same form for every kind: its input and output members are accessed by name. */
interface Operation {
  /** As in IAM, without the prefix: `CreateMesh`. */
  readonly name: string;
  readonly send: (client: AppMeshClient, input: Members) => Promise<Members>;
}

type Verb = 'create' | 'update' | 'delete' | 'describe' | 'list';

/** The operations of each kind. */
export const operations: Readonly<Record<ResourceKind, Readonly<Record<Verb, Operation>>>> = {
  mesh: {
    create: operation('CreateMesh', CreateMeshCommand),
    update: operation('UpdateMesh', UpdateMeshCommand),
    delete: operation('DeleteMesh', DeleteMeshCommand),
    describe: operation('DescribeMesh', DescribeMeshCommand),
    list: operation('ListMeshes', ListMeshesCommand),
  },
  virtualGateway: {
    create: operation('CreateVirtualGateway', CreateVirtualGatewayCommand),
    update: operation('UpdateVirtualGateway', UpdateVirtualGatewayCommand),
    delete: operation('DeleteVirtualGateway', DeleteVirtualGatewayCommand),
    describe: operation('DescribeVirtualGateway', DescribeVirtualGatewayCommand),
    list: operation('ListVirtualGateways', ListVirtualGatewaysCommand),
  },
  gatewayRoute: {
    create: operation('CreateGatewayRoute', CreateGatewayRouteCommand),
    update: operation('UpdateGatewayRoute', UpdateGatewayRouteCommand),
    delete: operation('DeleteGatewayRoute', DeleteGatewayRouteCommand),
    describe: operation('DescribeGatewayRoute', DescribeGatewayRouteCommand),
    list: operation('ListGatewayRoutes', ListGatewayRoutesCommand),
  },
  virtualNode: {
    create: operation('CreateVirtualNode', CreateVirtualNodeCommand),
    update: operation('UpdateVirtualNode', UpdateVirtualNodeCommand),
    delete: operation('DeleteVirtualNode', DeleteVirtualNodeCommand),
    describe: operation('DescribeVirtualNode', DescribeVirtualNodeCommand),
    list: operation('ListVirtualNodes', ListVirtualNodesCommand),
  },
  virtualRouter: {
    create: operation('CreateVirtualRouter', CreateVirtualRouterCommand),
    update: operation('UpdateVirtualRouter', UpdateVirtualRouterCommand),
    delete: operation('DeleteVirtualRouter', DeleteVirtualRouterCommand),
    describe: operation('DescribeVirtualRouter', DescribeVirtualRouterCommand),
    list: operation('ListVirtualRouters', ListVirtualRoutersCommand),
  },
  route: {
    create: operation('CreateRoute', CreateRouteCommand),
    update: operation('UpdateRoute', UpdateRouteCommand),
    delete: operation('DeleteRoute', DeleteRouteCommand),
    describe: operation('DescribeRoute', DescribeRouteCommand),
    list: operation('ListRoutes', ListRoutesCommand),
  },
  virtualService: {
    create: operation('CreateVirtualService', CreateVirtualServiceCommand),
    update: operation('UpdateVirtualService', UpdateVirtualServiceCommand),
    delete: operation('DeleteVirtualService', DeleteVirtualServiceCommand),
    describe: operation('DescribeVirtualService', DescribeVirtualServiceCommand),
    list: operation('ListVirtualServices', ListVirtualServicesCommand),
  },
};

/**
 * The SDK types each operation separately. The members of all kinds differ only in their names, so the types are
 * dropped here, and only here.
 */
function operation<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  name: string,
  Command: new (
    input: Input,
  ) => $Command<Input, Output, AppMeshClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>,
): Operation {
  return {
    name,
    send: async (client, input) =>
      (await client.send(new Command(input as unknown as Input))) as unknown as Members,
  };
}

const parents: Partial<Record<ResourceKind, ResourceKind>> = {
  gatewayRoute: 'virtualGateway',
  route: 'virtualRouter',
};

/** The member that contains the name of a kind: `virtualNodeName`. */
export function nameMember(kind: ResourceKind): string {
  return `${kind}Name`;
}

/** The member of a list's answer that contains its items: `virtualNodes`. */
export function listMember(kind: ResourceKind): string {
  return kind === 'mesh' ? 'meshes' : `${kind}s`;
}

/** The members that locate resources of a kind: the mesh, its owner, and the parent of a route. */
export function scopeMembers(
  kind: ResourceKind,
  { meshName, meshOwner, parentName }: Omit<ResourceName, 'kind' | 'name'>,
): Members {
  const parent = parents[kind];
  return {
    meshName,
    ...(meshOwner !== undefined && { meshOwner }),
    ...(parent !== undefined && { [nameMember(parent)]: parentName }),
  };
}
