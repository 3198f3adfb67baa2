import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { CloudMapAdapter } from '../../../shared/adapters/aws/cloud-map.ts';
import { NotFoundError, OperationInProgressError, RetryableError } from '../../../shared/model/errors.ts';

let engine: CloudMap;
let adapter: CloudMapAdapter;
beforeEach(() => {
  const quotas = { namespaces: 500, instancesPerService: 1000, instancesPerNamespace: 2000 };
  engine = new CloudMap({ settings: { latenciesMs: noLatencies, rates: {}, quotas } });
  adapter = new CloudMapAdapter(new ServiceDiscoveryClient(inProcessClientOptions(engine)));
});

interface Answer {
  readonly Namespace?: { readonly Arn: string };
  readonly Service?: { readonly Arn: string };
  readonly Tags?: unknown;
  readonly Status?: unknown;
}
const call = (operation: string, input: object) => engine.handle(operation, input) as Answer;
const tagsOf = (resource: { readonly Arn: string } | undefined) =>
  call('ListTagsForResource', { ResourceARN: resource?.Arn }).Tags;
const owned = [{ Key: 'eks-mesh-sync/cluster', Value: 'local' }];

async function namespaceOf(kind: 'http' | 'private-dns') {
  await adapter.createNamespace('shop.local', kind === 'http' ? { kind } : { kind, vpc: 'vpc-1' }, 'local');
  const [namespace] = await adapter.namespacesNamed('shop.local');
  if (namespace === undefined) throw new Error('the namespace was not created');
  return namespace;
}

const front = {
  name: 'front',
  recordTypes: ['A'],
  ttlSeconds: 77,
  hasCustomHealthCheck: true,
  cluster: 'local',
} as const;

describe('namespaces', () => {
  it.each([
    ['http', { kind: 'http' }, 'HTTP'],
    ['private-dns', { kind: 'private-dns', vpc: 'vpc-1' }, 'DNS_PRIVATE'],
  ] as const)('namespaces are created by kind, with the cluster as a tag: %s', async (kind, create, Type) => {
    const operationId = await adapter.createNamespace('shop.local', create, 'local');
    expect(await adapter.operation(operationId ?? '')).toEqual({ status: 'succeeded' });
    const [namespace] = await adapter.namespacesNamed('shop.local');
    expect(namespace).toMatchObject({
      id: expect.stringMatching(/^ns-/),
      name: 'shop.local',
      kind,
      httpName: 'shop.local',
    });
    const { Namespace } = call('GetNamespace', { Id: namespace?.id });
    expect(Namespace).toMatchObject({ Type, Name: 'shop.local' });
    expect(tagsOf(Namespace)).toEqual(owned);
  });

  it('namespaces are not created again if they exist', async () => {
    await namespaceOf('http');
    expect(await adapter.createNamespace('shop.local', { kind: 'http' }, 'local')).toBeUndefined();
  });

  it('namespaces are awaited if another program is creating them', async () => {
    engine.settings.latenciesMs.CREATE_NAMESPACE = 60_000;
    const first = await adapter.createNamespace('shop.local', { kind: 'http' }, 'local');
    expect(await adapter.createNamespace('shop.local', { kind: 'http' }, 'local')).toBe(first);
    engine.stop();
  });

  it('namespaces are found on whatever page, by their name in any case', async () => {
    for (let index = 0; index < 230; index++) call('CreateHttpNamespace', { Name: `n-${index}` });
    call('CreateHttpNamespace', { Name: 'shop.local' });
    call('CreateHttpNamespace', { Name: 'Shop.Local' });
    expect(await adapter.namespacesNamed('shop.local')).toMatchObject([
      { name: 'shop.local', kind: 'http' },
      { name: 'Shop.Local', kind: 'http' },
    ]);
    expect(engine.calls.get('ListNamespaces')).toBe(3);
    expect(await adapter.namespacesNamed('shop')).toEqual([]);
  });
});

