import * as am from '@aws-sdk/client-app-mesh';
import { expect } from 'vitest';
import { refusal } from '../../outcomes.ts';
import { listener, nodeSpec, providedByNode, routeSpec } from '../specs.ts';
import type { Case } from './case.ts';

const inUse = { name: 'ResourceInUseException', $metadata: { httpStatusCode: 409 } };
const thresholds = { healthyThreshold: 2, unhealthyThreshold: 3 };
const healthCheck = {
  ...thresholds,
  intervalMillis: 5000,
  timeoutMillis: 2000,
  protocol: 'http',
  path: '/ping',
} as const;
const seconds = (value: number) => ({ unit: 's', value }) as const;

/** Nearly every member there is. */
const large: am.VirtualNodeSpec = {
  listeners: [
    {
      ...listener,
      healthCheck: { ...healthCheck, port: 8080 },
      connectionPool: { http: { maxConnections: 10, maxPendingRequests: 5 } },
      timeout: { http: { idle: seconds(60), perRequest: seconds(0) } },
      outlierDetection: {
        maxServerErrors: 5,
        maxEjectionPercent: 0,
        interval: seconds(10),
        baseEjectionDuration: seconds(10),
      },
      tls: {
        mode: 'STRICT',
        certificate: { file: { certificateChain: '/chain.pem', privateKey: '/key.pem' } },
        validation: {
          trust: { sds: { secretName: 'trust' } },
          subjectAlternativeNames: { match: { exact: ['blue.example'] } },
        },
      },
    },
  ],
  serviceDiscovery: {
    awsCloudMap: {
      namespaceName: 'example',
      serviceName: 'blue',
      attributes: [{ key: 'version', value: '1' }],
    },
  },
  backends: [{ virtualService: { virtualServiceName: 'green.example' } }],
  backendDefaults: {
    clientPolicy: {
      tls: {
        enforce: false,
        ports: [443],
        validation: { trust: { acm: { certificateAuthorityArns: ['arn:aws:acm-pca:us-west-2:1:ca/1'] } } },
      },
    },
  },
  logging: { accessLog: { file: { path: '/dev/stdout', format: { text: '%START_TIME%' } } } },
};

export const nodeCases: readonly Case[] = [
  {
    name: 'a virtual node comes back with everything that was given',
    run: async (harness) => {
      const meshName = await harness.meshName();
      const created = await harness.node(meshName, 'blue', large);
      const describe = new am.DescribeVirtualNodeCommand({ meshName, virtualNodeName: 'blue' });
      const { virtualNode } = await harness.client.send(describe);
      expect(virtualNode).toMatchObject({ meshName, virtualNodeName: 'blue', spec: large });
      expect(virtualNode).toEqual(created);
      expect(virtualNode?.metadata?.arn).toMatch(/:mesh\/[^/]+\/virtualNode\/blue$/);
    },
  },
  {
    name: 'what was not given is filled in: empty lists, and the port of a health check',
    moto: 'leaves it out',
    run: async (harness) => {
      const spec = nodeSpec({ listeners: [{ ...listener, healthCheck }] });
      const created = await harness.node(await harness.meshName(), 'blue', spec);
      expect(created.spec).toEqual({
        ...spec,
        backends: [],
        listeners: [{ ...listener, healthCheck: { ...healthCheck, port: 8080 } }],
      });
    },
  },
  {
    name: 'what is invalid is BadRequestException, which names the member',
    moto: 'validates little',
    run: async (harness) => {
      const invalid = nodeSpec({ listeners: [{ portMapping: { port: 0, protocol: 'http' } }] });
      expect(await refusal(harness.node(await harness.meshName(), 'blue', invalid))).toMatchObject({
        name: 'BadRequestException',
        message: 'spec.listeners[0].portMapping.port: must be at least 1',
        $metadata: { httpStatusCode: 400 },
      });
    },
  },
  {
    name: 'nodes are listed',
    run: async (harness) => {
      const meshName = await harness.meshName();
      for (const name of ['blue', 'green']) await harness.node(meshName, name);
      const { virtualNodes } = await harness.client.send(new am.ListVirtualNodesCommand({ meshName }));
      expect(virtualNodes).toMatchObject([
        { meshName, virtualNodeName: 'blue', version: 1, createdAt: expect.any(Date) },
        { meshName, virtualNodeName: 'green', version: 1, lastUpdatedAt: expect.any(Date) },
      ]);
    },
  },
  {
    name: 'a mesh with a node is in use, also for a moment after the node was deleted',
    moto: 'deletes the mesh with all that is in it',
    run: async (harness) => {
      const meshName = await harness.meshName();
      await harness.node(meshName, 'blue');
      const deletion = () => harness.client.send(new am.DeleteMeshCommand({ meshName }));
      expect(await refusal(deletion())).toMatchObject(inUse);
      await harness.client.send(new am.DeleteVirtualNodeCommand({ meshName, virtualNodeName: 'blue' }));
      expect(await refusal(deletion())).toMatchObject(inUse);
      await harness.pass(250);
      await deletion();
    },
  },
  {
    name: 'a node that a route targets is in use, until the route names it no more',
    moto: 'deletes it',
    run: async (harness) => {
      const meshName = await harness.blueGreen();
      const deletion = () =>
        harness.client.send(new am.DeleteVirtualNodeCommand({ meshName, virtualNodeName: 'green' }));
      expect(await refusal(deletion())).toMatchObject(inUse);
      const names = { meshName, virtualRouterName: 'router', routeName: 'all' };
      await harness.client.send(new am.UpdateRouteCommand({ ...names, spec: routeSpec({ blue: 1 }) }));
      await harness.pass(250);
      expect((await deletion()).virtualNode?.status?.status).toBe('DELETED');
    },
  },
  {
    name: 'a node that provides a virtual service is in use',
    moto: 'has no virtual services',
    run: async (harness) => {
      const meshName = await harness.meshName();
      await harness.node(meshName, 'blue');
      await harness.service(meshName, 'blue.example', providedByNode('blue'));
      const deletion = harness.client.send(
        new am.DeleteVirtualNodeCommand({ meshName, virtualNodeName: 'blue' }),
      );
      expect(await refusal(deletion)).toMatchObject(inUse);
    },
  },
];
