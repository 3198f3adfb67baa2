import * as sd from '@aws-sdk/client-servicediscovery';
import { expect } from 'vitest';
import { present, refusal } from '../../outcomes.ts';
import { vpcId } from '../kit.ts';
import type { Case } from './case.ts';

export const namespaceCases: readonly Case[] = [
  {
    name: 'an HTTP namespace is created by an operation that names it',
    run: async (kit) => {
      const name = kit.name();
      const input = { Name: name, Description: 'of a test' };
      const operation = await kit.ended(await kit.client.send(new sd.CreateHttpNamespaceCommand(input)));
      expect(operation).toMatchObject({ Type: 'CREATE_NAMESPACE', Status: 'SUCCESS' });
      const Id = operation.Targets?.NAMESPACE;
      const { Namespace } = await kit.client.send(new sd.GetNamespaceCommand({ Id }));
      expect(Namespace).toMatchObject({
        Id,
        Name: name,
        Type: 'HTTP',
        Description: 'of a test',
        Properties: { HttpProperties: { HttpName: name } },
      });
      expect(Namespace?.Arn).toMatch(
        new RegExp(`^arn:aws:servicediscovery:us-west-2:\\d{12}:namespace/${Id}$`),
      );
      expect(Namespace?.CreateDate).toBeInstanceOf(Date);
    },
  },
  {
    name: 'an operation is SUBMITTED or PENDING at first, and its namespace is not there yet',
    moto: 'operations end at once',
    run: async (kit) => {
      const created = await kit.client.send(new sd.CreateHttpNamespaceCommand({ Name: kit.name() }));
      const { Status, Targets } = await kit.operation(created.OperationId);
      expect(['SUBMITTED', 'PENDING']).toContain(Status);
      const early = kit.client.send(new sd.GetNamespaceCommand({ Id: Targets?.NAMESPACE }));
      expect(await refusal(early)).toMatchObject({ name: 'NamespaceNotFound' });
      expect((await kit.ended(created)).Status).toBe('SUCCESS');
    },
  },
  {
    name: 'a second HTTP namespace of a name is refused with the id of the first',
    moto: 'takes names twice',
    run: async (kit) => {
      const { id, name } = await kit.httpNamespace();
      const again = kit.client.send(new sd.CreateHttpNamespaceCommand({ Name: name }));
      expect(await refusal(again)).toMatchObject({ name: 'NamespaceAlreadyExists', NamespaceId: id });
    },
  },
  {
    name: 'the same creation with the same CreatorRequestId is the same operation',
    moto: 'ignores CreatorRequestId',
    run: async (kit) => {
      const input = { Name: kit.name(), CreatorRequestId: kit.name() };
      const first = await kit.client.send(new sd.CreateHttpNamespaceCommand(input));
      const second = await kit.client.send(new sd.CreateHttpNamespaceCommand(input));
      await kit.ended(first);
      const third = await kit.client.send(new sd.CreateHttpNamespaceCommand(input));
      expect([second.OperationId, third.OperationId]).toEqual([first.OperationId, first.OperationId]);
    },
  },
  {
    name: 'a private DNS namespace has the id of a hosted zone',
    moto: 'gives a path',
    run: async (kit) => {
      const { id, name } = await kit.privateNamespace();
      const { Namespace } = await kit.client.send(new sd.GetNamespaceCommand({ Id: id }));
      expect(Namespace).toMatchObject({ Name: name, Type: 'DNS_PRIVATE' });
      expect(Namespace?.Properties?.DnsProperties?.HostedZoneId).toMatch(/^Z[0-9A-Z]+$/);
    },
  },
  {
    name: 'a private DNS namespace has an HttpName',
    moto: 'gives none',
    run: async (kit) => {
      const { id, name } = await kit.privateNamespace();
      const { Namespace } = await kit.client.send(new sd.GetNamespaceCommand({ Id: id }));
      expect(Namespace?.Properties?.HttpProperties?.HttpName).toBe(name);
    },
  },
  {
    name: 'a second private DNS namespace of a name in a VPC fails as an operation',
    moto: 'refuses at once, with an error that is not in the model',
    run: async (kit) => {
      const input = { Name: `${kit.name()}.local`, Vpc: vpcId() };
      await kit.ended(await kit.client.send(new sd.CreatePrivateDnsNamespaceCommand(input)));
      const again = await kit.client.send(new sd.CreatePrivateDnsNamespaceCommand(input));
      expect(await kit.ended(again)).toMatchObject({
        Status: 'FAIL',
        ErrorCode: 'CANNOT_CREATE_HOSTED_ZONE',
      });
    },
  },
  {
    name: 'a second private DNS namespace in a VPC whose name differs by case only fails likewise',
    moto: 'compares names exactly',
    run: async (kit) => {
      const Vpc = `vpc-${kit.name()}`;
      const name = kit.name();
      for (const [Name, status] of [
        [name, 'SUCCESS'],
        [name.toUpperCase(), 'FAIL'],
      ] as const) {
        const operation = await kit.ended(
          await kit.client.send(new sd.CreatePrivateDnsNamespaceCommand({ Name, Vpc })),
        );
        expect(operation.Status).toBe(status);
      }
    },
  },
  {
    name: 'a private DNS namespace of the same name in another VPC has another HttpName',
    moto: 'gives none',
    run: async (kit) => {
      const { name } = await kit.privateNamespace();
      const input = { Name: name, Vpc: vpcId() };
      const second = await kit.ended(await kit.client.send(new sd.CreatePrivateDnsNamespaceCommand(input)));
      const Id = present(second.Targets?.NAMESPACE, 'NAMESPACE');
      const { Namespace } = await kit.client.send(new sd.GetNamespaceCommand({ Id }));
      expect(Namespace?.Name).toBe(name);
      expect(Namespace?.Properties?.HttpProperties?.HttpName).toMatch(new RegExp(`^${name}.+$`));
    },
  },
  {
    name: "a namespace's description is updated by an operation",
    moto: 'names the operation id in another member',
    run: async (kit) => {
      const { id } = await kit.httpNamespace();
      const input = { Id: id, Namespace: { Description: 'new' } };
      const operation = await kit.ended(await kit.client.send(new sd.UpdateHttpNamespaceCommand(input)));
      expect(operation).toMatchObject({ Type: 'UPDATE_NAMESPACE', Status: 'SUCCESS' });
      const { Namespace } = await kit.client.send(new sd.GetNamespaceCommand({ Id: id }));
      expect(Namespace?.Description).toBe('new');
    },
  },
  {
    name: 'a namespace is deleted by an operation',
    run: async (kit) => {
      const { id } = await kit.httpNamespace();
      const operation = await kit.ended(await kit.client.send(new sd.DeleteNamespaceCommand({ Id: id })));
      expect(operation).toMatchObject({ Type: 'DELETE_NAMESPACE', Targets: { NAMESPACE: id } });
      const gone = kit.client.send(new sd.GetNamespaceCommand({ Id: id }));
      expect(await refusal(gone)).toMatchObject({ name: 'NamespaceNotFound' });
    },
  },
  {
    name: 'a namespace with a service is not deleted',
    moto: 'deletes it',
    run: async (kit) => {
      const { id } = await kit.httpNamespace();
      await kit.service(id);
      const deletion = kit.client.send(new sd.DeleteNamespaceCommand({ Id: id }));
      expect(await refusal(deletion)).toMatchObject({ name: 'ResourceInUse' });
    },
  },
  {
    name: 'ListNamespaces lists what was created',
    run: async (kit) => {
      const { id, name } = await kit.httpNamespace();
      const namespaces = [];
      for await (const page of sd.paginateListNamespaces({ client: kit.client }, {}))
        namespaces.push(...(page.Namespaces ?? []));
      expect(namespaces.find(({ Id }) => Id === id)).toMatchObject({ Name: name, Type: 'HTTP' });
    },
  },
  {
    name: 'ListNamespaces filters after paging: pages may be empty and have a token',
    moto: 'does not filter',
    run: async (kit) => {
      await kit.httpNamespace();
      await kit.httpNamespace();
      const { id, name } = await kit.httpNamespace();
      const Filters: sd.NamespaceFilter[] = [{ Name: 'NAME', Values: [name], Condition: 'EQ' }];
      const pages: string[][] = [];
      for await (const { Namespaces } of sd.paginateListNamespaces(
        { client: kit.client, pageSize: 1 },
        { Filters },
      ))
        pages.push((Namespaces ?? []).map(({ Id }) => Id ?? ''));
      expect(pages.flat()).toEqual([id]);
      expect(pages.length).toBeGreaterThanOrEqual(3);
    },
  },
  {
    name: 'an unknown operation id is OperationNotFound',
    run: async (kit) => {
      expect(await refusal(kit.operation('nonesuch'))).toMatchObject({ name: 'OperationNotFound' });
    },
  },
  {
    name: 'tags are set at creation, added, listed and removed',
    run: async (kit) => {
      const input = { Name: kit.name(), Tags: [{ Key: 'a', Value: '1' }] };
      const { Targets } = await kit.ended(await kit.client.send(new sd.CreateHttpNamespaceCommand(input)));
      const { Namespace } = await kit.client.send(new sd.GetNamespaceCommand({ Id: Targets?.NAMESPACE }));
      const ResourceARN = Namespace?.Arn;
      await kit.client.send(new sd.TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '' }] }));
      await kit.client.send(new sd.UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
      const { Tags } = await kit.client.send(new sd.ListTagsForResourceCommand({ ResourceARN }));
      expect(Tags).toEqual([{ Key: 'b', Value: '' }]);
    },
  },
  {
    name: 'tags of a resource that does not exist are ResourceNotFoundException',
    moto: 'answers an empty list',
    run: async (kit) => {
      const ResourceARN = 'arn:aws:servicediscovery:us-west-2:123456789012:namespace/ns-nonesuch';
      const tags = kit.client.send(new sd.ListTagsForResourceCommand({ ResourceARN }));
      expect(await refusal(tags)).toMatchObject({ name: 'ResourceNotFoundException' });
    },
  },
];