describe('services', () => {
  it.each([[['A']], [['AAAA']], [['A', 'AAAA']]] as const)(
    'services of a DNS namespace answer several addresses, by %j',
    async (recordTypes) => {
      const namespace = await namespaceOf('private-dns');
      const id = await adapter.ensureService({ ...front, recordTypes, namespace });
      const { Service } = call('GetService', { Id: id });
      expect(Service).toMatchObject({
        DnsConfig: {
          RoutingPolicy: 'MULTIVALUE',
          DnsRecords: recordTypes.map((Type) => ({ Type, TTL: 77 })),
        },
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      });
      expect(tagsOf(Service)).toEqual(owned);
      expect(await adapter.describeService(id, namespace)).toEqual({
        id,
        name: 'front',
        httpName: 'shop.local',
        namespaceId: namespace.id,
        namespaceKind: 'private-dns',
        hasCustomHealthCheck: true,
      });
    },
  );

  it('services have no DNS records in an HTTP namespace, and no health check unless asked for', async () => {
    const namespace = await namespaceOf('http');
    const id = await adapter.ensureService({ ...front, namespace, hasCustomHealthCheck: false });
    const { Service } = call('GetService', { Id: id });
    expect(Service).not.toHaveProperty('HealthCheckCustomConfig.FailureThreshold');
    expect(JSON.stringify(Service)).not.toContain('DnsRecords');
    expect(await adapter.describeService(id, namespace)).toMatchObject({
      namespaceKind: 'http',
      hasCustomHealthCheck: false,
    });
  });

  it('services are found by ServiceAlreadyExists if they exist', async () => {
    const namespace = await namespaceOf('http');
    const id = await adapter.ensureService({ ...front, namespace });
    expect(
      await adapter.ensureService({ ...front, namespace, ttlSeconds: 1, hasCustomHealthCheck: false }),
    ).toBe(id);
  });

  it('services are not found if their namespace was deleted', async () => {
    const gone = {
      id: 'ns-aaaaaaaaaaaaaaaa',
      name: 'gone.local',
      kind: 'http',
      httpName: 'gone.local',
    } as const;
    await expect(adapter.ensureService({ ...front, namespace: gone })).rejects.toMatchObject({
      resource: 'namespace',
    });
    await expect(adapter.describeService('srv-aaaaaaaaaaaaaaaa', gone)).rejects.toMatchObject({
      resource: 'service',
    });
  });
});

async function service(): Promise<string> {
  return adapter.ensureService({ ...front, namespace: await namespaceOf('http') });
}

