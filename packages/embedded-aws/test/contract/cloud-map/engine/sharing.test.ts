import { expect, it } from 'vitest';
import type { Json } from '../../engine-bench.ts';
import { Bench } from './setup.ts';

const owner = '444455556666';
const namespaces = (answer: Json) =>
  answer.Namespaces as { Id: string; Arn: string; ResourceOwner: string }[];

/** A namespace of another account, which is shared with this one. */
function withShared() {
  const bench = new Bench();
  bench.engine.handleAs(owner, 'CreateHttpNamespace', { Name: 'ns' });
  bench.clock.advance(1_000);
  const [shared] = namespaces(bench.call('ListNamespaces'));
  if (shared === undefined) throw new Error('it is not listed');
  return { bench, shared };
}

it('a shared namespace is listed with its owner, and found by its ARN alone', () => {
  const { bench, shared } = withShared();
  expect(shared).toMatchObject({
    ResourceOwner: owner,
    Arn: expect.stringContaining(`:${owner}:namespace/`),
  });
  const by = (value: string) =>
    namespaces(bench.call('ListNamespaces', { Filters: [{ Name: 'RESOURCE_OWNER', Values: [value] }] }));
  expect(by('OTHER_ACCOUNTS')).toHaveLength(1);
  expect(by('SELF')).toEqual([]);
  expect(bench.call('GetNamespace', { Id: shared.Arn })).toMatchObject({ Namespace: { Id: shared.Id } });
  expect(bench.refusal('GetNamespace', { Id: shared.Id })).toMatchObject({ code: 'NamespaceNotFound' });
  expect(bench.refusal('CreateService', { Name: 's', NamespaceId: shared.Id })).toMatchObject({
    code: 'NamespaceNotFound',
  });
});

it('its services and operations belong to its owner, and show who made them', () => {
  const { bench, shared } = withShared();
  const { Service } = bench.call('CreateService', { Name: 's', NamespaceId: shared.Arn });
  const { Id, Arn } = Service as { Id: string; Arn: string };
  expect(Service).toMatchObject({ ResourceOwner: owner, CreatedByAccount: '000000000000' });
  expect(Arn).toContain(`:${owner}:service/`);
  expect(bench.refusal('GetService', { Id })).toMatchObject({ code: 'ServiceNotFound' });
  const OperationId = bench.register(Arn, 'i-1', { a: '1' });
  bench.clock.advance(1_000);
  expect(bench.refusal('GetOperation', { OperationId })).toMatchObject({ code: 'OperationNotFound' });
  expect(bench.call('GetOperation', { OperationId, OwnerAccount: owner })).toMatchObject({
    Operation: { Status: 'SUCCESS', OwnerAccount: owner },
  });
  expect(bench.call('ListInstances', { ServiceId: Arn })).toMatchObject({
    ResourceOwner: owner,
    Instances: [{ Id: 'i-1', CreatedByAccount: '000000000000' }],
  });
  expect(bench.discovered({ OwnerAccount: owner })).toEqual(['i-1']);
  const names = { NamespaceName: 'ns', ServiceName: 's' };
  expect(bench.refusal('DiscoverInstances', names)).toMatchObject({ code: 'NamespaceNotFound' });
  const inNamespace = (value: string) =>
    (bench.call('ListServices', { Filters: [{ Name: 'NAMESPACE_ID', Values: [value] }] }).Services as Json[])
      .length;
  expect([inNamespace(shared.Arn), inNamespace(shared.Id)]).toEqual([1, 0]);
});

it('a namespace of our own with its name is another one, of the same HttpName', () => {
  const { bench } = withShared();
  const own = bench.service({ name: 's' });
  bench.register(own, 'i-2');
  bench.clock.advance(1_000);
  expect(bench.discovered()).toEqual(['i-2']);
});
