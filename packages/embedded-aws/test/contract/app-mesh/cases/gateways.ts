import * as am from '@aws-sdk/client-app-mesh';
import { expect } from 'vitest';
import { refusal } from '../../outcomes.ts';
import type { Harness } from '../harness.ts';
import { gatewayRouteSpec, gatewaySpec } from '../specs.ts';
import type { Case } from './case.ts';

const moto = 'has no virtual gateways';

/** A mesh with the gateway `edge` and the service `color.example`. */
async function withGateway(harness: Harness): Promise<{ meshName: string; virtualGatewayName: string }> {
  const meshName = await harness.meshName();
  await harness.gateway(meshName, 'edge');
  await harness.service(meshName, 'color.example');
  return { meshName, virtualGatewayName: 'edge' };
}

export const gatewayCases: readonly Case[] = [
  {
    name: 'a virtual gateway and its route come back as they were given',
    moto,
    run: async (harness) => {
      const names = { ...(await withGateway(harness)), gatewayRouteName: 'color' };
      const spec = { ...gatewayRouteSpec('color.example', '/color'), priority: 3 };
      const created = await harness.client.send(new am.CreateGatewayRouteCommand({ ...names, spec }));
      expect(created.gatewayRoute).toMatchObject({ ...names, spec });
      const { gatewayRoute } = await harness.client.send(new am.DescribeGatewayRouteCommand(names));
      expect(gatewayRoute).toEqual(created.gatewayRoute);
      expect(gatewayRoute?.metadata?.arn).toMatch(/\/virtualGateway\/edge\/gatewayRoute\/color$/);
      const { virtualGateway } = await harness.client.send(new am.DescribeVirtualGatewayCommand(names));
      expect(virtualGateway?.spec).toEqual(gatewaySpec);
    },
  },
  {
    name: 'both are updated and listed',
    moto,
    run: async (harness) => {
      const names = { ...(await withGateway(harness)), gatewayRouteName: 'color' };
      const spec = gatewayRouteSpec('color.example');
      await harness.client.send(new am.CreateGatewayRouteCommand({ ...names, spec }));
      await harness.client.send(
        new am.UpdateGatewayRouteCommand({ ...names, spec: gatewayRouteSpec('color.example', '/color') }),
      );
      await harness.client.send(new am.UpdateVirtualGatewayCommand({ ...names, spec: gatewaySpec }));
      const { gatewayRoutes } = await harness.client.send(new am.ListGatewayRoutesCommand(names));
      expect(gatewayRoutes).toMatchObject([{ ...names, version: 2 }]);
      const { virtualGateways } = await harness.client.send(new am.ListVirtualGatewaysCommand(names));
      expect(virtualGateways).toMatchObject([{ virtualGatewayName: 'edge', version: 2 }]);
    },
  },
  {
    name: 'the service of a gateway route must be there, and is in use then, as the gateway is',
    moto,
    run: async (harness) => {
      const names = await withGateway(harness);
      const creation = (name: string) =>
        harness.client.send(
          new am.CreateGatewayRouteCommand({ ...names, gatewayRouteName: 'r', spec: gatewayRouteSpec(name) }),
        );
      expect(await refusal(creation('nonesuch.example'))).toMatchObject({ name: 'NotFoundException' });
      await creation('color.example');
      const inUse = { name: 'ResourceInUseException' };
      const service = { ...names, virtualServiceName: 'color.example' };
      const deleteService = () => harness.client.send(new am.DeleteVirtualServiceCommand(service));
      const deleteGateway = () => harness.client.send(new am.DeleteVirtualGatewayCommand(names));
      expect(await refusal(deleteService())).toMatchObject(inUse);
      expect(await refusal(deleteGateway())).toMatchObject(inUse);
      await harness.client.send(new am.DeleteGatewayRouteCommand({ ...names, gatewayRouteName: 'r' }));
      await harness.pass(250);
      await deleteService();
      await deleteGateway();
    },
  },
];
