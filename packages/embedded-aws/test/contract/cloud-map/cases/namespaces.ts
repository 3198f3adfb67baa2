import * as sd from '@aws-sdk/client-servicediscovery';
import { expect } from 'vitest';
import { present, refusal } from '../../outcomes.ts';
import { vpcId } from '../harness.ts';
import type { Case } from './case.ts';

export const namespaceCases: readonly Case[] = [
  {
    name: 'an HTTP namespace is created by an operation that names it',
    run: async (harness) => {
      const name = harness.name();
      const input = { Name: name, Description: 'of a test' };
      const operation = await harness.ended(
        await harness.client.send(new sd.CreateHttpNamespaceCommand(input)),
      );
      expect(operation).toMatchObject({ Type: 'CREATE_NAMESPACE', Status: 'SUCCESS' });
      const Id = operation.Targets?.NAMESPACE;
      const { Namespace } = await harness.client.send(new sd.GetNamespaceCommand({ Id }));
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
    run: async (harness) => {
      const created = await harness.client.send(new sd.CreateHttpNamespaceCommand({ Name: harness.name() }));
      const { Status, Targets } = await harness.operation(created.OperationId);
      expect(['SUBMITTED', 'PENDING']).toContain(Status);
      const early = harness.client.send(new sd.GetNamespaceCommand({ Id: Targets?.NAMESPACE }));
      expect(await refusal(early)).toMatchObject({ name: 'NamespaceNotFound' });
      expect((await harness.ended(created)).Status).toBe('SUCCESS');
    },
  },
  {
    name: 'a second HTTP namespace of a name is refused with the id of the first',
    moto: 'takes names twice',
    run: async (harness) => {
      const { id, name } = await harness.httpNamespace();
      const again = harness.client.send(new sd.CreateHttpNamespaceCommand({ Name: name }));
      expect(await refusal(again)).toMatchObject({ name: 'NamespaceAlreadyExists', NamespaceId: id });
    },
  },
  {
    name: 'the same creation with the same CreatorRequestId is the same operation',
    moto: 'ignores CreatorRequestId',
    run: async (harness) => {
      const input = { Name: harness.name(), CreatorRequestId: harness.name() };
      const first = await harness.client.send(new sd.CreateHttpNamespaceCommand(input));
      const second = await harness.client.send(new sd.CreateHttpNamespaceCommand(input));
      await harness.ended(first);
      const third = await harness.client.send(new sd.CreateHttpNamespaceCommand(input));
      expect([second.OperationId, third.OperationId]).toEqual([first.OperationId, first.OperationId]);
    },
  },
  {
    name: 'a private DNS namespace has the id of a hosted zone',
    moto: 'gives a path',
    run: async (harness) => {
      const { id, name } = await harness.privateNamespace();
      const { Namespace } = await harness.client.send(new sd.GetNamespaceCommand({ Id: id }));
      expect(Namespace).toMatchObject({ Name: name, Type: 'DNS_PRIVATE' });
      expect(Namespace?.Properties?.DnsProperties?.HostedZoneId).toMatch(/^Z[0-9A-Z]+$/);
    },
  },
  {
    name: 'a private DNS namespace has an HttpName',
    moto: 'gives none',
    run: async (harness) => {
      const { id, name } = await harness.privateNamespace();
      const { Namespace } = await harness.client.send(new sd.GetNamespaceCommand({ Id: id }));
      expect(Namespace?.Properties?.HttpProperties?.HttpName).toBe(name);
    },
  },
  {
    name: 'a second private DNS namespace of a name in a VPC fails as an operation',
    moto: 'refuses at once, with an error that is not in the model',
    run: async (harness) => {
      const input = { Name: `${harness.name()}.local`, Vpc: vpcId() };
      await harness.ended(await harness.client.send(new sd.CreatePrivateDnsNamespaceCommand(input)));
      const again = await harness.client.send(new sd.CreatePrivateDnsNamespaceCommand(input));
      expect(await harness.ended(again)).toMatchObject({
        Status: 'FAIL',
        ErrorCode: 'CANNOT_CREATE_HOSTED_ZONE',
      });
    },
  },
  {
    name: 'a second private DNS namespace in a VPC whose name differs by case only fails likewise',
    moto: 'compares names exactly',
    run: async (harness) => {
      const Vpc = `vpc-${harness.name()}`;
      const name = harness.name();
      for (const [Name, status] of [
        [name, 'SUCCESS'],
        [name.toUpperCase(), 'FAIL'],
      ] as const) {
        const operation = await harness.ended(
          await harness.client.send(new sd.CreatePrivateDnsNamespaceCommand({ Name, Vpc })),
        );
        expect(operation.Status).toBe(status);
      }
    },
  },
  {
    name: 'a private DNS namespace of the same name in another VPC has another HttpName',
    moto: 'gives none',
    run: async (harness) => {
      const { name } = await harness.privateNamespace();
      const input = { Name: name, Vpc: vpcId() };
      const second = await harness.ended(
        await harness.client.send(new sd.CreatePrivateDnsNamespaceCommand(input)),
      );
      const Id = present(second.Targets?.NAMESPACE, 'NAMESPACE');
      const { Namespace } = await harness.client.send(new sd.GetNamespaceCommand({ Id }));
      expect(Namespace?.Name).toBe(name);
      expect(Namespace?.Properties?.HttpProperties?.HttpName).toMatch(new RegExp(`^${name}.+$`));
    },
  },
  {
    name: "a namespace's description is updated by an operation",
    moto: 'names the operation id in another member',
    run: async (harness) => {
      const { id } = await harness.httpNamespace();
      const input = { Id: id, Namespace: { Description: 'new' } };
      const operation = await harness.ended(
        await harness.client.send(new sd.UpdateHttpNamespaceCommand(input)),
      );
      expect(operation).toMatchObject({ Type: 'UPDATE_NAMESPACE', Status: 'SUCCESS' });
      const { Namespace } = await harness.client.send(new sd.GetNamespaceCommand({ Id: id }));
      expect(Namespace?.Description).toBe('new');
    },
  },
  {
    name: 'a namespace is deleted by an operation',
    run: async (harness) => {
      const { id } = await harness.httpNamespace();
      const operation = await harness.ended(
        await harness.client.send(new sd.DeleteNamespaceCommand({ Id: id })),
      );
      expect(operation).toMatchObject({ Type: 'DELETE_NAMESPACE', Targets: { NAMESPACE: id } });
      const gone = harness.client.send(new sd.GetNamespaceCommand({ Id: id }));
      expect(await refusal(gone)).toMatchObject({ name: 'NamespaceNotFound' });
    },
  },
  {
    name: 'a namespace with a service is not deleted',
    moto: 'deletes it',
    run: async (harness) => {
      const { id } = await harness.httpNamespace();
      await harness.service(id);
      const deletion = harness.client.send(new sd.DeleteNamespaceCommand({ Id: id }));
      expect(await refusal(deletion)).toMatchObject({ name: 'ResourceInUse' });
    },
  },
  {
    name: 'ListNamespaces lists what was created',
    run: async (harness) => {
      const { id, name } = await harness.httpNamespace();
      const namespaces = [];
      for await (const page of sd.paginateListNamespaces({ client: harness.client }, {}))
        namespaces.push(...(page.Namespaces ?? []));
      expect(namespaces.find(({ Id }) => Id === id)).toMatchObject({ Name: name, Type: 'HTTP' });
    },
  },
  {
    name: 'ListNamespaces filters after paging: pages may be empty and have a token',
    moto: 'does not filter',
    run: async (harness) => {
      await harness.httpNamespace();
      await harness.httpNamespace();
      const { id, name } = await harness.httpNamespace();
      const Filters: sd.NamespaceFilter[] = [{ Name: 'NAME', Values: [name], Condition: 'EQ' }];
      const pages: string[][] = [];
      for await (const { Namespaces } of sd.paginateListNamespaces(
        { client: harness.client, pageSize: 1 },
        { Filters },
      ))
        pages.push((Namespaces ?? []).map(({ Id }) => Id ?? ''));
      expect(pages.flat()).toEqual([id]);
      expect(pages.length).toBeGreaterThanOrEqual(3);
    },
  },
  {
    name: 'an unknown operation id is OperationNotFound',
    run: async (harness) => {
      expect(await refusal(harness.operation('nonesuch'))).toMatchObject({ name: 'OperationNotFound' });
    },
  },
  {
    name: 'tags are set at creation, added, listed and removed',
    run: async (harness) => {
      const input = { Name: harness.name(), Tags: [{ Key: 'a', Value: '1' }] };
      const { Targets } = await harness.ended(
        await harness.client.send(new sd.CreateHttpNamespaceCommand(input)),
      );
      const { Namespace } = await harness.client.send(new sd.GetNamespaceCommand({ Id: Targets?.NAMESPACE }));
      const ResourceARN = Namespace?.Arn;
      await harness.client.send(new sd.TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '' }] }));
      await harness.client.send(new sd.UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
      const { Tags } = await harness.client.send(new sd.ListTagsForResourceCommand({ ResourceARN }));
      expect(Tags).toEqual([{ Key: 'b', Value: '' }]);
    },
  },
  {
    name: 'tags of a resource that does not exist are ResourceNotFoundException',
    moto: 'answers an empty list',
    run: async (harness) => {
      const ResourceARN = 'arn:aws:servicediscovery:us-west-2:123456789012:namespace/ns-nonesuch';
      const tags = harness.client.send(new sd.ListTagsForResourceCommand({ ResourceARN }));
      expect(await refusal(tags)).toMatchObject({ name: 'ResourceNotFoundException' });
    },
  },
];
