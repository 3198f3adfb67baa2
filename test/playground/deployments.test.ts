import { setTimeout as sleep } from 'node:timers/promises';
import { numberAt, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import { describe, expect, it } from 'vitest';
import { deploymentManifest, eventually, send } from '../../packages/embedded-kubernetes/test/harness.ts';
import { cluster, isReady, pod, podsOf } from './controlled-cluster.ts';

const readyPodsOf = (app: string) => podsOf(app).filter(isReady);

const deployment = (name: string) => cluster.api.get('deployments.apps', 'default', name);

describe('a Deployment', () => {
  it('a Deployment has its pods, named after its ReplicaSet, ready soon and reported', async () => {
    cluster.apply([deploymentManifest('web', 3)]);
    await eventually('three ready pods', () => readyPodsOf('web').length === 3);
    const [set] = cluster.api
      .list('replicasets.apps', 'default')
      .filter((each) => each.metadata.name.startsWith('web-'));
    expect(set?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
    const hash = set?.metadata.labels?.['pod-template-hash'];
    for (const { metadata } of podsOf('web')) {
      expect(metadata.name).toMatch(new RegExp(`^web-${hash}-[bcdfghjklmnpqrstvwxz2456789]{5}$`));
      expect(metadata.labels).toEqual({ app: 'web', 'pod-template-hash': hash });
      expect(metadata.ownerReferences).toMatchObject([
        { kind: 'ReplicaSet', name: set?.metadata.name, controller: true },
      ]);
    }
    const status = await eventually('an available Deployment', () => {
      const found = deployment('web')?.status;
      return numberAt(found, 'availableReplicas') === 3 ? found : undefined;
    });
    expect(status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
    });
    expect(deployment('web')?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '1',
    });
  });

  it('a Deployment spreads its pods over two zones', () => {
    const zones = podsOf('web').map((each) => {
      const node = cluster.api.get('nodes', undefined, stringAt(each, 'spec', 'nodeName'));
      return node?.metadata.labels?.['topology.kubernetes.io/zone'];
    });
    expect(new Set(zones)).toEqual(new Set(['us-west-2a', 'us-west-2b']));
  });

  it('a Deployment replaces a deleted pod', async () => {
    const [first] = podsOf('web');
    if (first) cluster.api.delete(first);
    await eventually(
      'another third pod',
      () =>
        readyPodsOf('web').length === 3 &&
        !podsOf('web').some((each) => each.metadata.uid === first?.metadata.uid),
    );
  });

  it('a Deployment releases a pod whose label changes, and takes one that matches', async () => {
    const [first] = podsOf('web');
    if (!first) throw new Error('the Deployment has no pods');
    cluster.api.patch('pods', 'default', first.metadata.name, { metadata: { labels: { app: 'loose' } } });
    await eventually(
      'a released pod',
      () =>
        pod(first.metadata.name)?.metadata.ownerReferences === undefined ||
        pod(first.metadata.name)?.metadata.ownerReferences?.length === 0,
    );
    await eventually('a replacement', () => readyPodsOf('web').length === 3);
    cluster.api.patch('pods', 'default', first.metadata.name, { metadata: { labels: { app: 'web' } } });
    await eventually(
      'three pods again',
      () => podsOf('web').filter((each) => !each.metadata.deletionTimestamp).length === 3,
    );
  });

  it('a Deployment scales to nothing', async () => {
    await send(
      cluster,
      'PATCH',
      '/apis/apps/v1/namespaces/default/deployments/web/scale',
      { spec: { replicas: 0 } },
      { 'content-type': 'application/merge-patch+json' },
    );
    await eventually('no pods', () => podsOf('web').length === 0);
  });

  it('a Deployment rolls a new template out within its limits', async () => {
    const limits = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } };
    cluster.apply([deploymentManifest('rolled', 4, limits)]);
    await eventually(
      'an available Deployment',
      () => numberAt(deployment('rolled'), 'status', 'availableReplicas') === 4,
    );
    const seen = { most: 0, fewestReady: 4 };
    const stop = cluster.store.subscribe('pods', () => {
      const active = podsOf('rolled').filter((each) => !each.metadata.deletionTimestamp);
      seen.most = Math.max(seen.most, active.length);
      seen.fewestReady = Math.min(seen.fewestReady, active.filter(isReady).length);
    });
    cluster.api.patch('deployments.apps', 'default', 'rolled', {
      spec: { template: { metadata: { annotations: { restarted: 'now' } } } },
    });
    await eventually('the end of the rollout', () => {
      const rolled = deployment('rolled');
      const status = rolled?.status;
      return (
        numberAt(status, 'observedGeneration') === rolled?.metadata.generation &&
        numberAt(status, 'updatedReplicas') === 4 &&
        numberAt(status, 'replicas') === 4 &&
        numberAt(status, 'availableReplicas') === 4
      );
    });
    stop();
    expect(seen.most).toBe(5);
    expect(seen.fewestReady).toBeGreaterThanOrEqual(3);
    expect(deployment('rolled')?.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  });

  it('a Deployment with Recreate has no two versions at once', async () => {
    cluster.apply([deploymentManifest('recreated', 2, { strategy: { type: 'Recreate' } })]);
    await eventually('two ready pods', () => readyPodsOf('recreated').length === 2);
    let mixed = false;
    const stop = cluster.store.subscribe('pods', () => {
      const hashes = new Set(podsOf('recreated').map((each) => each.metadata.labels?.['pod-template-hash']));
      mixed ||= hashes.size > 1;
    });
    const old = podsOf('recreated').map((each) => each.metadata.uid);
    cluster.api.patch('deployments.apps', 'default', 'recreated', {
      spec: { template: { metadata: { annotations: { v: '2' } } } },
    });
    await eventually(
      'two new ready pods',
      () => readyPodsOf('recreated').filter((each) => !old.includes(each.metadata.uid)).length === 2,
    );
    stop();
    expect(mixed).toBe(false);
  });

  it('a Deployment that is paused is scaled but not rolled out', async () => {
    cluster.apply([deploymentManifest('paused', 1)]);
    await eventually('a ready pod', () => readyPodsOf('paused').length === 1);
    const hash = podsOf('paused')[0]?.metadata.labels?.['pod-template-hash'];
    cluster.api.patch('deployments.apps', 'default', 'paused', {
      spec: { paused: true, replicas: 2, template: { metadata: { annotations: { v: '2' } } } },
    });
    await eventually('two ready pods', () => readyPodsOf('paused').length === 2);
    expect(podsOf('paused').map((each) => each.metadata.labels?.['pod-template-hash'])).toEqual([hash, hash]);
    cluster.api.patch('deployments.apps', 'default', 'paused', { spec: { paused: false } });
    await eventually(
      'the rollout',
      () =>
        readyPodsOf('paused').length === 2 &&
        podsOf('paused').every((each) => each.metadata.labels?.['pod-template-hash'] !== hash),
    );
  });

  it('a Deployment keeps no more old ReplicaSets than its history limit', async () => {
    cluster.apply([deploymentManifest('history', 1, { revisionHistoryLimit: 1 })]);
    for (const v of ['2', '3', '4']) {
      cluster.api.patch('deployments.apps', 'default', 'history', {
        spec: { template: { metadata: { annotations: { v } } } },
      });
      await eventually(`version ${v}`, () =>
        readyPodsOf('history').some((each) => each.metadata.annotations?.v === v),
      );
    }
    await eventually(
      'two ReplicaSets',
      () =>
        cluster.api
          .list('replicasets.apps', 'default')
          .filter((each) => each.metadata.name.startsWith('history-')).length === 2,
    );
  });
});

