import * as sd from '@aws-sdk/client-servicediscovery';
import { expect } from 'vitest';
import { refusal } from '../../outcomes.ts';
import type { Harness } from '../harness.ts';
import type { Case } from './case.ts';

interface Place {
  readonly NamespaceName: string;
  readonly ServiceName: string;
  readonly ServiceId: string;
}

/** A service in an HTTP namespace, with instances of these custom attributes. */
async function place(
  harness: Harness,
  instances: Readonly<Record<string, Record<string, string>>> = {},
  service?: Partial<sd.CreateServiceCommandInput>,
): Promise<Place> {
  const { id: namespaceId, name: NamespaceName } = await harness.httpNamespace();
  const { id: ServiceId, name: ServiceName } = await harness.service(namespaceId, service);
  for (const [id, attributes] of Object.entries(instances))
    await harness.register(ServiceId, id, { AWS_INSTANCE_IPV4: '192.0.2.1', ...attributes });
  return { NamespaceName, ServiceName, ServiceId };
}

async function setHealth(
  harness: Harness,
  { ServiceId }: Place,
  InstanceId: string,
  Status: sd.CustomHealthStatus,
) {
  await harness.client.send(
    new sd.UpdateInstanceCustomHealthStatusCommand({ ServiceId, InstanceId, Status }),
  );
  await harness.pass(400);
}

async function revision(harness: Harness, { NamespaceName, ServiceName }: Place): Promise<number> {
  const input = { NamespaceName, ServiceName };
  const answer = await harness.client.send(new sd.DiscoverInstancesRevisionCommand(input));
  const { InstancesRevision } = await harness.client.send(new sd.DiscoverInstancesCommand(input));
  if (typeof InstancesRevision === 'number') expect(answer.InstancesRevision).toBe(InstancesRevision);
  return answer.InstancesRevision ?? Number.NaN;
}

