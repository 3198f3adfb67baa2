import * as sd from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Kit } from '../../../packages/embedded-aws/test/contract/cloud-map/kit.ts';
import {
  embeddedInProcess,
  embeddedOverHttp,
  moto,
  type Target,
} from '../../../packages/embedded-aws/test/contract/cloud-map/targets.ts';
import { motoIsMissing } from '../../../packages/embedded-aws/test/contract/moto.ts';
import { CallCounter } from '../../../shared/adapters/aws/call-counter.ts';
import { CloudMapAdapter } from '../../../shared/adapters/aws/cloud-map.ts';
import { CloudMapReader } from '../../../shared/adapters/aws/cloud-map-reader.ts';
import { NotFoundError, RetryableError } from '../../../shared/model/errors.ts';
import type { CloudMapReader as Port } from '../../../shared/ports/sweep-ports.ts';

/** One suite for the embedded Cloud Map and for moto, so that the reader is not made for ours alone. */
const subjects = [
  { name: 'embedded, in process', start: embeddedInProcess, isMoto: false, missing: undefined },
  { name: 'embedded, over HTTP', start: embeddedOverHttp, isMoto: false, missing: undefined },
  { name: 'moto', start: moto, isMoto: true, missing: motoIsMissing() },
];

for (const { name, start, isMoto, missing } of subjects) {
  const title = missing === undefined ? name : `${name} (skipped: ${missing})`;
  /** moto ignores the filters of ListServices and ListOperations: the day such a case passes there, this goes. */
  const unlessMoto = isMoto ? test.fails : test;
  describe.skipIf(missing !== undefined)(`what a sweep reads of Cloud Map: ${title}`, () => {
    let target: Target;
    let kit: Kit;
    let reader: Port;
    beforeAll(async () => {
      target = await start();
      kit = new Kit(target);
      reader = new CloudMapReader(target.client);
    });
    afterAll(() => target.stop());
    const namespaceNamed = async (name: string) => {
      const [namespace] = await new CloudMapAdapter(target.client).namespacesNamed(name);
      if (namespace === undefined) throw new Error(`there is no namespace ${name}`);
      return namespace;
    };

    unlessMoto('the services of a namespace, and none of another', async () => {
      const [http, dns] = [await kit.httpNamespace(), await kit.privateNamespace()];
      const withCheck = await kit.service(http.id);
      const without = await kit.service(http.id, {});
      const inDns = await kit.service(dns.id, {
        DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
      });
      const common = { namespaceId: http.id, namespaceKind: 'http', httpName: http.name };
      const servicesOf = async (name: string) => reader.servicesOf(await namespaceNamed(name));
      expect(await servicesOf(http.name)).toEqual(
        new Map([
          [withCheck.name, { id: withCheck.id, name: withCheck.name, ...common, hasCustomHealthCheck: true }],
          [without.name, { id: without.id, name: without.name, ...common, hasCustomHealthCheck: false }],
        ]),
      );
      expect(await servicesOf(dns.name)).toEqual(
        new Map([
          [
            inDns.name,
            {
              ...{
                id: inDns.id,
                name: inDns.name,
                namespaceId: dns.id,
                namespaceKind: 'private-dns',
                httpName: dns.name,
              },
              hasCustomHealthCheck: false,
            },
          ],
        ]),
      );
    });

    test('none in a public namespace', async () => {
      const name = `${kit.name()}.example.com`;
      const { Targets } = await kit.ended(
        await kit.client.send(new sd.CreatePublicDnsNamespaceCommand({ Name: name })),
      );
      await kit.service(Targets?.NAMESPACE ?? '', {
        DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
      });
      expect(await reader.servicesOf(await namespaceNamed(name))).toEqual(new Map());
    });

    test('all instances of a service, over pages', async () => {
      const { id } = await kit.service((await kit.httpNamespace()).id, {});
      for (let index = 0; index < 101; index += 1)
        await kit.client.send(
          new sd.RegisterInstanceCommand({
            ...{ ServiceId: id, InstanceId: `i-${index}` },
            Attributes: { AWS_INSTANCE_IPV4: '192.0.2.1', app: `${index}` },
          }),
        );
      await kit.pass(5000);
      const instances = await reader.instancesOf(id);
      expect(instances.size).toBe(101);
      expect(instances.get('i-100')).toEqual({
        attributes: { AWS_INSTANCE_IPV4: '192.0.2.1', app: '100' },
      });
      const other = await kit.service((await kit.httpNamespace()).id, {});
      expect(await reader.instancesOf(other.id)).toEqual(new Map());
    }, 20_000);

    test('the health of instances, the unhealthy included', async () => {
      const namespace = await kit.httpNamespace();
      const { id, name: serviceName } = await kit.service(namespace.id);
      const ipv4 = { AWS_INSTANCE_IPV4: '192.0.2.1' };
      await kit.register(id, 'well', { ...ipv4, AWS_INIT_HEALTH_STATUS: 'HEALTHY' });
      await kit.register(id, 'ill', { ...ipv4, AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
      const service = { name: serviceName, httpName: namespace.name };
      const health = Object.fromEntries(await reader.healthOf(service));
      // moto knows no health: it answers HEALTHY for all.
      expect(health).toEqual(
        isMoto ? { well: 'HEALTHY', ill: 'HEALTHY' } : { well: 'HEALTHY', ill: 'UNHEALTHY' },
      );
    });

    unlessMoto('no failed operations where all went well', async () => {
      const { id } = await kit.service((await kit.httpNamespace()).id, {});
      await kit.register(id, 'i');
      expect(await reader.failedOperations(id, 0)).toEqual(new Map());
    });

    test('a service that does not exist is not taken for an empty one', async () => {
      const instances = reader.instancesOf('srv-0000000000000000');
      await expect(instances).rejects.toThrow(NotFoundError);
      await expect(instances).rejects.toMatchObject({ resource: 'service' });
    });
  });
}

describe('what a sweep reads of Cloud Map, with faults', () => {
  const calls = new CallCounter();
  let clock: VirtualClock;
  let engine: CloudMap;
  let reader: CloudMapReader;
  let kit: Kit;
  beforeEach(() => {
    clock = new VirtualClock();
    engine = new CloudMap({ clock, settings: { rates: {} } });
    const client = calls.watch(
      new sd.ServiceDiscoveryClient({ ...inProcessClientOptions(engine), maxAttempts: 1 }),
    );
    reader = new CloudMapReader(client);
    kit = new Kit({
      client,
      pass: async (milliseconds) => clock.advance(milliseconds),
      stop: async () => {},
    });
  });

  test('failed operations in Cloud Map’s own words, of that service and since then only', async () => {
    const { id: namespaceId } = await kit.httpNamespace();
    const [one, other] = [await kit.service(namespaceId), await kit.service(namespaceId)];
    const fail = async (type: 'REGISTER_INSTANCE' | 'DEREGISTER_INSTANCE', message: string) =>
      engine.faults.failOperations(type, { code: 'INTERNAL_FAILURE', message });
    await fail('REGISTER_INSTANCE', 'long ago');
    await kit.register(one.id, 'a');
    clock.advance(3600_000);
    const sinceMs = clock.now() - 1000;
    await fail('REGISTER_INSTANCE', 'no route');
    const { Id: registered } = await kit.register(one.id, 'b');
    await kit.register(one.id, 'b');
    await fail('DEREGISTER_INSTANCE', 'stuck');
    const { Id: deregistered } = await kit.deregister(one.id, 'b');
    await fail('REGISTER_INSTANCE', 'of another service');
    await kit.register(other.id, 'a');
    const before = calls.snapshot();
    expect(await reader.failedOperations(one.id, sinceMs)).toEqual(
      new Map([
        [registered, 'INTERNAL_FAILURE: no route'],
        [deregistered, 'INTERNAL_FAILURE: stuck'],
      ]),
    );
    const after = calls.snapshot();
    expect((after.ListOperations ?? 0) - (before.ListOperations ?? 0)).toBe(1);
    expect((after.GetOperation ?? 0) - (before.GetOperation ?? 0)).toBe(2);
  });

  test('operations under way, submitted or pending, of one service or of all, and what they do', async () => {
    const { id: namespaceId } = await kit.httpNamespace();
    const [one, other] = [await kit.service(namespaceId), await kit.service(namespaceId)];
    await kit.register(one.id, 'a');
    expect(await reader.runningOperations()).toEqual([]);
    Object.assign(engine.settings.latenciesMs, { REGISTER_INSTANCE: 4000, DEREGISTER_INSTANCE: 4000 });
    const Attributes = { a: '1' };
    const begin = async (command: sd.RegisterInstanceCommand | sd.DeregisterInstanceCommand) =>
      ((await kit.client.send(command as sd.RegisterInstanceCommand)) as { OperationId: string }).OperationId;
    const leaves = await begin(new sd.DeregisterInstanceCommand({ ServiceId: one.id, InstanceId: 'a' }));
    clock.advance(2000); // by then it is pending
    const comes = await begin(
      new sd.RegisterInstanceCommand({ ServiceId: one.id, InstanceId: 'b', Attributes }),
    );
    const elsewhere = await begin(
      new sd.RegisterInstanceCommand({ ServiceId: other.id, InstanceId: 'b', Attributes }),
    );
    expect(new Set(await reader.runningOperations())).toEqual(new Set([leaves, comes, elsewhere]));
    expect(new Set(await reader.runningOperations(one.id))).toEqual(new Set([leaves, comes]));
    expect(await reader.runningOperation(leaves)).toEqual({
      id: leaves,
      type: 'deregister',
      instanceId: 'a',
    });
    expect(await reader.runningOperation(comes)).toEqual({ id: comes, type: 'register', instanceId: 'b' });
    clock.advance(2500);
    expect(await reader.runningOperation(leaves), 'it has ended').toBeUndefined();
    expect(await reader.runningOperations(one.id)).toEqual([comes]);
    expect(await reader.runningOperation('unknown')).toBeUndefined();
  });

  test('a page that fails is no end of the listing', async () => {
    const { id } = await kit.service((await kit.httpNamespace()).id);
    for (let index = 0; index < 150; index += 1)
      await kit.client.send(
        new sd.RegisterInstanceCommand({ ServiceId: id, InstanceId: `i-${index}`, Attributes: { a: '1' } }),
      );
    clock.advance(60_000);
    let pages = 0;
    engine.faults.onCall = (operation) =>
      operation === 'ListInstances' && ++pages === 2 ? 'throttle' : undefined;
    await expect(reader.instancesOf(id)).rejects.toThrow(RetryableError);
    expect((await reader.instancesOf(id)).size).toBe(150);
  });

  test('health that cannot be read is not left out', async () => {
    const namespace = await kit.httpNamespace();
    const { id, name: serviceName } = await kit.service(namespace.id);
    await kit.register(id, 'i');
    engine.faults.failNext('DiscoverInstances', 'throttle');
    const service = { name: serviceName, httpName: namespace.name };
    await expect(reader.healthOf(service)).rejects.toThrow(/^DiscoverInstances of n-/);
  });

  test('the health of a thousand instances takes one call', async () => {
    const namespace = await kit.httpNamespace();
    const { id, name: serviceName } = await kit.service(namespace.id);
    for (let index = 0; index < 1000; index += 1)
      await kit.client.send(
        new sd.RegisterInstanceCommand({ ServiceId: id, InstanceId: `i-${index}`, Attributes: { a: '1' } }),
      );
    clock.advance(60_000);
    const before = calls.snapshot();
    expect((await reader.instancesOf(id)).size).toBe(1000);
    const health = await reader.healthOf({ name: serviceName, httpName: namespace.name });
    const after = calls.snapshot();
    expect([...health.values()].filter((value) => value === 'HEALTHY')).toHaveLength(1000);
    expect((after.ListInstances ?? 0) - (before.ListInstances ?? 0)).toBe(10);
    expect((after.DiscoverInstances ?? 0) - (before.DiscoverInstances ?? 0)).toBe(1);
  });
});

describe('a call counter', () => {
  test('counts every attempt of a call', async () => {
    const engine = new CloudMap({ clock: new VirtualClock(), settings: { rates: {} } });
    engine.faults.failNext('ListNamespaces', 'throttle', 2);
    const counter = new CallCounter();
    const client = new sd.ServiceDiscoveryClient({ ...inProcessClientOptions(engine), maxAttempts: 3 });
    counter.watch(client);
    await client.send(new sd.ListNamespacesCommand({}));
    await client.send(new sd.ListServicesCommand({}));
    expect(counter.snapshot()).toEqual({ ListNamespaces: 3, ListServices: 1 });
  });
});
