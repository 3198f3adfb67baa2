import { describe, expect, it } from 'vitest';
import { instancesConditions } from '../../shared/mesh/plan/instances.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { fingerprint } from '../../shared/model/fingerprint.ts';
import { virtualNodeOf } from '../../shared/model/virtual-node.ts';
import { contentText } from '../../shared/pods/plan/same-content.ts';
import { matchesWildcard } from '../../shared/pods/plan/services/tenancy.ts';
import { registrationContextOf } from '../../shared/sweep/read-cluster.ts';
import { anObject, aPod } from '../fakes/objects.ts';
import { objectEntries, ofObject, ofPod, podEntries } from './entries.ts';
import { superlinear } from './growth.ts';
import { list, map, objects, pods } from './inputs.ts';

/** Four times as many of the smallest things are about what an event takes, 256 KB. */
const count = 3_000;

describe('CPU time grows as the input does', () => {
  it('a cost that grows faster than the input is found', async () => {
    const quadratic = (size: number) => () => {
      let sum = 0;
      for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) sum += (i * j) % 7;
      return sum;
    };
    expect(await superlinear(quadratic, 4_000)).toContain('times');
  });

  describe.each(Object.entries(podEntries))('%s, of a pod with many', (_entry, entry) => {
    it.each(Object.entries(pods))('%s', async (_what, make) => {
      expect(await superlinear((size) => entry(ofPod(make(size))), count)).toBeNull();
    });
  });

  describe.each(Object.entries(objectEntries))('%s, of an object with many', (_entry, entry) => {
    it.each(Object.entries(objects))('%s', async (_what, make) => {
      expect(await superlinear((size) => entry(ofObject(make(size))), count)).toBeNull();
    });
  });

  const shop = (index: number) => ({ name: `n${index}`, namespace: `shop-${index}`, uid: `uid-${index}` });
  const discovering = {
    podSelector: { matchLabels: { app: 'front' } },
    serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } },
  };
  const { clusters } = clustersFile.parse({ clusters: [{ name: 'local' }] });
  const cloudMap = clusters[0]?.cloudMap as (typeof clusters)[number]['cloudMap'];

  it.each<[string, number, (size: number) => () => unknown]>([
    ['characters under four stars', 60, (size) => () => matchesWildcard('a*a*a*a*c', `${'a'.repeat(size)}b`)],
    ['stars', 20_000, (size) => () => matchesWildcard('a*'.repeat(size), `${'a'.repeat(2 * size)}b`)],
    ['attributes', 30_000, (size) => () => fingerprint(map(size))],
    ['fields', 30_000, (size) => () => contentText([map(size), list(size, (index) => ({ b: index, a: 1 }))])],
    [
      'namespaces with a virtual node each',
      5_000,
      (size) => {
        const all = list(size, (index) => [
          anObject('Namespace', undefined, { name: shop(index).namespace }),
          anObject('VirtualNode', discovering, shop(index)),
        ]).flat();
        return () => {
          const registrationContext = registrationContextOf(all, undefined);
          return list(size, (index) => registrationContext(shop(index).namespace));
        };
      },
    ],
    [
      'virtual nodes that select the same pods',
      400,
      (size) => {
        const virtualNodes = list(size, (index) => {
          const serviceName = `front-${index}`;
          const serviceDiscovery = { awsCloudMap: { namespaceName: 'shop.local', serviceName } };
          return virtualNodeOf(
            anObject('VirtualNode', { ...discovering, serviceDiscovery }, { name: serviceName }),
          );
        });
        const records = list(20, (index) => ({
          ...{ pod: aPod({ name: `front-${index}` }), deleted: false, problems: [] },
          registrations: virtualNodes.map(({ name }) => ({
            ...{ service: { target: 'own/own', namespaceName: 'shop.local', serviceName: name } },
            instanceId: '10.0.0.1',
          })),
        }));
        return () =>
          instancesConditions(records, { virtualNodes, meshes: [], namespaceLabels: {} }, cloudMap);
      },
    ],
  ])('%s', async (_what, size, prepare) => {
    expect(await superlinear(prepare, size)).toBeNull();
  });
});