export const discoverCases: readonly Case[] = [
  {
    name: 'DiscoverInstances answers names, health and attributes',
    run: async (harness) => {
      const attributes = { AWS_INIT_HEALTH_STATUS: 'HEALTHY', version: 'blue' };
      const { NamespaceName, ServiceName } = await place(harness, { i: attributes });
      const { Instances } = await harness.client.send(
        new sd.DiscoverInstancesCommand({ NamespaceName, ServiceName }),
      );
      expect(Instances).toEqual([
        {
          InstanceId: 'i',
          NamespaceName,
          ServiceName,
          HealthStatus: 'HEALTHY',
          Attributes: { AWS_INSTANCE_IPV4: '192.0.2.1', ...attributes },
        },
      ]);
    },
  },
  {
    name: 'without a health check the health is UNKNOWN, and filters ignore it',
    moto: 'gives HEALTHY',
    run: async (harness) => {
      const { NamespaceName, ServiceName } = await place(harness, { i: {} }, {});
      const input = { NamespaceName, ServiceName, HealthStatus: 'UNHEALTHY' } as const;
      const { Instances } = await harness.client.send(new sd.DiscoverInstancesCommand(input));
      expect(Instances?.map(({ HealthStatus }) => HealthStatus)).toEqual(['UNKNOWN']);
    },
  },
  {
    name: 'names that do not exist are NamespaceNotFound and ServiceNotFound',
    run: async (harness) => {
      const { NamespaceName } = await place(harness);
      const nowhere = harness.discovered({ NamespaceName: harness.name(), ServiceName: 's' });
      expect(await refusal(nowhere)).toMatchObject({ name: 'NamespaceNotFound' });
      const nothing = harness.discovered({ NamespaceName, ServiceName: 's' });
      expect(await refusal(nothing)).toMatchObject({ name: 'ServiceNotFound' });
    },
  },
  {
    name: 'QueryParameters must all match; OptionalParameters only narrow',
    run: async (harness) => {
      const { NamespaceName, ServiceName } = await place(harness, {
        blue: { app: 'color', version: 'blue' },
        red: { app: 'color', version: 'red' },
        other: { app: 'other', version: 'blue' },
      });
      const names = { NamespaceName, ServiceName };
      const find = (
        QueryParameters: Record<string, string>,
        OptionalParameters: Record<string, string> = {},
      ) => harness.discovered({ ...names, QueryParameters, OptionalParameters });
      expect(await find({ app: 'color' })).toEqual(['blue', 'red']);
      expect(await find({ app: 'color', version: 'blue' })).toEqual(['blue']);
      expect(await find({ app: 'color' }, { version: 'red' })).toEqual(['red']);
      expect(await find({ app: 'color' }, { version: 'green' })).toEqual(['blue', 'red']);
      expect(await find({ app: 'none' })).toEqual([]);
    },
  },
  {
    name: 'MaxResults limits, and there is no second page',
    run: async (harness) => {
      const { NamespaceName, ServiceName } = await place(harness, { a: {}, b: {}, c: {} });
      expect(await harness.discovered({ NamespaceName, ServiceName, MaxResults: 2 })).toHaveLength(2);
    },
  },
  {
    name: 'custom health changes what health filters show',
    run: async (harness) => {
      const at = await place(harness, { a: {}, b: {} });
      const { NamespaceName, ServiceName } = at;
      const find = (HealthStatus: sd.HealthStatusFilter) =>
        harness.discovered({ NamespaceName, ServiceName, HealthStatus });
      await setHealth(harness, at, 'a', 'UNHEALTHY');
      expect(await find('HEALTHY')).toEqual(['b']);
      expect(await find('UNHEALTHY')).toEqual(['a']);
      expect(await find('ALL')).toEqual(['a', 'b']);
      expect(await find('HEALTHY_OR_ELSE_ALL')).toEqual(['b']);
      await setHealth(harness, at, 'b', 'UNHEALTHY');
      expect(await find('HEALTHY_OR_ELSE_ALL')).toEqual(['a', 'b']);
      await setHealth(harness, at, 'a', 'HEALTHY');
      expect(await find('HEALTHY')).toEqual(['a']);
    },
  },
  {
    name: 'AWS_INIT_HEALTH_STATUS is the health at first',
    moto: 'ignores it',
    run: async (harness) => {
      const { ServiceId } = await place(harness, {
        a: { AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' },
        b: { AWS_INIT_HEALTH_STATUS: 'HEALTHY' },
        c: {},
      });
      const { Status } = await harness.client.send(new sd.GetInstancesHealthStatusCommand({ ServiceId }));
      expect(Status).toEqual({ a: 'UNHEALTHY', b: 'HEALTHY', c: 'HEALTHY' });
    },
  },
  {
    name: 'GetInstancesHealthStatus answers for the instances named',
    run: async (harness) => {
      const at = await place(harness, { a: {}, b: {} });
      await setHealth(harness, at, 'b', 'UNHEALTHY');
      const input = { ServiceId: at.ServiceId, Instances: ['b'] };
      const { Status } = await harness.client.send(new sd.GetInstancesHealthStatusCommand(input));
      expect(Status).toEqual({ b: 'UNHEALTHY' });
    },
  },
  {
    name: 'the health of a service without a custom check cannot be set',
    moto: 'sets it',
    run: async (harness) => {
      const at = await place(harness, { a: {} }, {});
      expect(await refusal(setHealth(harness, at, 'a', 'UNHEALTHY'))).toMatchObject({
        name: 'CustomHealthNotFound',
      });
    },
  },
  {
    name: 'the health of an instance that does not exist cannot be set',
    run: async (harness) => {
      const at = await place(harness);
      expect(await refusal(setHealth(harness, at, 'a', 'UNHEALTHY'))).toMatchObject({
        name: 'InstanceNotFound',
      });
    },
  },
  {
    name: 'the revision grows with a registration and does not move with health',
    run: async (harness) => {
      const at = await place(harness, { a: {} });
      const first = await revision(harness, at);
      await harness.register(at.ServiceId, 'b');
      const second = await revision(harness, at);
      expect(second).toBeGreaterThan(first);
      await setHealth(harness, at, 'a', 'UNHEALTHY');
      expect(await revision(harness, at)).toBe(second);
    },
  },
  {
    name: 'the revision grows with a deregistration',
    moto: 'sums the revisions of what is left',
    run: async (harness) => {
      const at = await place(harness, { a: {}, b: {} });
      const first = await revision(harness, at);
      await harness.deregister(at.ServiceId, 'a');
      expect(await revision(harness, at)).toBeGreaterThan(first);
    },
  },
];
