import { expect, it } from 'vitest';
import { Bench } from './setup.ts';

type Page = { Instances: { Id: string }[]; NextToken?: string };

function withInstances(count: number): { bench: Bench; service: string } {
  const bench = new Bench();
  const service = bench.service();
  for (let index = 0; index < count; index += 1) bench.register(service, `i-${index}`);
  bench.clock.advance(100);
  return { bench, service };
}

it('pages neither repeat nor skip what stays, whatever is added and removed in between', () => {
  const { bench, service } = withInstances(4);
  const list = (NextToken?: string) =>
    bench.call('ListInstances', { ServiceId: service, MaxResults: 2, NextToken }) as unknown as Page;
  const first = list();
  bench.deregister(service, 'i-1');
  bench.register(service, 'i-0', { again: '1' });
  bench.register(service, 'i-4');
  bench.clock.advance(100);
  const second = list(first.NextToken);
  const third = list(second.NextToken);
  const pages = [first, second, third].map(({ Instances }) => Instances.map(({ Id }) => Id));
  expect(pages).toEqual([['i-0', 'i-1'], ['i-2', 'i-3'], ['i-4']]);
  expect(third.NextToken).toBeUndefined();
});

it('a page that is just full is the last one', () => {
  const { bench, service } = withInstances(2);
  const page = bench.call('ListInstances', { ServiceId: service, MaxResults: 2 });
  expect(page.NextToken).toBeUndefined();
});

it('a token is refused elsewhere, and so is what is no token', () => {
  const { bench, service } = withInstances(2);
  const { NextToken } = bench.call('ListInstances', { ServiceId: service, MaxResults: 1 });
  const other = bench.service({ name: 'other', namespaceId: bench.namespace('other') });
  const wrong = [
    ['ListInstances', { ServiceId: other, NextToken }],
    ['ListServices', { NextToken }],
    ['ListNamespaces', { NextToken: 'garbage' }],
  ] as const;
  for (const [operation, input] of wrong)
    expect(bench.refusal(operation, input)).toMatchObject({ code: 'InvalidInput' });
});

it.each([
  ['ListNamespaces', { Name: 'NAME', Values: ['a'], Condition: 'IN' }],
  ['ListNamespaces', { Name: 'RESOURCE_OWNER', Values: ['SELF'], Condition: 'BEGINS_WITH' }],
  ['ListNamespaces', { Name: 'NAME', Values: ['a', 'b'] }],
  ['ListServices', { Name: 'NAMESPACE_ID', Values: ['a'], Condition: 'BETWEEN' }],
  ['ListOperations', { Name: 'UPDATE_DATE', Values: ['1', '2'] }],
  ['ListOperations', { Name: 'UPDATE_DATE', Values: ['1'], Condition: 'BETWEEN' }],
])('%s refuses the filter %j', (operation, filter) => {
  const bench = new Bench();
  expect(bench.refusal(operation, { Filters: [filter] })).toMatchObject({ code: 'InvalidInput' });
});

it('namespaces are found by name, beginning, type and owner', () => {
  const bench = new Bench();
  for (const name of ['prod-a', 'prod-b', 'test']) bench.namespace(name);
  const find = (Name: string, Value: string, Condition?: string) => {
    const { Namespaces } = bench.call('ListNamespaces', { Filters: [{ Name, Values: [Value], Condition }] });
    return (Namespaces as { Name: string }[]).map((namespace) => namespace.Name);
  };
  expect(find('NAME', 'test')).toEqual(['test']);
  expect(find('HTTP_NAME', 'prod-', 'BEGINS_WITH')).toEqual(['prod-a', 'prod-b']);
  expect(find('TYPE', 'DNS_PRIVATE')).toEqual([]);
  expect(find('RESOURCE_OWNER', 'SELF')).toHaveLength(3);
  expect(find('RESOURCE_OWNER', 'OTHER_ACCOUNTS')).toEqual([]);
});

it('operations are found by the time of their last change; SUCCEED means SUCCESS', () => {
  const { bench, service } = withInstances(1);
  const from = bench.clock.now() / 1000;
  bench.clock.advance(1000);
  const Id = bench.deregister(service, 'i-0');
  bench.clock.advance(1000);
  const Filters = [
    { Name: 'UPDATE_DATE', Values: [String(from + 0.5), String(from + 10)], Condition: 'BETWEEN' },
    { Name: 'STATUS', Values: ['SUCCEED'] },
  ];
  expect(bench.call('ListOperations', { Filters }).Operations).toEqual([{ Id, Status: 'SUCCESS' }]);
});

it('the counts of services and instances are listed', () => {
  const { bench, service } = withInstances(2);
  expect(bench.call('GetService', { Id: service }).Service).toMatchObject({ InstanceCount: 2 });
  expect(bench.call('ListNamespaces').Namespaces).toMatchObject([{ ServiceCount: 1 }]);
});

it('DiscoverInstances answers 100 unless asked for up to 1,000', () => {
  const { bench } = withInstances(150);
  expect(bench.discovered()).toHaveLength(100);
  expect(new Set(bench.discovered({ MaxResults: 1000 })).size).toBe(150);
  const tooMany = { NamespaceName: 'ns', ServiceName: 's', MaxResults: 1001 };
  expect(bench.refusal('DiscoverInstances', tooMany)).toMatchObject({ code: 'InvalidInput' });
});

it('DiscoverInstances answers in random order', () => {
  const { bench } = withInstances(50);
  const orders = new Set(Array.from({ length: 5 }, () => bench.discovered().join()));
  expect(orders.size).toBe(5);
});

it('the primary address of an EC2 instance is filled in', () => {
  const bench = new Bench({ ec2Addresses: { 'i-1': '192.0.2.7' } });
  const service = bench.service();
  bench.register(service, 'a', { AWS_EC2_INSTANCE_ID: 'i-1' });
  bench.clock.advance(100);
  const { Instance } = bench.call('GetInstance', { ServiceId: service, InstanceId: 'a' });
  expect(Instance).toMatchObject({
    Attributes: { AWS_EC2_INSTANCE_ID: 'i-1', AWS_INSTANCE_IPV4: '192.0.2.7' },
  });
  const unknown = { ServiceId: service, InstanceId: 'b', Attributes: { AWS_EC2_INSTANCE_ID: 'i-2' } };
  expect(bench.refusal('RegisterInstance', unknown)).toMatchObject({ code: 'InvalidInput' });
});
