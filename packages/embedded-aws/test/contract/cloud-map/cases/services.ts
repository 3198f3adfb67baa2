import * as sd from '@aws-sdk/client-servicediscovery';
import { expect } from 'vitest';
import { refusal } from '../../outcomes.ts';
import type { Case } from './case.ts';

const multivalue: sd.DnsConfig = { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 300 }] };

export const serviceCases: readonly Case[] = [
  {
    name: 'a service is created at once, as GetService shows it then',
    run: async (harness) => {
      const { id: NamespaceId } = await harness.privateNamespace();
      const input = { Name: 'front', NamespaceId, DnsConfig: multivalue, Description: 'of a test' };
      const { Service } = await harness.client.send(new sd.CreateServiceCommand(input));
      expect(Service).toMatchObject({
        Name: 'front',
        NamespaceId,
        Description: 'of a test',
        DnsConfig: multivalue,
      });
      expect(Service?.Id).toMatch(/^srv-[0-9a-z]+$/);
      const found = await harness.client.send(new sd.GetServiceCommand({ Id: Service?.Id }));
      expect(found.Service).toEqual(Service);
    },
  },
  {
    name: 'the type says how a service can be discovered',
    moto: 'gives the type of the request',
    run: async (harness) => {
      const { id: NamespaceId } = await harness.privateNamespace();
      const dns = { Name: 'dns', NamespaceId, DnsConfig: multivalue };
      const http = { Name: 'http', NamespaceId, Type: 'HTTP' } as const;
      const types = [];
      for (const input of [dns, http])
        types.push((await harness.client.send(new sd.CreateServiceCommand(input))).Service?.Type);
      expect(types).toEqual(['DNS_HTTP', 'HTTP']);
    },
  },
  {
    name: 'a second service of a name is refused with the id of the first',
    moto: 'takes names twice',
    run: async (harness) => {
      const { id: NamespaceId } = await harness.httpNamespace();
      const { id, name, arn } = await harness.service(NamespaceId);
      const again = harness.client.send(new sd.CreateServiceCommand({ Name: name, NamespaceId }));
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
    run: async (harness) => {
      const { id: NamespaceId } = await harness.httpNamespace();
      const input = { Name: 'front', NamespaceId, CreatorRequestId: harness.name() };
      const first = await harness.client.send(new sd.CreateServiceCommand(input));
      const second = await harness.client.send(new sd.CreateServiceCommand(input));
      expect(second.Service?.Id).toBe(first.Service?.Id);
    },
  },
  {
    name: 'names that differ by case only are two in an HTTP namespace',
    run: async (harness) => {
      const { id: NamespaceId } = await harness.httpNamespace();
      const ids = [];
      for (const Name of ['front', 'Front'])
        ids.push((await harness.client.send(new sd.CreateServiceCommand({ Name, NamespaceId }))).Service?.Id);
      expect(new Set(ids).size).toBe(2);
    },
  },
  {
    name: 'names that differ by case only are one in a DNS namespace',
    moto: 'takes names twice',
    run: async (harness) => {
      const { id: NamespaceId } = await harness.privateNamespace();
      const create = (Name: string) =>
        harness.client.send(new sd.CreateServiceCommand({ Name, NamespaceId, DnsConfig: multivalue }));
      await create('front');
      expect(await refusal(create('Front'))).toMatchObject({ name: 'ServiceAlreadyExists' });
    },
  },
  {
    name: 'a service in a namespace that does not exist is NamespaceNotFound',
    moto: 'creates it',
    run: async (harness) => {
      expect(await refusal(harness.service('ns-nonesuch'))).toMatchObject({ name: 'NamespaceNotFound' });
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
      run: async (harness) => {
        const { id } = await (kind === 'http' ? harness.httpNamespace() : harness.privateNamespace());
        expect(
          await refusal(harness.service(id, input as Partial<sd.CreateServiceCommandInput>)),
        ).toMatchObject({
          name: 'InvalidInput',
        });
      },
    }),
  ),
  {
    name: 'UpdateService changes the TTL',
    run: async (harness) => {
      const { id } = await harness.service((await harness.privateNamespace()).id, { DnsConfig: multivalue });
      const Service: sd.ServiceChange = { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 5 }] } };
      const operation = await harness.ended(
        await harness.client.send(new sd.UpdateServiceCommand({ Id: id, Service })),
      );
      expect(operation).toMatchObject({ Type: 'UPDATE_SERVICE', Targets: { SERVICE: id } });
      const found = await harness.client.send(new sd.GetServiceCommand({ Id: id }));
      expect(found.Service?.DnsConfig).toMatchObject({
        RoutingPolicy: 'MULTIVALUE',
        DnsRecords: [{ Type: 'A', TTL: 5 }],
      });
    },
  },
  {
    name: 'UpdateService deletes the records that it does not repeat, and keeps the custom health check',
    run: async (harness) => {
      const { id } = await harness.service((await harness.privateNamespace()).id, {
        DnsConfig: multivalue,
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      });
      const input = { Id: id, Service: { Description: 'new' } };
      await harness.ended(await harness.client.send(new sd.UpdateServiceCommand(input)));
      const { Service } = await harness.client.send(new sd.GetServiceCommand({ Id: id }));
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
    run: async (harness) => {
      const { id } = await harness.service((await harness.httpNamespace()).id);
      const input = { Id: id, Service: { Description: 'new' } };
      const update = harness.client.send(new sd.UpdateServiceCommand(input));
      expect(await refusal(update)).toMatchObject({ name: 'InvalidInput' });
    },
  },
  {
    name: 'UpdateService is refused for another record type',
    moto: 'updates it',
    run: async (harness) => {
      const { id } = await harness.service((await harness.privateNamespace()).id, { DnsConfig: multivalue });
      const Service: sd.ServiceChange = { DnsConfig: { DnsRecords: [{ Type: 'AAAA', TTL: 5 }] } };
      const update = harness.client.send(new sd.UpdateServiceCommand({ Id: id, Service }));
      expect(await refusal(update)).toMatchObject({ name: 'InvalidInput' });
    },
  },
  {
    name: 'a service is deleted at once',
    run: async (harness) => {
      const { id } = await harness.service((await harness.httpNamespace()).id);
      await harness.client.send(new sd.DeleteServiceCommand({ Id: id }));
      const gone = harness.client.send(new sd.GetServiceCommand({ Id: id }));
      expect(await refusal(gone)).toMatchObject({ name: 'ServiceNotFound' });
    },
  },
  {
    name: 'a service with an instance is not deleted',
    moto: 'deletes it',
    run: async (harness) => {
      const { id } = await harness.service((await harness.httpNamespace()).id);
      await harness.register(id, 'i');
      const deletion = harness.client.send(new sd.DeleteServiceCommand({ Id: id }));
      expect(await refusal(deletion)).toMatchObject({ name: 'ResourceInUse' });
      await harness.deregister(id, 'i');
      await harness.client.send(new sd.DeleteServiceCommand({ Id: id }));
    },
  },
  {
    name: 'ListServices lists what was created',
    run: async (harness) => {
      const { id, name } = await harness.service((await harness.httpNamespace()).id);
      const services = [];
      for await (const page of sd.paginateListServices({ client: harness.client }, {}))
        services.push(...(page.Services ?? []));
      expect(services.find(({ Id }) => Id === id)).toMatchObject({ Name: name });
    },
  },
  {
    name: 'ListServices filters after paging: pages may be empty and have a token',
    moto: 'does not filter',
    run: async (harness) => {
      const other = await harness.httpNamespace();
      await harness.service(other.id);
      const { id: namespaceId } = await harness.httpNamespace();
      const { id } = await harness.service(namespaceId);
      const Filters: sd.ServiceFilter[] = [{ Name: 'NAMESPACE_ID', Values: [namespaceId] }];
      const pages: string[][] = [];
      for await (const { Services } of sd.paginateListServices(
        { client: harness.client, pageSize: 1 },
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
    run: async (harness) => {
      const { id: ServiceId, arn } = await harness.service((await harness.httpNamespace()).id);
      await harness.client.send(
        new sd.UpdateServiceAttributesCommand({ ServiceId, Attributes: { a: '1', b: '2' } }),
      );
      await harness.client.send(new sd.UpdateServiceAttributesCommand({ ServiceId, Attributes: { b: '3' } }));
      await harness.client.send(new sd.DeleteServiceAttributesCommand({ ServiceId, Attributes: ['a'] }));
      const { ServiceAttributes } = await harness.client.send(
        new sd.GetServiceAttributesCommand({ ServiceId }),
      );
      expect(ServiceAttributes).toMatchObject({ ServiceArn: arn, Attributes: { b: '3' } });
    },
  },
  {
    name: 'the ARN is as good as the id',
    moto: 'takes ids only',
    run: async (harness) => {
      const { id, arn } = await harness.service((await harness.httpNamespace()).id);
      const { Service } = await harness.client.send(new sd.GetServiceCommand({ Id: arn }));
      expect(Service?.Id).toBe(id);
    },
  },
];
