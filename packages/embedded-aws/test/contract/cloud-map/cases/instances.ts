import * as sd from '@aws-sdk/client-servicediscovery';
import { expect } from 'vitest';
import { refusal } from '../../outcomes.ts';
import type { Harness } from '../harness.ts';
import type { Case } from './case.ts';

async function ids(harness: Harness, ServiceId: string, pageSize = 100): Promise<string[]> {
  const found = [];
  for await (const page of sd.paginateListInstances({ client: harness.client, pageSize }, { ServiceId }))
    found.push(...(page.Instances ?? []).map(({ Id }) => Id ?? ''));
  return found;
}

const a: Partial<sd.CreateServiceRequest> = {
  DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 1 }] },
};
const srv: Partial<sd.CreateServiceRequest> = {
  DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'SRV', TTL: 1 }] },
};
const ipv4 = { AWS_INSTANCE_IPV4: '192.0.2.1' };
const custom = (count: number, value = '1') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`custom-${index}`, value]));

/** What RegisterInstance refuses: name, kind of namespace, service, instance id, attributes. */
const invalid: readonly [
  string,
  'http' | 'private',
  Partial<sd.CreateServiceRequest>,
  string,
  Record<string, string>,
][] = [
  ['an instance id with a space', 'http', {}, 'a b', ipv4],
  ['an instance id of 65 characters', 'http', {}, 'a'.repeat(65), ipv4],
  ['31 custom attributes', 'http', {}, 'i', custom(31)],
  ['more than 5,000 characters of attributes', 'http', {}, 'i', custom(5, 'x'.repeat(1000))],
  ['an attribute key with a space', 'http', {}, 'i', { 'a b': '1' }],
  ['an attribute value that begins with a space', 'http', {}, 'i', { a: ' 1' }],
  ['an attribute value with a newline', 'http', {}, 'i', { a: '1\n2' }],
  ['an attribute value beyond ASCII', 'http', {}, 'i', { a: 'é' }],
  ['an attribute value of 1,025 characters', 'http', {}, 'i', { a: 'x'.repeat(1025) }],
  [
    'AWS_INIT_HEALTH_STATUS that is no status',
    'http',
    { HealthCheckCustomConfig: {} },
    'i',
    { AWS_INIT_HEALTH_STATUS: 'FINE' },
  ],
  ['an A record without AWS_INSTANCE_IPV4', 'private', a, 'i', { AWS_INSTANCE_IPV6: '2001:db8::1' }],
  ['an SRV record without AWS_INSTANCE_PORT', 'private', srv, 'i', ipv4],
  ['an SRV record without an address', 'private', srv, 'i', { AWS_INSTANCE_PORT: '80' }],
  ['an address that is none', 'private', a, 'i', { AWS_INSTANCE_IPV4: '192.0.2' }],
  ['a port that is none', 'http', {}, 'i', { AWS_INSTANCE_PORT: '65536' }],
  ['AWS_EC2_INSTANCE_ID in a DNS namespace', 'private', a, 'i', { AWS_EC2_INSTANCE_ID: 'i-1', ...ipv4 }],
  ['AWS_EC2_INSTANCE_ID with an address', 'http', {}, 'i', { AWS_EC2_INSTANCE_ID: 'i-1', ...ipv4 }],
  ['AWS_ALIAS_DNS_NAME with MULTIVALUE', 'private', a, 'i', { AWS_ALIAS_DNS_NAME: 'lb.example.com' }],
  [
    'AWS_ALIAS_DNS_NAME with an address',
    'private',
    { DnsConfig: { RoutingPolicy: 'WEIGHTED', DnsRecords: [{ Type: 'A', TTL: 1 }] } },
    'i',
    { AWS_ALIAS_DNS_NAME: 'lb.example.com', ...ipv4 },
  ],
];

