import { expect, it } from 'vitest';
import { Bench } from './setup.ts';

const weighted = { RoutingPolicy: 'WEIGHTED', DnsRecords: [{ Type: 'A', TTL: 1 }] };

/** A public DNS namespace, where most is allowed. */
function publicNamespace(bench: Bench): string {
  bench.engine.settings.latenciesMs.CREATE_NAMESPACE = 0;
  bench.call('CreatePublicDnsNamespace', { Name: 'a.example.com' });
  return bench.engine.snapshot().namespaces[0]?.id ?? '';
}

it('another account has no namespaces and operations here', () => {
  const bench = new Bench();
  const service = bench.service();
  const OperationId = bench.register(service, 'i');
  const own = { OwnerAccount: '000000000000' };
  const other = { OwnerAccount: '111111111111' };
  const names = { NamespaceName: 'ns', ServiceName: 's' };
  bench.call('DiscoverInstances', { ...names, ...own });
  bench.call('GetOperation', { OperationId, ...own });
  expect(bench.refusal('DiscoverInstances', { ...names, ...other })).toMatchObject({
    code: 'NamespaceNotFound',
  });
  expect(bench.refusal('GetOperation', { OperationId, ...other })).toMatchObject({
    code: 'OperationNotFound',
  });
});

it('an ARN counts in filters, and only as a whole', () => {
  const bench = new Bench();
  const service = bench.service();
  const [namespace] = bench.call('ListNamespaces').Namespaces as { Arn: string }[];
  const Filters = [{ Name: 'NAMESPACE_ID', Values: [namespace?.Arn] }];
  expect(bench.call('ListServices', { Filters }).Services).toMatchObject([{ Id: service }]);
  const { Arn } = bench.call('GetService', { Id: service }).Service as { Arn: string };
  const elsewhere = Arn.replace('us-west-2', 'us-east-1');
  expect(bench.refusal('GetService', { Id: elsewhere })).toMatchObject({ code: 'ServiceNotFound' });
});

it('a service belongs to its namespace only', () => {
  const bench = new Bench();
  bench.service({ namespaceId: bench.namespace('ns'), name: 's' });
  bench.service({ namespaceId: bench.namespace('other'), name: 't' });
  const names = bench.engine.snapshot().namespaces.map(({ services }) => services.map(({ name }) => name));
  expect(names).toEqual([['s'], ['t']]);
});

it('the namespace may be named in DnsConfig, as it once was; somewhere it must be', () => {
  const bench = new Bench();
  const NamespaceId = publicNamespace(bench);
  const { Service } = bench.call('CreateService', { Name: 's', DnsConfig: { ...weighted, NamespaceId } });
  expect(Service).toMatchObject({ NamespaceId });
  expect(bench.refusal('CreateService', { Name: 't' })).toMatchObject({
    code: 'InvalidInput',
    message: 'Service namespace id cannot be null',
  });
});

it('a namespace is updated by the operation of its type, once a request', () => {
  const bench = new Bench();
  const Id = publicNamespace(bench);
  const input = { Id, Namespace: { Description: 'new' }, UpdaterRequestId: 'once' };
  for (const operation of ['UpdateHttpNamespace', 'UpdatePrivateDnsNamespace'])
    expect(bench.refusal(operation, input)).toMatchObject({ code: 'NamespaceNotFound' });
  const first = bench.call('UpdatePublicDnsNamespace', input);
  expect(bench.call('UpdatePublicDnsNamespace', input)).toEqual(first);
  const other = { ...input, UpdaterRequestId: 'twice' };
  expect(bench.refusal('UpdatePublicDnsNamespace', other)).toMatchObject({ code: 'DuplicateRequest' });
});

it('a namespace that got a service while it was being deleted stays', () => {
  const bench = new Bench();
  const namespaceId = bench.namespace();
  const { OperationId } = bench.call('DeleteNamespace', { Id: namespaceId });
  const service = bench.service({ namespaceId });
  bench.clock.advance(300);
  expect(bench.status(OperationId)).toBe('FAIL');
  bench.call('GetService', { Id: service });
  bench.call('GetNamespace', { Id: namespaceId });
});

it('UpdateService adds and removes a Route 53 health check, and does not change its type', () => {
  const bench = new Bench();
  const namespaceId = publicNamespace(bench);
  bench.engine.settings.latenciesMs.UPDATE_SERVICE = 0;
  const Id = bench.service({ namespaceId, DnsConfig: weighted, HealthCheckCustomConfig: undefined });
  const update = (HealthCheckConfig?: object) =>
    bench.call('UpdateService', {
      Id,
      Service: { DnsConfig: { DnsRecords: weighted.DnsRecords }, HealthCheckConfig },
    });
  const current = () =>
    (bench.call('GetService', { Id }).Service as { HealthCheckConfig: unknown }).HealthCheckConfig;
  update({ Type: 'HTTP' });
  expect(current()).toEqual({ Type: 'HTTP', FailureThreshold: 1 });
  const other = { Id, Service: { HealthCheckConfig: { Type: 'TCP' } } };
  expect(bench.refusal('UpdateService', other)).toMatchObject({ code: 'InvalidInput' });
  update();
  expect(current()).toBeUndefined();
});

it('UpdateService adds no Route 53 health check to a custom one', () => {
  const bench = new Bench();
  const Id = bench.service({ namespaceId: publicNamespace(bench), DnsConfig: weighted });
  const input = { Id, Service: { HealthCheckConfig: { Type: 'HTTP' } } };
  expect(bench.refusal('UpdateService', input)).toMatchObject({ code: 'InvalidInput' });
});

it('an alias is registered where records are weighted; an EC2 instance may have an initial health', () => {
  const bench = new Bench({ latenciesMs: { REGISTER_INSTANCE: 0 }, ec2Addresses: { 'i-1': '192.0.2.7' } });
  const alias = bench.service({ namespaceId: publicNamespace(bench), DnsConfig: weighted });
  bench.register(alias, 'lb', { AWS_ALIAS_DNS_NAME: 'lb.example.com' });
  const http = bench.service();
  bench.register(http, 'i', { AWS_EC2_INSTANCE_ID: 'i-1', AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
  expect([bench.listed(alias), bench.health(http)]).toEqual([['lb'], { i: 'UNHEALTHY' }]);
});
