import { describe, expect, it } from 'vitest';
import { namedServices } from '../../shared/report/named-services.ts';
import type { ClusterFacts } from '../../shared/report/plan/facts.ts';
import { aNode, aRecord } from '../explain/harness/pod-facts.ts';
import { aCluster } from './plan/harness.ts';
import { directoryOf, node, object, router } from './plan/mesh/harness.ts';

const names = (changes: Partial<ClusterFacts>, namespace?: string) =>
  namedServices(aCluster(changes), namespace).map(
    ({ namespaceName, serviceName }) => `${namespaceName}/${serviceName}`,
  );

describe('the services that a cluster names', () => {
  const directory = directoryOf(
    node('a'),
    router('r', []),
    node('dns', { serviceDiscovery: { dns: { hostname: 'dns.shop' } } }),
    node('none', { serviceDiscovery: undefined, listeners: [] }),
    object('VirtualNode', 'invalid', { listeners: 'none' }),
    node('b', {}, 'apps'),
    node('again', { serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'a' } } }),
  );

  it('are those of its valid virtual nodes with Cloud Map, each once', () => {
    expect(names({ directory })).toEqual(['shop.local/a', 'shop.local/b']);
    expect(names({})).toEqual([]);
  });

  it('are those of the virtual nodes of one namespace', () => {
    expect(names({ directory }, 'shop')).toEqual(['shop.local/a']);
    expect(names({ directory }, 'apps')).toEqual(['shop.local/b']);
    expect(names({ directory }, 'other')).toEqual([]);
  });

  const registrationContext = () => ({ virtualNodes: [aNode('front')], meshes: [], namespaceLabels: {} });
  const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'former' } as const;
  const registrations = [{ service, instanceId: '10.0.0.1' }];

  it('are those that its pods are registered in and want', () => {
    const pods = [aRecord({}, { registrations })];
    expect(names({ pods, registrationContext })).toEqual(['shop.local/former', 'shop.local/front']);
    expect(names({ pods, directory, registrationContext })).toEqual([
      ...['shop.local/a', 'shop.local/b', 'shop.local/former', 'shop.local/front'],
    ]);
  });

  it('are only those that a pod is registered in, if it is deleted or the mesh objects could not be read', () => {
    const deleted = [aRecord({}, { registrations, deleted: true })];
    expect(names({ pods: deleted, registrationContext })).toEqual(['shop.local/former']);
    expect(names({ pods: [aRecord({}, { registrations })] })).toEqual(['shop.local/former']);
  });
});
