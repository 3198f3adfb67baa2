import * as am from '@aws-sdk/client-app-mesh';
import { present } from '../outcomes.ts';
import { ServiceHarness } from '../service-harness.ts';
import { gatewaySpec, nodeSpec, routerSpec, routeSpec } from './specs.ts';

/** What the cases do all the time. Every case makes its own mesh, so that all can share one server. */
export class Harness extends ServiceHarness<am.AppMeshClient> {
  async mesh(input: Partial<am.CreateMeshCommandInput> = {}): Promise<am.MeshData> {
    const { mesh } = await this.client.send(new am.CreateMeshCommand({ meshName: this.name(), ...input }));
    return present(mesh, 'mesh');
  }

  /** The name of a new mesh. */
  async meshName(): Promise<string> {
    return present((await this.mesh()).meshName, 'meshName');
  }

  async node(meshName: string, virtualNodeName: string, spec = nodeSpec()): Promise<am.VirtualNodeData> {
    const command = new am.CreateVirtualNodeCommand({ meshName, virtualNodeName, spec });
    return present((await this.client.send(command)).virtualNode, 'virtualNode');
  }

  async router(meshName: string, virtualRouterName: string): Promise<am.VirtualRouterData> {
    const input = { meshName, virtualRouterName, spec: routerSpec };
    const { virtualRouter } = await this.client.send(new am.CreateVirtualRouterCommand(input));
    return present(virtualRouter, 'virtualRouter');
  }

  /** Of the virtual router `router`. */
  async route(meshName: string, routeName: string, spec: am.RouteSpec): Promise<am.RouteData> {
    const input = { meshName, virtualRouterName: 'router', routeName, spec };
    return present((await this.client.send(new am.CreateRouteCommand(input))).route, 'route');
  }

  /** A mesh with the nodes blue and green, and between them by 100 and 0 the route `all` of the router `router`. */
  async blueGreen(): Promise<string> {
    const meshName = await this.meshName();
    for (const color of ['blue', 'green']) await this.node(meshName, color);
    await this.router(meshName, 'router');
    await this.route(meshName, 'all', routeSpec({ blue: 100, green: 0 }));
    return meshName;
  }

  async service(
    meshName: string,
    virtualServiceName: string,
    spec: am.VirtualServiceSpec = {},
  ): Promise<am.VirtualServiceData> {
    const command = new am.CreateVirtualServiceCommand({ meshName, virtualServiceName, spec });
    return present((await this.client.send(command)).virtualService, 'virtualService');
  }

  async gateway(meshName: string, virtualGatewayName: string): Promise<am.VirtualGatewayData> {
    const input = { meshName, virtualGatewayName, spec: gatewaySpec };
    const { virtualGateway } = await this.client.send(new am.CreateVirtualGatewayCommand(input));
    return present(virtualGateway, 'virtualGateway');
  }
}
