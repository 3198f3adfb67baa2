import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { CloudMapCatalog } from '../../../shared/adapters/aws/cloud-map-catalog.ts';

let cloudMap: CloudMap;
let catalog: CloudMapCatalog;
beforeEach(() => {
  const quotas = { namespaces: 500, instancesPerService: 2_000, instancesPerNamespace: 10_000 };
  cloudMap = new CloudMap({
    clock: new VirtualClock(),
    settings: { latenciesMs: noLatencies, rates: {}, quotas, customHealthAfterMs: 0 },
  });
  catalog = new CloudMapCatalog(new ServiceDiscoveryClient(inProcessClientOptions(cloudMap)));
});

const call = (operation: string, input: object) => cloudMap.handle(operation, input) as never;

async function namespace(name: string) {
  call('CreateHttpNamespace', { Name: name });
  const found = (await catalog.namespaces()).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no namespace ${name}`);
  return found;
}

async function service(name: string, more: object = {}) {
  const shop = await namespace('shop');
  call('CreateService', { Name: name, NamespaceId: shop.id, ...more });
  const [found] = await catalog.services(shop);
  if (found === undefined) throw new Error(`no service ${name}`);
  return { ...found, namespace: shop };
}

const register = (ServiceId: string, InstanceId: string, Attributes: object = { a: '1' }) =>
  call('RegisterInstance', { ServiceId, InstanceId, Attributes });

describe('CloudMapCatalog', () => {
  it('CloudMapCatalog reads every page of namespaces and services, after empty pages too', async () => {
    for (let index = 0; index < 230; index++) call('CreateHttpNamespace', { Name: `other-${index}` });
    const shop = await namespace('shop');
    expect(await catalog.namespaces()).toHaveLength(231);
    const others = (await catalog.namespaces()).slice(0, 2);
    for (const { id } of others)
      for (let index = 0; index < 120; index++)
        call('CreateService', { Name: `s-${index}`, NamespaceId: id });
    for (let index = 0; index < 130; index++)
      call('CreateService', { Name: `s-${index}`, NamespaceId: shop.id });
    expect(await catalog.services(shop)).toHaveLength(130);
  });

  it('CloudMapCatalog reads a namespace by its HttpName, which differs from its name if another has that', async () => {
    call('CreatePrivateDnsNamespace', { Name: 'shop.local', Vpc: 'vpc-1' });
    call('CreatePrivateDnsNamespace', { Name: 'shop.local', Vpc: 'vpc-2' });
    const namespaces = await catalog.namespaces();
    expect(namespaces.map(({ name }) => name)).toEqual(['shop.local', 'shop.local']);
    const revisions = [];
    for (const each of namespaces) {
      call('CreateService', {
        Name: 'front',
        NamespaceId: each.id,
        DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] },
      });
      const [front] = await catalog.services(each);
      if (front) revisions.push(await catalog.revision({ ...front, namespace: each }));
    }
    expect(revisions).toEqual([0, 0]);
  });

  it('CloudMapCatalog reads a namespace of another account by ARN, and its services as that account', async () => {
    cloudMap.handleAs('111122223333', 'CreateHttpNamespace', { Name: 'theirs' });
    const [theirs] = (
      cloudMap.handleAs('111122223333', 'ListNamespaces', {}) as { Namespaces: { Arn: string; Id: string }[] }
    ).Namespaces;
    cloudMap.handleAs('111122223333', 'CreateService', { Name: 'cart', NamespaceId: theirs?.Id });
    expect(await catalog.namespaces()).toEqual([]);
    const shared = await catalog.namespaceByArn(theirs?.Arn ?? '');
    expect(shared).toMatchObject({ name: 'theirs', ownerAccount: '111122223333' });
    const [cart] = await catalog.services(shared);
    expect(cart).toMatchObject({ name: 'cart', healthCheck: 'none' });
    const discovered = await catalog.instances({ ...(cart as NonNullable<typeof cart>), namespace: shared });
    expect(discovered).toEqual({ revision: 0, instances: [] });
  });

  it('CloudMapCatalog reads instances with their health, and the revision of the service', async () => {
    const cart = await service('cart', { HealthCheckCustomConfig: {} });
    expect(cart.healthCheck).toBe('custom');
    register(cart.id, 'i-1', { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' });
    const { instances, revision } = await catalog.instances(cart);
    expect(instances).toEqual([
      {
        id: 'i-1',
        health: 'UNHEALTHY',
        attributes: expect.objectContaining({ AWS_INSTANCE_IPV4: '10.0.0.1' }),
      },
    ]);
    expect(await catalog.revision(cart)).toBe(revision);
    register(cart.id, 'i-2', { AWS_INSTANCE_IPV4: '10.0.0.2' });
    expect(await catalog.revision(cart)).not.toBe(revision);
  });

  it('CloudMapCatalog reads more instances than DiscoverInstances returns, with their health', async () => {
    const cart = await service('cart', { HealthCheckCustomConfig: {} });
    for (let index = 0; index < 1_150; index++)
      register(cart.id, `i-${index}`, {
        AWS_INSTANCE_IPV4: `10.0.${index >> 8}.${index & 255}`,
        AWS_INIT_HEALTH_STATUS: index % 2 ? 'HEALTHY' : 'UNHEALTHY',
      });
    const { instances } = await catalog.instances(cart);
    expect(new Set(instances.map(({ id }) => id)).size).toBe(1_150);
    expect(instances).toHaveLength(1_150);
    expect(instances.filter(({ health }) => health === 'HEALTHY')).toHaveLength(575);
  });

  it('CloudMapCatalog reads tags, and the namespace of a service', async () => {
    const cart = await service('cart', { Tags: [{ Key: 'team', Value: 'shop' }] });
    expect(await catalog.tags(cart.arn)).toEqual({ team: 'shop' });
    expect(await catalog.namespaceIdOf(cart.id)).toBe(cart.namespace.id);
    expect(await catalog.namespaceIdOf('srv-missing')).toBeUndefined();
  });
});
