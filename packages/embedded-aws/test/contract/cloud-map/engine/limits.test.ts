import { expect, it } from 'vitest';
import { Bench } from './setup.ts';

it('a token bucket lets a burst through, then its rate', () => {
  const bench = new Bench({ rates: { ListNamespaces: { perSecond: 2, burst: 3 } } });
  for (let call = 0; call < 3; call += 1) bench.call('ListNamespaces');
  expect(bench.refusal('ListNamespaces')).toMatchObject({
    code: 'ThrottlingException',
    message: 'Rate exceeded',
    status: 400,
  });
  bench.clock.advance(499);
  expect(bench.refusal('ListNamespaces')).toMatchObject({ code: 'ThrottlingException' });
  bench.clock.advance(1);
  bench.call('ListNamespaces');
  expect(bench.refusal('ListNamespaces')).toMatchObject({ code: 'ThrottlingException' });
  bench.clock.advance(60_000);
  for (let call = 0; call < 3; call += 1) bench.call('ListNamespaces');
  expect(bench.refusal('ListNamespaces')).toMatchObject({ code: 'ThrottlingException' });
});

it('each operation has a bucket of its own, or none', () => {
  const bench = new Bench({ rates: { ListNamespaces: { perSecond: 1, burst: 1 } } });
  bench.call('ListNamespaces');
  for (let call = 0; call < 100; call += 1) bench.call('ListServices');
  expect(bench.refusal('ListNamespaces')).toMatchObject({ code: 'ThrottlingException' });
});

it('the Discover operations are throttled by RequestLimitExceeded', () => {
  const rate = { perSecond: 1, burst: 1 };
  const bench = new Bench({ rates: { DiscoverInstances: rate, DiscoverInstancesRevision: rate } });
  bench.service();
  for (const operation of ['DiscoverInstances', 'DiscoverInstancesRevision']) {
    const input = { NamespaceName: 'ns', ServiceName: 's' };
    bench.call(operation, input);
    expect(bench.refusal(operation, input)).toMatchObject({ code: 'RequestLimitExceeded' });
  }
});

it('a throttled call has no effect', () => {
  const bench = new Bench({ rates: { RegisterInstance: { perSecond: 1, burst: 1 } } });
  const service = bench.service();
  bench.register(service, 'a');
  bench.refusal('RegisterInstance', { ServiceId: service, InstanceId: 'b', Attributes: {} });
  bench.clock.advance(100);
  expect(bench.listed(service)).toEqual(['a']);
});

const quotas = { namespaces: 2, instancesPerService: 2, instancesPerNamespace: 3 };

it('a service has a limit of instances that counts those being registered, but none registered again', () => {
  const bench = new Bench({ quotas });
  const service = bench.service();
  bench.register(service, 'a');
  bench.clock.advance(100);
  bench.register(service, 'b');
  const third = { ServiceId: service, InstanceId: 'c', Attributes: {} };
  expect(bench.refusal('RegisterInstance', third)).toMatchObject({ code: 'ResourceLimitExceeded' });
  bench.register(service, 'a', { again: '1' });
  bench.clock.advance(100);
  expect(bench.listed(service)).toEqual(['a', 'b']);
  bench.deregister(service, 'b');
  bench.clock.advance(100);
  bench.register(service, 'c');
});

it('the instances of a namespace are limited', () => {
  const bench = new Bench({ quotas });
  const namespaceId = bench.namespace();
  const [first = '', second = ''] = ['x', 'y'].map((name) => bench.service({ namespaceId, name }));
  bench.register(first, 'a');
  bench.register(first, 'b');
  bench.register(second, 'a');
  const fourth = { ServiceId: second, InstanceId: 'b', Attributes: {} };
  expect(bench.refusal('RegisterInstance', fourth)).toMatchObject({ code: 'ResourceLimitExceeded' });
});

it('an account has a limit of namespaces that counts those being created', () => {
  const bench = new Bench({ quotas });
  bench.namespace('a');
  bench.call('CreateHttpNamespace', { Name: 'b' });
  expect(bench.refusal('CreateHttpNamespace', { Name: 'c' })).toMatchObject({
    code: 'ResourceLimitExceeded',
  });
});

it('a resource has at most 50 tags, and none of AWS', () => {
  const bench = new Bench();
  const tags = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  const input = { Name: 'ns', Tags: tags(51) };
  expect(bench.refusal('CreateHttpNamespace', input)).toMatchObject({ code: 'TooManyTagsException' });
  bench.call('CreateHttpNamespace', { Name: 'ns', Tags: tags(50) });
  bench.clock.advance(300);
  const [namespace] = bench.call('ListNamespaces').Namespaces as { Arn: string }[];
  const more = { ResourceARN: namespace?.Arn, Tags: [{ Key: 'more', Value: '' }] };
  expect(bench.refusal('TagResource', more)).toMatchObject({
    code: 'TooManyTagsException',
    members: { ResourceName: namespace?.Arn },
  });
  bench.call('TagResource', { ...more, Tags: tags(50) });
  const ofAws = { ...more, Tags: [{ Key: 'aws:x', Value: '' }] };
  bench.call('UntagResource', { ResourceARN: namespace?.Arn, TagKeys: ['k1'] });
  expect(bench.refusal('TagResource', ofAws)).toMatchObject({ code: 'InvalidInput' });
});

it('a service has at most 30 attributes', () => {
  const bench = new Bench();
  const ServiceId = bench.service();
  const attributes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, '']));
  bench.call('UpdateServiceAttributes', { ServiceId, Attributes: attributes(30) });
  expect(bench.refusal('UpdateServiceAttributes', { ServiceId, Attributes: { more: '' } })).toMatchObject({
    code: 'ServiceAttributesLimitExceededException',
  });
  for (const Attributes of [{}, attributes(31)])
    expect(bench.refusal('UpdateServiceAttributes', { ServiceId, Attributes })).toMatchObject({
      code: 'InvalidInput',
    });
});

it('a repeated registration or creation is DuplicateRequest, also where the quota is reached', () => {
  const bench = new Bench({ quotas: { namespaces: 1, instancesPerService: 1 } });
  bench.call('CreateHttpNamespace', { Name: 'ns', CreatorRequestId: 'a' });
  const namespace = { Name: 'ns', CreatorRequestId: 'b' };
  expect(bench.refusal('CreateHttpNamespace', namespace)).toMatchObject({ code: 'DuplicateRequest' });
  bench.clock.advance(300);
  const service = bench.service({ namespaceId: bench.engine.snapshot().namespaces[0]?.id });
  bench.register(service, 'i');
  const instance = { ServiceId: service, InstanceId: 'i', Attributes: {} };
  expect(bench.refusal('RegisterInstance', instance)).toMatchObject({ code: 'DuplicateRequest' });
});
