import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { at, stringAt } from '../../src/model/json.ts';
import type { JsonObject, KubernetesObject } from '../../src/model/objects.ts';
import { eventually } from '../harness.ts';
import { isReady, phase, startWorkloadCluster, view, workload } from './workloads.ts';

let cluster: Cluster;
let seen: ReturnType<typeof view>;
beforeEach(async () => {
  cluster = await startWorkloadCluster();
  seen = view(cluster);
});
afterEach(() => cluster.stop());

const claims = [
  {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
];

describe('a StatefulSet', () => {
  const start = async (spec: JsonObject = {}) => {
    cluster.apply([workload('StatefulSet', 'cart', { replicas: 3, serviceName: 'cart', ...spec })]);
    await eventually('three pods', () => seen.pods('cart').filter(isReady).length === 3);
  };

  it('creates pods in order with stable names, labels, hostnames and claims', async () => {
    await start({ volumeClaimTemplates: claims });
    expect(seen.pods('cart').map(({ metadata }) => metadata.name)).toEqual(['cart-0', 'cart-1', 'cart-2']);
    const [first, second] = seen.pods('cart');
    expect(Number(second?.metadata.resourceVersion)).toBeGreaterThan(0);
    expect(first).toMatchObject({
      metadata: {
        labels: {
          'statefulset.kubernetes.io/pod-name': 'cart-0',
          'apps.kubernetes.io/pod-index': '0',
          'controller-revision-hash': stringAt(
            seen.get('statefulsets.apps', 'cart'),
            'status',
            'updateRevision',
          ),
        },
      },
      spec: {
        hostname: 'cart-0',
        subdomain: 'cart',
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-cart-0' } }],
      },
    });
    await eventually(
      'a bound claim',
      () => phase(seen.get('persistentvolumeclaims', 'data-cart-2')) === 'Bound',
    );
    expect(seen.messages('cart')).toContain('create Pod cart-1 in StatefulSet cart successful');
    const events = cluster.store.changesSince('pods', 0) ?? [];
    const readyAt = (name: string) => events.find(({ key, object }) => key.endsWith(name) && isReady(object));
    const addedAt = (name: string) => events.find(({ key, type }) => key.endsWith(name) && type === 'ADDED');
    expect(readyAt('cart-0')?.revision).toBeLessThan(addedAt('cart-1')?.revision ?? 0);
  });

  it('says why a claim is refused', async () => {
    const broken = [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }];
    cluster.apply([workload('StatefulSet', 'cart', { volumeClaimTemplates: broken })]);
    const text = await eventually('the Event', () => seen.messages('cart')[0]);
    expect(text).toMatch(
      /^create Claim data-cart-0 for Pod cart-0 in StatefulSet cart failed error: PersistentVolumeClaim "data-cart-0" is invalid: spec.resources/,
    );
  });

  it('creates all pods at once with podManagementPolicy Parallel', async () => {
    cluster.apply([workload('StatefulSet', 'cart', { replicas: 3, podManagementPolicy: 'Parallel' })]);
    await eventually('pods', () => seen.pods('cart').length > 0);
    expect(seen.pods('cart').map(({ metadata }) => metadata.name)).toEqual(['cart-0', 'cart-1', 'cart-2']);
  });

  it('replaces pods from the highest ordinal down to the partition, and rolls back', async () => {
    await start({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } });
    seen.setImage('statefulsets.apps', 'cart', 'app:2');
    await eventually(
      'two new pods',
      () => seen.images('cart').join() === 'app:1,app:2,app:2' && seen.pods('cart').every(isReady),
    );
    await eventually(
      'the status',
      () => at(seen.get('statefulsets.apps', 'cart'), 'status', 'updatedReplicas') === 2,
    );
    const status = seen.get('statefulsets.apps', 'cart')?.status;
    expect(status).toMatchObject({ replicas: 3, currentReplicas: 1 });
    cluster.api.delete(seen.pods('cart')[0] as KubernetesObject);
    await eventually('the pod again', () => seen.pods('cart').filter(isReady).length === 3);
    expect(seen.images('cart')).toEqual(['app:1', 'app:2', 'app:2']);
    seen.setImage('statefulsets.apps', 'cart', 'app:1');
    await eventually('the old image', () => seen.images('cart').every((image) => image === 'app:1'));
    expect(cluster.store.list('controllerrevisions.apps').map((each) => each.revision)).toEqual(
      expect.arrayContaining([2, 3]),
    );
  });

  it('waits for whoever deletes the pods with OnDelete', async () => {
    await start({ updateStrategy: { type: 'OnDelete' } });
    seen.setImage('statefulsets.apps', 'cart', 'app:2');
    await eventually(
      'the revision',
      () => at(seen.get('statefulsets.apps', 'cart'), 'status', 'observedGeneration') === 2,
    );
    expect(seen.images('cart')).toEqual(['app:1', 'app:1', 'app:1']);
    cluster.api.delete(seen.pods('cart')[1] as KubernetesObject);
    await eventually('the new pod', () => seen.images('cart').join() === 'app:1,app:2,app:1');
  });

  it('scales down from the highest ordinal and keeps the claims, unless whenScaled is Delete', async () => {
    await start({ volumeClaimTemplates: claims });
    cluster.api.patch('statefulsets.apps', 'default', 'cart', { spec: { replicas: 1 } });
    await eventually(
      'one pod',
      () =>
        seen
          .pods('cart')
          .map(({ metadata }) => metadata.name)
          .join() === 'cart-0',
    );
    expect(seen.get('persistentvolumeclaims', 'data-cart-2')).toBeDefined();
    cluster.api.patch('statefulsets.apps', 'default', 'cart', {
      spec: {
        replicas: 2,
        persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Delete' },
      },
    });
    await eventually('two pods', () => seen.pods('cart').filter(isReady).length === 2);
    cluster.api.patch('statefulsets.apps', 'default', 'cart', { spec: { replicas: 1 } });
    await eventually('no claim', () => !seen.get('persistentvolumeclaims', 'data-cart-1'));
    expect(seen.get('persistentvolumeclaims', 'data-cart-0')).toBeDefined();
    cluster.api.delete(seen.get('statefulsets.apps', 'cart') as KubernetesObject);
    await eventually(
      'nothing',
      () => seen.pods('cart').length === 0 && !seen.get('persistentvolumeclaims', 'data-cart-0'),
    );
    // Its owner was the StatefulSet only while the policy said so: that of the first scaling has none.
    expect(seen.get('persistentvolumeclaims', 'data-cart-2')).toBeDefined();
    await eventually('no volume', () => cluster.store.count('persistentvolumes') === 1);
  });
});
