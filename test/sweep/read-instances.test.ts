import * as sd from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { describe, expect, it } from 'vitest';
import { CallCounter } from '../../shared/adapters/aws/call-counter.ts';
import { CloudMapReader } from '../../shared/adapters/aws/cloud-map-reader.ts';
import { RetryableError } from '../../shared/model/errors.ts';
import type { Claim, CloudMapService } from '../../shared/model/records/registration.ts';
import { InstanceMemory } from '../../shared/sweep/instance-memory.ts';
import { readInstances } from '../../shared/sweep/read-instances.ts';

/** A service of two instances, and a reader that counts its calls. */
async function harness({ healthCheck = true } = {}) {
  const cloudMap = new CloudMap({
    settings: { latenciesMs: noLatencies, customHealthAfterMs: 0, rates: {} },
  });
  const client = new sd.ServiceDiscoveryClient(inProcessClientOptions(cloudMap));
  const Namespace = { Name: 'shop' };
  const { OperationId } = await client.send(new sd.CreateHttpNamespaceCommand(Namespace));
  const { Operation } = await client.send(new sd.GetOperationCommand({ OperationId }));
  const { Service } = await client.send(
    new sd.CreateServiceCommand({
      Name: 'front',
      NamespaceId: Operation?.Targets?.NAMESPACE,
      ...(healthCheck && { HealthCheckCustomConfig: {} }),
    }),
  );
  const ServiceId = Service?.Id ?? '';
  const register = (InstanceId: string, version: string) =>
    client.send(
      new sd.RegisterInstanceCommand({
        ServiceId,
        InstanceId,
        Attributes: { AWS_INSTANCE_IPV4: InstanceId, version },
      }),
    );
  const deregister = (InstanceId: string) =>
    client.send(new sd.DeregisterInstanceCommand({ ServiceId, InstanceId }));
  const setHealth = (InstanceId: string, Status: sd.CustomHealthStatus) =>
    client.send(new sd.UpdateInstanceCustomHealthStatusCommand({ ServiceId, InstanceId, Status }));
  await register('10.0.0.1', 'v1');
  await register('10.0.0.2', 'v1');

  const counter = new CallCounter();
  const reader = new CloudMapReader(
    counter.watch(new sd.ServiceDiscoveryClient(inProcessClientOptions(cloudMap))),
  );
  const service: CloudMapService = {
    ...{ id: ServiceId, name: 'front', httpName: 'shop', hasCustomHealthCheck: healthCheck },
    ...{ namespaceId: Operation?.Targets?.NAMESPACE ?? '', namespaceKind: 'http' },
  };
  const memory = new InstanceMemory({ now: () => 0 });
  let claims = new Map<string, Claim>();
  const read = async (from: Parameters<typeof readInstances>[0] = reader, lists = memory) => {
    const before = counter.snapshot();
    const { instances, healthReadFailures } = await readInstances(from, lists, service, claims);
    const calls = Object.entries(counter.snapshot()).flatMap(([name, count]) =>
      Array.from({ length: count - (before[name] ?? 0) }, () => name),
    );
    const texts = [...instances].map(
      ([id, { attributes, health }]) => `${id} ${attributes.version} ${health ?? '-'}`,
    );
    return { instances: texts.sort(), calls: calls.sort(), healthReadFailures };
  };
  const claim = (version: number) => {
    claims = new Map([['10.0.0.1', { instanceId: '10.0.0.1', phase: 'applied', version } as Claim]]);
  };
  return { read, reader, register, deregister, setHealth, claim };
}

const whole = ['DiscoverInstances', 'ListInstances'];
const shownAlone = ['DiscoverInstances'];
const both = ['10.0.0.1 v1 HEALTHY', '10.0.0.2 v1 HEALTHY'];

describe('the instances of a service, read again and again', () => {
  it('the instances of a service are listed once while nothing changes, and an hour of sweeps later', async () => {
    const { read } = await harness();
    expect(await read()).toMatchObject({ instances: both, calls: whole });
    for (let sweep = 0; sweep < 11; sweep++)
      expect(await read()).toMatchObject({ instances: both, calls: shownAlone });
    expect(await read()).toMatchObject({ instances: both, calls: whole });
  });

  it('the instances of a service have the health of now, which no revision shows', async () => {
    const { read, setHealth } = await harness();
    await read();
    await setHealth('10.0.0.2', 'UNHEALTHY');
    expect(await read()).toMatchObject({
      instances: ['10.0.0.1 v1 HEALTHY', '10.0.0.2 v1 UNHEALTHY'],
      calls: shownAlone,
    });
  });

  it('the instances of a service are listed again when somebody deregistered one, registered one, or changed attributes', async () => {
    const { read, register, deregister } = await harness();
    await read();
    await deregister('10.0.0.2');
    expect(await read()).toMatchObject({ instances: ['10.0.0.1 v1 HEALTHY'], calls: whole });
    await register('10.0.0.3', 'v1');
    expect((await read()).instances).toEqual(['10.0.0.1 v1 HEALTHY', '10.0.0.3 v1 HEALTHY']);
    await register('10.0.0.3', 'v2');
    expect(await read()).toMatchObject({
      instances: ['10.0.0.1 v1 HEALTHY', '10.0.0.3 v2 HEALTHY'],
      calls: whole,
    });
    expect((await read()).calls).toEqual(shownAlone);
  });

  it('the instances of a service are listed again when a claim has changed, whatever is shown yet', async () => {
    const { read, claim } = await harness();
    await read();
    claim(1);
    expect((await read()).calls).toEqual(whole);
    expect((await read()).calls).toEqual(shownAlone);
    claim(2);
    expect((await read()).calls).toEqual(whole);
  });

  it('the instances of a service are listed again after a change between what was shown and the list', async () => {
    const { read, reader, deregister } = await harness();
    const late = {
      shown: (service: CloudMapService) => reader.shown(service),
      instancesOf: async (id: string) => {
        await deregister('10.0.0.2');
        return reader.instancesOf(id);
      },
    };
    expect((await read(late)).instances).toEqual(['10.0.0.1 v1 HEALTHY']);
    expect(await read()).toMatchObject({ instances: ['10.0.0.1 v1 HEALTHY'], calls: whole });
  });

  it('the instances of a service are listed where they cannot be discovered, without health, and it is said why', async () => {
    const { read, reader } = await harness();
    await read();
    const broken = {
      shown: () => Promise.reject(new RetryableError('DiscoverInstances of shop/front: broken')),
      instancesOf: (id: string) => reader.instancesOf(id),
    };
    expect(await read(broken)).toEqual({
      instances: ['10.0.0.1 v1 -', '10.0.0.2 v1 -'],
      calls: ['ListInstances'],
      healthReadFailures: 'DiscoverInstances of shop/front: broken',
    });
  });

  it('the instances of a service are listed each time, and not discovered, in a service without a custom health check', async () => {
    const { read } = await harness({ healthCheck: false });
    for (let sweep = 0; sweep < 2; sweep++)
      expect(await read()).toMatchObject({
        instances: ['10.0.0.1 v1 -', '10.0.0.2 v1 -'],
        calls: ['ListInstances'],
      });
  });
});
