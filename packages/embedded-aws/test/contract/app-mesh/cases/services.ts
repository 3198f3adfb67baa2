import * as am from '@aws-sdk/client-app-mesh';
import { expect } from 'vitest';
import { refusal } from '../../outcomes.ts';
import { providedByNode, providedByRouter } from '../specs.ts';
import type { Case } from './case.ts';

const moto = 'has no virtual services';

export const serviceCases: readonly Case[] = [
  {
    name: 'a virtual service comes back under its name, whatever characters are in it',
    moto,
    run: async (harness) => {
      const meshName = await harness.meshName();
      const virtualServiceName = 'blue & green/é.example';
      const created = await harness.service(meshName, virtualServiceName);
      const describe = new am.DescribeVirtualServiceCommand({ meshName, virtualServiceName });
      expect((await harness.client.send(describe)).virtualService).toEqual(created);
      expect(created).toMatchObject({ virtualServiceName, status: { status: 'ACTIVE' } });
      expect(created?.spec).toEqual({});
    },
  },
  {
    name: 'its provider must be there, and can be another one later',
    moto,
    run: async (harness) => {
      const meshName = await harness.meshName();
      const creation = () => harness.service(meshName, 'color.example', providedByNode('blue'));
      expect(await refusal(creation())).toMatchObject({ name: 'NotFoundException' });
      await harness.node(meshName, 'blue');
      await creation();
      await harness.router(meshName, 'router');
      const spec = providedByRouter('router');
      const update = new am.UpdateVirtualServiceCommand({
        meshName,
        virtualServiceName: 'color.example',
        spec,
      });
      expect((await harness.client.send(update)).virtualService).toMatchObject({
        spec,
        metadata: { version: 2 },
      });
    },
  },
  {
    name: 'a router that provides it is in use until it is deleted',
    moto,
    run: async (harness) => {
      const meshName = await harness.meshName();
      await harness.router(meshName, 'router');
      await harness.service(meshName, 'color.example', providedByRouter('router'));
      const deletion = () =>
        harness.client.send(new am.DeleteVirtualRouterCommand({ meshName, virtualRouterName: 'router' }));
      expect(await refusal(deletion())).toMatchObject({
        name: 'ResourceInUseException',
        message: 'VirtualRouter with name router cannot be deleted because it is a VirtualService provider',
      });
      const gone = new am.DeleteVirtualServiceCommand({ meshName, virtualServiceName: 'color.example' });
      expect((await harness.client.send(gone)).virtualService?.status?.status).toBe('DELETED');
      await harness.pass(250);
      await deletion();
    },
  },
  {
    name: 'services are listed',
    moto,
    run: async (harness) => {
      const meshName = await harness.meshName();
      for (const name of ['a.example', 'b.example']) await harness.service(meshName, name);
      const { virtualServices } = await harness.client.send(new am.ListVirtualServicesCommand({ meshName }));
      expect(virtualServices).toMatchObject([
        { virtualServiceName: 'a.example', version: 1 },
        { virtualServiceName: 'b.example', version: 1 },
      ]);
    },
  },
];