export const instanceCases: readonly Case[] = [
  {
    name: 'an instance is registered by an operation and read as it was given',
    run: async (harness) => {
      const { id: ServiceId } = await harness.service((await harness.httpNamespace()).id);
      const Attributes = { ...ipv4, AWS_INSTANCE_PORT: '8080', app: 'front', 'k8s.io/pod': 'front-1' };
      const operation = await harness.register(ServiceId, '192.0.2.1', Attributes);
      expect(operation).toMatchObject({
        Type: 'REGISTER_INSTANCE',
        Status: 'SUCCESS',
        Targets: { INSTANCE: '192.0.2.1' },
      });
      const InstanceId = '192.0.2.1';
      const { Instance } = await harness.client.send(new sd.GetInstanceCommand({ ServiceId, InstanceId }));
      expect(Instance).toMatchObject({ Id: InstanceId, Attributes });
      const { Instances } = await harness.client.send(new sd.ListInstancesCommand({ ServiceId }));
      expect(Instances).toMatchObject([{ Id: InstanceId, Attributes }]);
    },
  },
  {
    name: 'AWS_INIT_HEALTH_STATUS is stored in a service without a custom health check',
    run: async (harness) => {
      const { id: ServiceId } = await harness.service((await harness.httpNamespace()).id, {});
      const Attributes = { ...ipv4, AWS_INIT_HEALTH_STATUS: 'HEALTHY' };
      expect(await harness.register(ServiceId, 'i', Attributes)).toMatchObject({ Status: 'SUCCESS' });
      const { Instances } = await harness.client.send(new sd.ListInstancesCommand({ ServiceId }));
      expect(Instances).toMatchObject([{ Id: 'i', Attributes }]);
    },
  },
  {
    name: 'an instance registered again is updated',
    moto: 'has it twice then',
    run: async (harness) => {
      const { id: ServiceId } = await harness.service((await harness.httpNamespace()).id);
      await harness.register(ServiceId, 'i', { ...ipv4, old: '1' });
      await harness.register(ServiceId, 'i', { ...ipv4, new: '1' });
      const { Instances } = await harness.client.send(new sd.ListInstancesCommand({ ServiceId }));
      expect(Instances?.map(({ Attributes }) => Attributes)).toEqual([{ ...ipv4, new: '1' }]);
    },
  },
  {
    name: 'an instance is deregistered by an operation',
    run: async (harness) => {
      const { id: ServiceId } = await harness.service((await harness.httpNamespace()).id);
      await harness.register(ServiceId, 'i');
      const operation = await harness.deregister(ServiceId, 'i');
      expect(operation).toMatchObject({ Type: 'DEREGISTER_INSTANCE', Status: 'SUCCESS' });
      const get = harness.client.send(new sd.GetInstanceCommand({ ServiceId, InstanceId: 'i' }));
      expect(await refusal(get)).toMatchObject({ name: 'InstanceNotFound' });
      expect(await refusal(harness.deregister(ServiceId, 'i'))).toMatchObject({ name: 'InstanceNotFound' });
    },
  },
  {
    name: 'one operation at a time works on an instance; another one is refused with its id',
    moto: 'operations end at once',
    run: async (harness) => {
      const { id: ServiceId } = await harness.service((await harness.httpNamespace()).id);
      const { running, InstanceId, outcomes } = await whileRunning(harness, ServiceId);
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { name: 'DuplicateRequest', DuplicateOperationId: running.OperationId },
        });
      await harness.ended(running);
      expect((await harness.register(ServiceId, InstanceId, { a: '1' })).Status).toBe('SUCCESS');
    },
  },
  {
    name: 'the same registration with the same CreatorRequestId is the same operation',
    moto: 'ignores CreatorRequestId',
    run: async (harness) => {
      const { id: ServiceId } = await harness.service((await harness.httpNamespace()).id);
      const input = { ServiceId, InstanceId: 'i', Attributes: ipv4, CreatorRequestId: harness.name() };
      const first = await harness.client.send(new sd.RegisterInstanceCommand(input));
      const second = await harness.client.send(new sd.RegisterInstanceCommand(input));
      expect(second.OperationId).toBe(first.OperationId);
    },
  },
  ...(['RegisterInstance', 'DeregisterInstance', 'GetInstance', 'ListInstances'] as const).map(
    (operation): Case => ({
      name: `${operation} for a service that does not exist is ServiceNotFound`,
      run: async (harness) => {
        const instance = { ServiceId: 'srv-nonesuch', InstanceId: 'i' };
        const calls = {
          RegisterInstance: () =>
            harness.client.send(new sd.RegisterInstanceCommand({ ...instance, Attributes: ipv4 })),
          DeregisterInstance: () => harness.client.send(new sd.DeregisterInstanceCommand(instance)),
          GetInstance: () => harness.client.send(new sd.GetInstanceCommand(instance)),
          ListInstances: () => harness.client.send(new sd.ListInstancesCommand(instance)),
        };
        expect(await refusal(calls[operation]())).toMatchObject({ name: 'ServiceNotFound' });
      },
    }),
  ),
  {
    name: 'an instance that was never registered is InstanceNotFound',
    run: async (harness) => {
      const { id: ServiceId } = await harness.service((await harness.httpNamespace()).id);
      for (const call of [
        () => harness.client.send(new sd.GetInstanceCommand({ ServiceId, InstanceId: 'i' })),
        () => harness.client.send(new sd.DeregisterInstanceCommand({ ServiceId, InstanceId: 'i' })),
      ])
        expect(await refusal(call())).toMatchObject({ name: 'InstanceNotFound' });
    },
  },
  {
    name: 'ListInstances pages',
    run: async (harness) => {
      const { id: ServiceId } = await harness.service((await harness.httpNamespace()).id);
      for (const id of ['a', 'b', 'c']) await harness.register(ServiceId, id);
      const first = await harness.client.send(new sd.ListInstancesCommand({ ServiceId, MaxResults: 2 }));
      expect(first.Instances?.length).toBe(2);
      expect(first.NextToken).toBeDefined();
      expect((await ids(harness, ServiceId, 2)).sort()).toEqual(['a', 'b', 'c']);
    },
  },
  {
    name: 'ListInstances shows at most 100 a page',
    moto: 'has no such limit',
    run: async (harness) => {
      const { id: ServiceId } = await harness.service((await harness.httpNamespace()).id);
      const started = [];
      for (let index = 0; index < 101; index += 1) {
        const input = { ServiceId, InstanceId: `i-${index}`, Attributes: ipv4 };
        started.push(await harness.client.send(new sd.RegisterInstanceCommand(input)));
      }
      for (const each of started) await harness.ended(each);
      const { Instances, NextToken } = await harness.client.send(new sd.ListInstancesCommand({ ServiceId }));
      expect(Instances?.length).toBe(100);
      expect(NextToken).toBeDefined();
      const tooMany = harness.client.send(new sd.ListInstancesCommand({ ServiceId, MaxResults: 101 }));
      expect(await refusal(tooMany)).toMatchObject({ name: 'InvalidInput' });
    },
  },
  ...invalid.map(
    ([name, kind, service, instanceId, attributes]): Case => ({
      name: `InvalidInput: ${name}`,
      moto: 'does not validate',
      run: async (harness) => {
        const { id } = await (kind === 'http' ? harness.httpNamespace() : harness.privateNamespace());
        const { id: serviceId } = await harness.service(id, service as Partial<sd.CreateServiceCommandInput>);
        expect(await refusal(harness.register(serviceId, instanceId, attributes))).toMatchObject({
          name: 'InvalidInput',
        });
      },
    }),
  ),
  {
    name: '30 custom attributes and 5,000 characters are taken',
    run: async (harness) => {
      const { id } = await harness.service((await harness.httpNamespace()).id);
      const attributes = { ...ipv4, ...custom(30, 'x'.repeat(150)) };
      const size = Object.entries(attributes).reduce(
        (sum, [key, value]) => sum + key.length + value.length,
        0,
      );
      const rest = 'x'.repeat(150 + 5000 - size);
      const operation = await harness.register(id, 'i', { ...attributes, 'custom-0': rest });
      expect(operation.Status).toBe('SUCCESS');
    },
  },
  {
    name: 'ListOperations finds the operations of a service by type and status',
    moto: 'lists operations of namespaces only',
    run: async (harness) => {
      const { id: serviceId } = await harness.service((await harness.httpNamespace()).id);
      const registered = await harness.register(serviceId, 'i');
      await harness.deregister(serviceId, 'i');
      const Filters: sd.OperationFilter[] = [
        { Name: 'SERVICE_ID', Values: [serviceId] },
        { Name: 'TYPE', Values: ['REGISTER_INSTANCE'] },
        { Name: 'STATUS', Values: ['SUCCESS', 'FAIL'], Condition: 'IN' },
      ];
      const found = [];
      for await (const page of sd.paginateListOperations({ client: harness.client }, { Filters }))
        found.push(...(page.Operations ?? []));
      expect(found).toEqual([{ Id: registered.Id, Status: 'SUCCESS' }]);
    },
  },
];

/** Registers and deregisters an instance while its registration runs; once more with another, if that had ended already. */
async function whileRunning(harness: Harness, ServiceId: string) {
  for (let attempt = 1; ; attempt++) {
    const InstanceId = `i${attempt}`;
    const input = { ServiceId, InstanceId, Attributes: ipv4 };
    const running = await harness.client.send(new sd.RegisterInstanceCommand(input));
    const outcomes = await Promise.allSettled([
      harness.client.send(new sd.RegisterInstanceCommand({ ...input, Attributes: { a: '1' } })),
      harness.client.send(new sd.DeregisterInstanceCommand({ ServiceId, InstanceId })),
    ]);
    const hadEnded = outcomes.some(({ status }) => status === 'fulfilled');
    if (!hadEnded || attempt === 10) return { running, InstanceId, outcomes };
  }
}