describe('instances', () => {
  it('instances are registered, found, listed to the last page, marked and deregistered', async () => {
    const id = await service();
    for (let index = 0; index < 205; index++)
      await adapter.registerInstance(id, `i-${index}`, { index: `${index}` });
    expect(await adapter.findInstance(id, 'i-7')).toEqual({ index: '7' });
    const listed = new Map<string, unknown>();
    for await (const instance of adapter.listInstances(id)) listed.set(instance.id, instance.attributes);
    expect(listed.size).toBe(205);
    expect(listed.get('i-204')).toEqual({ index: '204' });
    engine.settings.customHealthAfterMs = 0;
    await adapter.setHealth(id, 'i-7', 'UNHEALTHY');
    expect(call('GetInstancesHealthStatus', { ServiceId: id, Instances: ['i-7'] }).Status).toEqual({
      'i-7': 'UNHEALTHY',
    });
    const operationId = await adapter.deregisterInstance(id, 'i-7');
    expect(await adapter.operation(operationId)).toEqual({ status: 'succeeded' });
    expect(await adapter.findInstance(id, 'i-7')).toBeUndefined();
  });

  it('instances that are not there are not found, except by who asks whether', async () => {
    const id = await service();
    expect(await adapter.findInstance(id, 'x')).toBeUndefined();
    for (const missing of [adapter.deregisterInstance(id, 'x'), adapter.setHealth(id, 'x', 'HEALTHY')]) {
      const error = await missing.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({
        resource: 'instance',
        message: expect.stringContaining(`x of ${id}: InstanceNotFound`),
      });
    }
  });

  it('instances of a service that is gone are an error, also for who asks whether', async () => {
    await expect(adapter.findInstance('srv-aaaaaaaaaaaaaaaa', 'x')).rejects.toMatchObject({
      resource: 'service',
    });
    const listing = adapter.listInstances('srv-aaaaaaaaaaaaaaaa');
    await expect(listing.next()).rejects.toMatchObject({ resource: 'service' });
  });

  it('instances are refused with the id of the operation that is under way', async () => {
    const id = await service();
    engine.settings.latenciesMs.REGISTER_INSTANCE = 60_000;
    const running = await adapter.registerInstance(id, 'a', { a: 'b' });
    const error = await adapter.registerInstance(id, 'a', { a: 'c' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OperationInProgressError);
    expect(error).toMatchObject({ operationId: running });
    expect(await adapter.operation(running)).toEqual({ status: 'pending' });
    engine.stop();
  });
});

describe('operations', () => {
  it('operations report their failure with the message of Cloud Map', async () => {
    engine.faults.failOperations('CREATE_NAMESPACE', {
      code: 'INTERNAL_FAILURE',
      message: 'Internal failure',
    });
    const id = await adapter.createNamespace('shop.local', { kind: 'http' }, 'local');
    expect(await adapter.operation(id ?? '')).toEqual({
      status: 'failed',
      error: 'INTERNAL_FAILURE: Internal failure',
    });
  });

  it('operations are read with one call for a service, and one more for the message of each that failed', async () => {
    const id = await service();
    engine.settings.latenciesMs.REGISTER_INSTANCE = 60_000;
    const running = [
      await adapter.registerInstance(id, 'a', {}),
      await adapter.registerInstance(id, 'b', {}),
    ];
    engine.settings.latenciesMs.REGISTER_INSTANCE = 0;
    const done = await adapter.registerInstance(id, 'c', {});
    engine.faults.failOperations('REGISTER_INSTANCE', {
      code: 'INTERNAL_FAILURE',
      message: 'Internal failure',
    });
    const failed = await adapter.registerInstance(id, 'd', {});
    engine.calls.clear();
    const ids = [...running, done, failed];
    const sinceMs = Date.now();
    expect(Object.fromEntries(await adapter.operations(id, { ids, sinceMs }))).toEqual({
      ...Object.fromEntries(running.map((one) => [one, { status: 'pending' }])),
      [done]: { status: 'succeeded' },
      [failed]: { status: 'failed', error: 'INTERNAL_FAILURE: Internal failure' },
    });
    expect(Object.fromEntries(engine.calls)).toEqual({ ListOperations: 1, GetOperation: 1 });
    engine.stop();
  });

  it('operations are read one by one if the first pages do not have them, and left out if they do not exist', async () => {
    const id = await service();
    const ids = [await adapter.registerInstance(id, 'a', {}), 'none'];
    for (let index = 0; index < 120; index++) await adapter.registerInstance(id, 'b', { index: `${index}` });
    engine.calls.clear();
    const found = await adapter.operations(id, { ids, sinceMs: Date.now() });
    expect([...found]).toEqual([[ids[0], { status: 'succeeded' }]]);
    expect(engine.calls.get('ListOperations')).toBe(1);
    expect(engine.calls.get('GetOperation')).toBeLessThanOrEqual(2);
  });

  it('operations are not found if they do not exist', async () => {
    await expect(adapter.operation('none')).rejects.toMatchObject({ resource: 'operation' });
  });
});

it.each(['throttle', 'error', 'lost-before'] as const)(
  'a call that fails by %s may go well the next time',
  async (fault) => {
    engine.faults.failNext('*', fault);
    const error = await adapter.namespacesNamed('shop.local').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryableError);
    expect((error as Error).message).toMatch(/^ListNamespaces shop\.local: /);
    expect(await adapter.namespacesNamed('shop.local')).toEqual([]);
  },
);
