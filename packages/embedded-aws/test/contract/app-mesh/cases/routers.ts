import * as am from '@aws-sdk/client-app-mesh';
import { expect } from 'vitest';
import { refusal } from '../../outcomes.ts';
import { nodeSpec, routerSpec, routeSpec } from '../specs.ts';
import type { Case } from './case.ts';

const notFound = { name: 'NotFoundException', $metadata: { httpStatusCode: 404 } };

export const routerCases: readonly Case[] = [
  {
    name: 'a virtual router and its route come back as they were given',
    run: async (harness) => {
      const meshName = await harness.meshName();
      await harness.node(meshName, 'blue');
      const router = await harness.router(meshName, 'router');
      expect(router).toMatchObject({ meshName, virtualRouterName: 'router', spec: routerSpec });
      const spec = { ...routeSpec({ blue: 100 }), priority: 0 };
      const route = await harness.route(meshName, 'all', spec);
      expect(route).toMatchObject({ meshName, virtualRouterName: 'router', routeName: 'all', spec });
      expect(route.metadata?.arn).toBe(`${router.metadata?.arn}/route/all`);
      const names = { meshName, virtualRouterName: 'router', routeName: 'all' };
      expect((await harness.client.send(new am.DescribeRouteCommand(names))).route).toEqual(route);
    },
  },
  {
    name: 'changed weights are one update of the same route',
    run: async (harness) => {
      const meshName = await harness.blueGreen();
      const names = { meshName, virtualRouterName: 'router', routeName: 'all' };
      const { route: before } = await harness.client.send(new am.DescribeRouteCommand(names));
      const spec = routeSpec({ blue: 50, green: 50 });
      const { route } = await harness.client.send(new am.UpdateRouteCommand({ ...names, spec }));
      expect(route).toMatchObject({ spec, metadata: { version: 2, uid: before?.metadata?.uid } });
    },
  },
  {
    name: 'weights that sum to more than 100 are accepted, as AWS is reported to do',
    run: async (harness) => {
      const meshName = await harness.blueGreen();
      const names = { meshName, virtualRouterName: 'router', routeName: 'all' };
      const spec = routeSpec({ blue: 100, green: 50 });
      const { route } = await harness.client.send(new am.UpdateRouteCommand({ ...names, spec }));
      expect(route).toMatchObject({ spec });
    },
  },
  {
    name: 'routes are listed by router',
    run: async (harness) => {
      const meshName = await harness.blueGreen();
      const { routes } = await harness.client.send(
        new am.ListRoutesCommand({ meshName, virtualRouterName: 'router' }),
      );
      expect(routes).toMatchObject([{ meshName, virtualRouterName: 'router', routeName: 'all', version: 1 }]);
      const { virtualRouters } = await harness.client.send(new am.ListVirtualRoutersCommand({ meshName }));
      expect(virtualRouters).toMatchObject([{ virtualRouterName: 'router' }]);
    },
  },
  {
    name: 'a route of a router that is not there is NotFoundException',
    moto: 'has an error of its own',
    run: async (harness) => {
      const meshName = await harness.meshName();
      await harness.node(meshName, 'blue');
      expect(await refusal(harness.route(meshName, 'all', routeSpec({ blue: 1 })))).toMatchObject(notFound);
    },
  },
  {
    name: 'a route to a node that is not there is NotFoundException, at creation and update',
    moto: 'takes it',
    run: async (harness) => {
      const meshName = await harness.blueGreen();
      const spec = routeSpec({ blue: 1, red: 1 });
      expect(await refusal(harness.route(meshName, 'more', spec))).toMatchObject(notFound);
      const names = { meshName, virtualRouterName: 'router', routeName: 'all' };
      const update = harness.client.send(new am.UpdateRouteCommand({ ...names, spec }));
      expect(await refusal(update)).toMatchObject({
        ...notFound,
        message: 'VirtualNode with name red is missing',
      });
    },
  },
  {
    name: 'a router with a route is in use',
    moto: 'deletes it',
    run: async (harness) => {
      const meshName = await harness.blueGreen();
      const names = { meshName, virtualRouterName: 'router' };
      const deletion = () => harness.client.send(new am.DeleteVirtualRouterCommand(names));
      expect(await refusal(deletion())).toMatchObject({ name: 'ResourceInUseException' });
      await harness.client.send(new am.DeleteRouteCommand({ ...names, routeName: 'all' }));
      await harness.pass(250);
      await deletion();
    },
  },
  {
    name: 'a second listener waits until every route names a port',
    moto: 'takes it',
    run: async (harness) => {
      const meshName = await harness.blueGreen();
      const names = { meshName, virtualRouterName: 'router' };
      const second = { portMapping: { port: 8081, protocol: 'grpc' } } as const;
      const spec = { listeners: [...(routerSpec.listeners ?? []), second] };
      const addition = () => harness.client.send(new am.UpdateVirtualRouterCommand({ ...names, spec }));
      expect(await refusal(addition())).toMatchObject({
        name: 'BadRequestException',
        message: expect.stringContaining('1 Route(s) are missing port. Listing up to 5 route names: [all]'),
      });
      const { httpRoute } = routeSpec({ blue: 1 });
      const withPort = {
        httpRoute: { action: httpRoute?.action, match: { prefix: '/', port: 8080 } },
      };
      await harness.client.send(new am.UpdateRouteCommand({ ...names, routeName: 'all', spec: withPort }));
      await addition();
      expect(await refusal(harness.route(meshName, 'more', routeSpec({ blue: 1 })))).toMatchObject({
        name: 'BadRequestException',
        message: 'Route must define a port match criteria if the Virtual Router has multiple listeners',
      });
    },
  },
  {
    name: 'a second router, node or route of a name is ConflictException',
    moto: 'has errors of its own',
    run: async (harness) => {
      const meshName = await harness.blueGreen();
      const conflict = { name: 'ConflictException', $metadata: { httpStatusCode: 409 } };
      expect(await refusal(harness.router(meshName, 'router'))).toMatchObject(conflict);
      expect(await refusal(harness.node(meshName, 'blue', nodeSpec()))).toMatchObject(conflict);
      expect(await refusal(harness.route(meshName, 'all', routeSpec({ blue: 1 })))).toMatchObject(conflict);
    },
  },
];