describe('deletion through owners', () => {
  const sets = (name: string) =>
    cluster.api
      .list('replicasets.apps', 'default')
      .filter((each) => each.metadata.name.startsWith(`${name}-`));
  const start = async (name: string) => {
    cluster.apply([deploymentManifest(name, 1)]);
    await eventually('a ready pod', () => readyPodsOf(name).length === 1);
  };
  const remove = (name: string, propagationPolicy: string) =>
    send(cluster, 'DELETE', `/apis/apps/v1/namespaces/default/deployments/${name}`, { propagationPolicy });

  it('deletion through owners in the background takes the owner first', async () => {
    await start('background');
    await remove('background', 'Background');
    expect(deployment('background')).toBeUndefined();
    await eventually(
      'the end of all',
      () => sets('background').length === 0 && podsOf('background').length === 0,
    );
  });

  it('deletion through owners in the foreground takes the owner last', async () => {
    await start('foreground');
    await remove('foreground', 'Foreground');
    expect(deployment('foreground')?.metadata.finalizers).toEqual(['foregroundDeletion']);
    let wasLast = true;
    const stop = cluster.store.subscribe('deployments.apps', ({ type }) => {
      if (type === 'DELETED') wasLast = podsOf('foreground').length === 0 && sets('foreground').length === 0;
    });
    await eventually('the end of the owner', () => !deployment('foreground'));
    stop();
    expect(wasLast).toBe(true);
  });

  it('deletion through owners as Orphan leaves what it owned', async () => {
    await start('orphan');
    await remove('orphan', 'Orphan');
    await eventually('the end of the owner', () => !deployment('orphan'));
    await sleep(30);
    expect(sets('orphan')).toHaveLength(1);
    expect(sets('orphan')[0]?.metadata.ownerReferences ?? []).toEqual([]);
    expect(readyPodsOf('orphan')).toHaveLength(1);
  });

  it('deletion through owners takes what names an owner that never was', async () => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'never' }];
    cluster.api.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'owned', namespace: 'default', ownerReferences },
    });
    await eventually('its end', () => !cluster.api.get('configmaps', 'default', 'owned'));
  });

  it('deletion through owners of a namespace takes everything in it, custom objects too', async () => {
    cluster.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'full' } },
      { ...deploymentManifest('inside', 2), metadata: { name: 'inside', namespace: 'full' } },
      {
        apiVersion: 'appmesh.k8s.aws/v1beta2',
        kind: 'VirtualNode',
        metadata: { name: 'vn', namespace: 'full' },
        spec: {},
      },
    ]);
    await eventually('two pods', () => cluster.api.list('pods', 'full').filter(isReady).length === 2);
    const { body } = await send(cluster, 'DELETE', '/api/v1/namespaces/full');
    expect(body).toMatchObject({ status: { phase: 'Terminating' } });
    await eventually('its end', () => !cluster.api.get('namespaces', undefined, 'full'));
    for (const resource of cluster.store.resources()) expect(cluster.api.list(resource, 'full')).toEqual([]);
  });
});
