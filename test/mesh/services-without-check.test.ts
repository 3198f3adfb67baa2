import { expect, it } from 'vitest';
import { servicesWithoutCheck } from '../../shared/mesh/services-without-check.ts';
import type { ServiceKey } from '../../shared/model/identity.ts';
import type { CloudMapService } from '../../shared/model/records/registration.ts';
import type { VirtualNode } from '../../shared/model/virtual-node.ts';
import { aDependencies } from '../fakes/world.ts';

const aNode = (name: string, serviceDiscovery?: VirtualNode['spec']['serviceDiscovery']): VirtualNode => ({
  ...{ namespace: 'shop', name, createdAt: '2026-11-21T10:00:00Z' },
  spec: { ...(serviceDiscovery && { serviceDiscovery }) },
});
const inCloudMap = (serviceName: string) => ({ awsCloudMap: { namespaceName: 'shop.local', serviceName } });

it('only a service of Cloud Map that is known to have no custom health check is without one', async () => {
  const { deps, config } = aDependencies();
  const service = { namespaceId: 'ns-1', namespaceKind: 'private-dns', httpName: 'shop.local' } as const;
  for (const [name, hasCustomHealthCheck] of [
    ['with', true],
    ['without', false],
  ] as const) {
    const key: ServiceKey = { target: 'own/own', namespaceName: 'shop.local', serviceName: name };
    const known: CloudMapService = { ...service, id: `srv-${name}`, name, hasCustomHealthCheck };
    await deps.services.save(key, known);
  }
  const asked: string[] = [];
  const services = {
    find: async (key: ServiceKey) => {
      asked.push(key.serviceName);
      return deps.services.find(key);
    },
  } as typeof deps.services;
  const nodes = [
    ...['with', 'without', 'without', 'unknown'].map((name, index) => aNode(`n${index}`, inCloudMap(name))),
    ...[aNode('none'), aNode('nothing', {})],
  ];
  expect([...(await servicesWithoutCheck({ services }, config, nodes))]).toEqual(['shop.local/without']);
  expect(asked).toEqual(['with', 'without', 'unknown']);
});
