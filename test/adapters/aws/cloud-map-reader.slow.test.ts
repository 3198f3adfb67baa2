import * as sd from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { Harness } from '../../../packages/embedded-aws/test/contract/cloud-map/harness.ts';
import {
  embeddedInProcess,
  embeddedOverHttp,
} from '../../../packages/embedded-aws/test/contract/cloud-map/targets.ts';
import { CallCounter } from '../../../shared/adapters/aws/call-counter.ts';
import { CloudMapReader } from '../../../shared/adapters/aws/cloud-map-reader.ts';
import { RetryableError } from '../../../shared/model/errors.ts';
import { readerSuite } from './cloud-map-reader-suite.ts';

readerSuite({ name: 'embedded, in process', start: embeddedInProcess, isMoto: false });
readerSuite({ name: 'embedded, over HTTP', start: embeddedOverHttp, isMoto: false });

describe('what a sweep reads of Cloud Map, with faults', () => {
  const calls = new CallCounter();
  let clock: VirtualClock;
  let engine: CloudMap;
  let reader: CloudMapReader;
  let harness: Harness;
  beforeEach(() => {
    clock = new VirtualClock();
    engine = new CloudMap({ clock, settings: { rates: {} } });
    const client = calls.watch(
      new sd.ServiceDiscoveryClient({ ...inProcessClientOptions(engine), maxAttempts: 1 }),
    );
    reader = new CloudMapReader(client);
    harness = new Harness({
      client,
      pass: async (milliseconds) => clock.advance(milliseconds),
      stop: async () => {},
    });
  });

  it('a sweep reads failed operations in Cloud Map’s own words, of that service and since then only', async () => {
    const { id: namespaceId } = await harness.httpNamespace();
    const [one, other] = [await harness.service(namespaceId), await harness.service(namespaceId)];
    const fail = async (type: 'REGISTER_INSTANCE' | 'DEREGISTER_INSTANCE', message: string) =>
      engine.faults.failOperations(type, { code: 'INTERNAL_FAILURE', message });
    await fail('REGISTER_INSTANCE', 'long ago');
    await harness.register(one.id, 'a');
    clock.advance(3600_000);
    const sinceMs = clock.now() - 1000;
    await fail('REGISTER_INSTANCE', 'no route');
    const { Id: registered } = await harness.register(one.id, 'b');
    await harness.register(one.id, 'b');
    await fail('DEREGISTER_INSTANCE', 'stuck');
    const { Id: deregistered } = await harness.deregister(one.id, 'b');
    await fail('REGISTER_INSTANCE', 'of another service');
    await harness.register(other.id, 'a');
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

  it('a sweep reads operations under way, submitted or pending, of one service or of all, and what they do', async () => {
    const { id: namespaceId } = await harness.httpNamespace();
    const [one, other] = [await harness.service(namespaceId), await harness.service(namespaceId)];
    await harness.register(one.id, 'a');
    expect(await reader.runningOperations()).toEqual([]);
    Object.assign(engine.settings.latenciesMs, { REGISTER_INSTANCE: 4000, DEREGISTER_INSTANCE: 4000 });
    const Attributes = { a: '1' };
    const begin = async (command: sd.RegisterInstanceCommand | sd.DeregisterInstanceCommand) =>
      ((await harness.client.send(command as sd.RegisterInstanceCommand)) as { OperationId: string })
        .OperationId;
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

  it('a page that fails is no end of the listing', async () => {
    const { id } = await harness.service((await harness.httpNamespace()).id);
    for (let index = 0; index < 150; index += 1)
      await harness.client.send(
        new sd.RegisterInstanceCommand({ ServiceId: id, InstanceId: `i-${index}`, Attributes: { a: '1' } }),
      );
    clock.advance(60_000);
    let pages = 0;
    engine.faults.onCall = (operation) =>
      operation === 'ListInstances' && ++pages === 2 ? 'throttle' : undefined;
    await expect(reader.instancesOf(id)).rejects.toThrow(RetryableError);
    expect((await reader.instancesOf(id)).size).toBe(150);
  });

  it('a sweep does not leave out health that cannot be read', async () => {
    const namespace = await harness.httpNamespace();
    const { id, name: serviceName } = await harness.service(namespace.id);
    await harness.register(id, 'i');
    engine.faults.failNext('DiscoverInstances', 'throttle');
    const service = { name: serviceName, httpName: namespace.name };
    await expect(reader.healthOf(service)).rejects.toThrow(/^DiscoverInstances of n-/);
  });

  it('the health of a thousand instances takes one call', async () => {
    const namespace = await harness.httpNamespace();
    const { id, name: serviceName } = await harness.service(namespace.id);
    for (let index = 0; index < 1000; index += 1)
      await harness.client.send(
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
  it('a call counter counts every attempt of a call', async () => {
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
