import * as sd from '@aws-sdk/client-servicediscovery';
import { expect } from 'vitest';
import { refusal } from '../../outcomes.ts';
import type { Case } from './case.ts';

const multivalue: sd.DnsConfig = { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 300 }] };

export const serviceCases: readonly Case[] = [
  {
    name: 'a service is created at once, as GetService shows it then',
    run: async (kit) => {
      const { id: NamespaceId } = await kit.privateNamespace();
      const input = { Name: 'front', NamespaceId, DnsConfig: multivalue, Description: 'of a test' };
      const { Service } = await kit.client.send(new sd.CreateServiceCommand(input));
      expect(Service).toMatchObject({
        Name: 'front',
        NamespaceId,
        Description: 'of a test',
        DnsConfig: multivalue,
      });
      expect(Service?.Id).toMatch(/^srv-[0-9a-z]+$/);
      const found = await kit.client.send(new sd.GetServiceCommand({ Id: Service?.Id }));
      expect(found.Service).toEqual(Service);
    },
  },
  {
    name: 'the type says how a service can be discovered',
    moto: 'gives the type of the request',
    run: async (kit) => {
      const { id: NamespaceId } = await kit.privateNamespace();
      const dns = { Name: 'dns', NamespaceId, DnsConfig: multivalue };
      const http = { Name: 'http', NamespaceId, Type: 'HTTP' } as const;
      const types = [];
      for (const input of [dns, http])
        types.push((await kit.client.send(new sd.CreateServiceCommand(input))).Service?.Type);
      expect(types).toEqual(['DNS_HTTP', 'HTTP']);
    },
  },
  {
    name: 'a second service of a name is refused with the id of the first',
    moto: 'takes names twice',
    run: async (kit) => {
      const { id: NamespaceId } = await kit.httpNamespace();
      const { id, name, arn } = await kit.service(NamespaceId);
      const again = kit.client.send(new sd.CreateServiceCommand({ Name: name, NamespaceId }));
      expect(await refusal(again)).toMatchObject({
        name: 'ServiceAlreadyExists',
        ServiceId: id,
        ServiceArn: arn,
      });
    },
  },
  {
    name: 'the same creation with the same CreatorRequestId is the same service',
    moto: 'ignores CreatorRequestId',
    run: async (kit) => {
      const { id: NamespaceId } = await kit.httpNamespace();
      const input = { Name: 'front', NamespaceId, CreatorRequestId: kit.name() };
      const first = await kit.client.send(new sd.CreateServiceCommand(input));
      const second = await kit.client.send(new sd.CreateServiceCommand(input));
      expect(second.Service?.Id).toBe(first.Service?.Id);
    },
  },
  {
    name: 'names that differ by case only are two in an HTTP namespace',
    run: async (kit) => {
      const { id: NamespaceId } = await kit.httpNamespace();
      const ids = [];
      for (const Name of ['front', 'Front'])
        ids.push((await kit.client.send(new sd.CreateServiceCommand({ Name, NamespaceId }))).Service?.Id);
      expect(new Set(ids).size).toBe(2);
    },
  },
  {
    name: 'names that differ by case only are one in a DNS namespace',
    moto: 'takes names twice',
    run: async (kit) => {
      const { id: NamespaceId } = await kit.privateNamespace();
      const create = (Name: string) =>
        kit.client.send(new sd.CreateServiceCommand({ Name, NamespaceId, DnsConfig: multivalue }));
      await create('front');
      expect(await refusal(create('Front'))).toMatchObject({ name: 'ServiceAlreadyExists' });
    },
  },
  {
    name: 'a service in a namespace that does not exist is NamespaceNotFound',
    moto: 'creates it',
    run: async (kit) => {
      expect(await refusal(kit.service('ns-nonesuch'))).toMatchObject({ name: 'NamespaceNotFound' });
    },
  },
  ...(
    [
      ['DNS records in an HTTP namespace', 'http', { DnsConfig: multivalue }],
      ['no DNS records in a DNS namespace', 'private', {}],
      [
        'two kinds of health check',
        'http',
        { HealthCheckConfig: { Type: 'HTTP' }, HealthCheckCustomConfig: {} },
      ],
      [
        'a Route 53 health check in a private DNS namespace',
        'private',
        { DnsConfig: multivalue, HealthCheckConfig: { Type: 'HTTP' } },
      ],
      [
        'a CNAME record with the routing policy MULTIVALUE',
        'private',
        { DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'CNAME', TTL: 1 }] } },
      ],
      [
        'an A and a CNAME record',
        'private',
        {
          DnsConfig: {
            RoutingPolicy: 'WEIGHTED',
            DnsRecords: [
              { Type: 'A', TTL: 1 },
              { Type: 'CNAME', TTL: 1 },
            ],
          },
        },
      ],
      ['a path for a TCP health check', 'http', { HealthCheckConfig: { Type: 'TCP', ResourcePath: '/' } }],
      ['a name with a space', 'http', { Name: 'a b' }],
      ['a label of 64 characters', 'http', { Name: 'a'.repeat(64) }],
    ] as const satisfies readonly (readonly [string, 'http' | 'private', Partial<sd.CreateServiceRequest>])[]
  ).map(
    ([name, kind, input]): Case => ({
      name: `InvalidInput: ${name}`,
      moto: 'does not validate',
      run: async (kit) => {
        const { id } = await (kind === 'http' ? kit.httpNamespace() : kit.privateNamespace());
        expect(await refusal(kit.service(id, input as Partial<sd.CreateServiceCommandInput>))).toMatchObject({
          name: 'InvalidInput',
        });
      },
    }),
  ),
  {
    name: 'UpdateService changes the TTL',
    run: async (kit) => {
      const { id } = await kit.service((await kit.privateNamespace()).id, { DnsConfig: multivalue });
      const Service: sd.ServiceChange = { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 5 }] } };
      const operation = await kit.ended(
        await kit.client.send(new sd.UpdateServiceCommand({ Id: id, Service })),
      );
      expect(operation).toMatchObject({ Type: 'UPDATE_SERVICE', Targets: { SERVICE: id } });
      const found = await kit.client.send(new sd.GetServiceCommand({ Id: id }));
      expect(found.Service?.DnsConfig).toMatchObject({
        RoutingPolicy: 'MULTIVALUE',
        DnsRecords: [{ Type: 'A', TTL: 5 }],
      });
    },
  },
  {
    name: 'UpdateService deletes the records that it does not repeat, and keeps the custom health check',
    run: async (kit) => {
      const { id } = await kit.service((await kit.privateNamespace()).id, {
        DnsConfig: multivalue,
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      });
      const input = { Id: id, Service: { Description: 'new' } };
      await kit.ended(await kit.client.send(new sd.UpdateServiceCommand(input)));
      const { Service } = await kit.client.send(new sd.GetServiceCommand({ Id: id }));
      expect(Service).toMatchObject({
        Description: 'new',
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      });
      expect(Service?.DnsConfig?.DnsRecords ?? []).toEqual([]);
    },
  },
  {
    name: 'UpdateService is refused in an HTTP namespace',
    moto: 'updates it',
    run: async (kit) => {
      const { id } = await kit.service((await kit.httpNamespace()).id);
      const input = { Id: id, Service: { Description: 'new' } };
      const update = kit.client.send(new sd.UpdateServiceCommand(input));
      expect(await refusal(update)).toMatchObject({ name: 'InvalidInput' });
    },
  },
  {
    name: 'UpdateService is refused for another record type',
    moto: 'updates it',
    run: async (kit) => {
      const { id } = await kit.service((await kit.privateNamespace()).id, { DnsConfig: multivalue });
      const Service: sd.ServiceChange = { DnsConfig: { DnsRecords: [{ Type: 'AAAA', TTL: 5 }] } };
      const update = kit.client.send(new sd.UpdateServiceCommand({ Id: id, Service }));
      expect(await refusal(update)).toMatchObject({ name: 'InvalidInput' });
    },
  },
  {
    name: 'a service is deleted at once',
    run: async (kit) => {
      const { id } = await kit.service((await kit.httpNamespace()).id);
      await kit.client.send(new sd.DeleteServiceCommand({ Id: id }));
      const gone = kit.client.send(new sd.GetServiceCommand({ Id: id }));
      expect(await refusal(gone)).toMatchObject({ name: 'ServiceNotFound' });
    },
  },
  {
    name: 'a service with an instance is not deleted',
    moto: 'deletes it',
    run: async (kit) => {
      const { id } = await kit.service((await kit.httpNamespace()).id);
      await kit.register(id, 'i');
      const deletion = kit.client.send(new sd.DeleteServiceCommand({ Id: id }));
      expect(await refusal(deletion)).toMatchObject({ name: 'ResourceInUse' });
      await kit.deregister(id, 'i');
      await kit.client.send(new sd.DeleteServiceCommand({ Id: id }));
    },
  },
  {
    name: 'ListServices lists what was created',
    run: async (kit) => {
      const { id, name } = await kit.service((await kit.httpNamespace()).id);
      const services = [];
      for await (const page of sd.paginateListServices({ client: kit.client }, {}))
        services.push(...(page.Services ?? []));
      expect(services.find(({ Id }) => Id === id)).toMatchObject({ Name: name });
    },
  },
  {
    name: 'ListServices filters after paging: pages may be empty and have a token',
    moto: 'does not filter',
    run: async (kit) => {
      const other = await kit.httpNamespace();
      await kit.service(other.id);
      const { id: namespaceId } = await kit.httpNamespace();
      const { id } = await kit.service(namespaceId);
      const Filters: sd.ServiceFilter[] = [{ Name: 'NAMESPACE_ID', Values: [namespaceId] }];
      const pages: string[][] = [];
      for await (const { Services } of sd.paginateListServices(
        { client: kit.client, pageSize: 1 },
        { Filters },
      ))
        pages.push((Services ?? []).map(({ Id }) => Id ?? ''));
      expect(pages.flat()).toEqual([id]);
      expect(pages).toContainEqual([]);
    },
  },
  {
    name: 'attributes of a service are set, merged, read and deleted',
    moto: 'does not know them',
    run: async (kit) => {
      const { id: ServiceId, arn } = await kit.service((await kit.httpNamespace()).id);
      await kit.client.send(
        new sd.UpdateServiceAttributesCommand({ ServiceId, Attributes: { a: '1', b: '2' } }),
      );
      await kit.client.send(new sd.UpdateServiceAttributesCommand({ ServiceId, Attributes: { b: '3' } }));
      await kit.client.send(new sd.DeleteServiceAttributesCommand({ ServiceId, Attributes: ['a'] }));
      const { ServiceAttributes } = await kit.client.send(new sd.GetServiceAttributesCommand({ ServiceId }));
      expect(ServiceAttributes).toMatchObject({ ServiceArn: arn, Attributes: { b: '3' } });
    },
  },
  {
    name: 'the ARN is as good as the id',
    moto: 'takes ids only',
    run: async (kit) => {
      const { id, arn } = await kit.service((await kit.httpNamespace()).id);
      const { Service } = await kit.client.send(new sd.GetServiceCommand({ Id: arn }));
      expect(Service?.Id).toBe(id);
    },
  },
];
