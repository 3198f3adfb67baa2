import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { defaultNodes, lostAnnotation } from '@eks-mesh-sync/embedded-kubernetes/controllers/nodes.ts';
import { at, listAt, numberAt, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  deploymentManifest,
  eventually,
  mergePatch,
  podManifest,
  send,
  startQuickCluster,
} from '../../packages/embedded-kubernetes/test/support.ts';
import { trimPod } from '../../shared/model/events/trim.ts';
import type { PodObject } from '../../shared/model/kubernetes.ts';
import { podOf } from '../../shared/model/pod.ts';
import { judge } from '../../shared/pods/plan/eligibility.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startQuickCluster();
});
afterAll(() => cluster.stop());

const condition = (pod: KubernetesObject | undefined, type: string) =>
  stringAt(
    listAt(pod, 'status', 'conditions').find((each) => at(each, 'type') === type),
    'status',
  );
const readyCondition = (name: string) =>
  listAt(pod(name), 'status', 'conditions').find((each) => at(each, 'type') === 'Ready');
const isReady = (pod: KubernetesObject | undefined) => condition(pod, 'Ready') === 'True';
const podsOf = (app: string, from = cluster) =>
  from.api.list('pods', 'default').filter(({ metadata }) => metadata.labels?.app === app);
const readyPodsOf = (app: string) => podsOf(app).filter(isReady);
const pod = (name: string, from = cluster) => from.api.get('pods', 'default', name);
const deployment = (name: string) => cluster.api.get('deployments.apps', 'default', name);

function createPod(name: string, extra: Parameters<typeof podManifest>[1] = {}, into = cluster) {
  return into.api.create(
    'pods',
    podManifest(name, { ...extra, metadata: { namespace: 'default', ...extra.metadata } }),
  );
}

describe('a Deployment', () => {
  test('has its pods, named after its ReplicaSet, ready soon and reported', async () => {
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

  test('spreads its pods over two zones', () => {
    const zones = podsOf('web').map((each) => {
      const node = cluster.api.get('nodes', undefined, stringAt(each, 'spec', 'nodeName'));
      return node?.metadata.labels?.['topology.kubernetes.io/zone'];
    });
    expect(new Set(zones)).toEqual(new Set(['us-west-2a', 'us-west-2b']));
  });

  test('replaces a deleted pod', async () => {
    const [first] = podsOf('web');
    if (first) cluster.api.delete(first);
    await eventually(
      'another third pod',
      () =>
        readyPodsOf('web').length === 3 &&
        !podsOf('web').some((each) => each.metadata.uid === first?.metadata.uid),
    );
  });

  test('lets go of a pod whose label changes, and takes one that matches', async () => {
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

  test('scales to nothing', async () => {
    await send(
      cluster,
      'PATCH',
      '/apis/apps/v1/namespaces/default/deployments/web/scale',
      { spec: { replicas: 0 } },
      { 'content-type': 'application/merge-patch+json' },
    );
    await eventually('no pods', () => podsOf('web').length === 0);
  });

  test('rolls a new template out within its limits', async () => {
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

  test('with Recreate has no two versions at once', async () => {
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

  test('that is paused is scaled but not rolled out', async () => {
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

  test('keeps no more old ReplicaSets than its history limit', async () => {
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

  test('in the background takes the owner first', async () => {
    await start('background');
    await remove('background', 'Background');
    expect(deployment('background')).toBeUndefined();
    await eventually(
      'the end of all',
      () => sets('background').length === 0 && podsOf('background').length === 0,
    );
  });

  test('in the foreground takes the owner last', async () => {
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

  test('as Orphan leaves what it owned', async () => {
    await start('orphan');
    await remove('orphan', 'Orphan');
    await eventually('the end of the owner', () => !deployment('orphan'));
    await sleep(30);
    expect(sets('orphan')).toHaveLength(1);
    expect(sets('orphan')[0]?.metadata.ownerReferences ?? []).toEqual([]);
    expect(readyPodsOf('orphan')).toHaveLength(1);
  });

  test('takes what names an owner that never was', async () => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'never' }];
    cluster.api.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'owned', namespace: 'default', ownerReferences },
    });
    await eventually('its end', () => !cluster.api.get('configmaps', 'default', 'owned'));
  });

  test('of a namespace takes everything in it, custom objects too', async () => {
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

describe('the kubelet', () => {
  test('shows a pod from Pending to Running with its address, as clients see it', async () => {
    const states: string[] = [];
    const stop = cluster.store.subscribe('pods', ({ object, type }) => {
      if (object.metadata.name !== 'shown') return;
      const waiting = stringAt(object, 'status', 'containerStatuses', 0, 'state', 'waiting', 'reason');
      states.push(
        type === 'DELETED'
          ? 'gone'
          : `${stringAt(object, 'status', 'phase')} ${waiting || stringAt(object, 'status', 'podIP').replace(/\d+\.\d+$/, '')} ${condition(object, 'Ready')}`,
      );
    });
    createPod('shown');
    await eventually('a ready pod', () => isReady(pod('shown')));
    const shown = pod('shown');
    expect(shown?.status).toMatchObject({
      hostIP: expect.stringMatching(/^192\.168\.(10|20)\./),
      podIP: expect.stringMatching(/^192\.168\./),
      containerStatuses: [{ name: 'main', ready: true, restartCount: 0 }],
    });
    expect(
      ['PodScheduled', 'Initialized', 'Ready', 'ContainersReady'].map((type) => condition(shown, type)),
    ).toEqual(['True', 'True', 'True', 'True']);
    if (shown) cluster.api.delete(shown);
    await eventually('its end', () => !pod('shown'));
    stop();
    expect(states[0]).toBe('Pending  ');
    expect(states).toContain('Pending ContainerCreating False');
    expect(states).toContain('Running 192.168. True');
    expect(states.slice(-2)).toEqual(['Running 192.168. False', 'gone']);
  });

  test('holds a pod unready until every readiness gate is met', async () => {
    createPod('gated', { spec: { readinessGates: [{ conditionType: 'a/x' }, { conditionType: 'a/y' }] } });
    await eventually('ready containers', () => condition(pod('gated'), 'ContainersReady') === 'True');
    expect(readyCondition('gated')).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message:
        'corresponding condition of pod readiness gate "a/x" does not exist., corresponding condition of pod readiness gate "a/y" does not exist.',
    });
    const meet = (type: string, status: string) =>
      cluster.api.patch(
        'pods',
        'default',
        'gated',
        { status: { conditions: [{ type, status }] } },
        { type: 'strategic', subresource: 'status' },
      );
    meet('a/x', 'True');
    await sleep(20);
    expect(condition(pod('gated'), 'Ready')).toBe('False');
    meet('a/y', 'True');
    await eventually('readiness', () => isReady(pod('gated')));
    meet('a/x', 'False');
    await eventually('unreadiness', () => !isReady(pod('gated')));
    expect(readyCondition('gated')).toMatchObject({
      reason: 'ReadinessGatesNotReady',
      message: 'the status of pod readiness gate "a/x" is not "True", but False',
    });
    expect(condition(pod('gated'), 'ContainersReady')).toBe('True');
  });

  test('reacts at once to a gate that a merge patch sets, and keeps conditions of others', async () => {
    createPod('merged', { spec: { readinessGates: [{ conditionType: 'a/x' }] } });
    await eventually('ready containers', () => condition(pod('merged'), 'ContainersReady') === 'True');
    const path = '/api/v1/namespaces/default/pods/merged';
    const known = listAt(pod('merged'), 'status', 'conditions');
    const conditions = [...known, { type: 'a/x', status: 'True' }, { type: 'a/other', status: 'False' }];
    const since = Date.now();
    await send(cluster, 'PATCH', `${path}/status`, { status: { conditions } }, mergePatch);
    await eventually('readiness', () => isReady(pod('merged')));
    expect(Date.now() - since).toBeLessThan(1000);
    cluster.api.patch('pods', 'default', 'merged', {
      metadata: { annotations: { 'embedded.eks-mesh-sync/ready': 'false' } },
    });
    await eventually('unreadiness', () => !isReady(pod('merged')));
    expect(condition(pod('merged'), 'a/x')).toBe('True');
    expect(condition(pod('merged'), 'a/other')).toBe('False');
    expect(readyCondition('merged')).toMatchObject({ reason: 'ContainersNotReady' });
  });

  test('has a gate that was met before the containers ran count', async () => {
    createPod('early', { spec: { readinessGates: [{ conditionType: 'a/x' }] } });
    cluster.api.patch(
      'pods',
      'default',
      'early',
      { status: { conditions: [{ type: 'a/x', status: 'True' }] } },
      { type: 'strategic', subresource: 'status' },
    );
    await eventually('readiness', () => isReady(pod('early')));
    expect(condition(pod('early'), 'a/x')).toBe('True');
  });

  test('obeys the annotation that makes a pod unready', async () => {
    createPod('annotated');
    await eventually('a ready pod', () => isReady(pod('annotated')));
    const annotate = (value: string | null) =>
      cluster.api.patch('pods', 'default', 'annotated', {
        metadata: { annotations: { 'embedded.eks-mesh-sync/ready': value } },
      });
    annotate('false');
    await eventually(
      'unreadiness',
      () => !isReady(pod('annotated')) && condition(pod('annotated'), 'ContainersReady') === 'False',
    );
    expect(at(pod('annotated'), 'status', 'containerStatuses', 0, 'ready')).toBe(false);
    annotate(null);
    await eventually('readiness', () => isReady(pod('annotated')));
  });

  test('does not put back a condition that a person set', async () => {
    createPod('manual');
    await eventually('a ready pod', () => isReady(pod('manual')));
    const change = { status: { conditions: [{ type: 'Ready', status: 'False' }] } };
    cluster.api.patch('pods', 'default', 'manual', change, { type: 'strategic', subresource: 'status' });
    cluster.api.patch('pods', 'default', 'manual', { metadata: { labels: { touched: 'yes' } } });
    await sleep(50);
    expect(isReady(pod('manual'))).toBe(false);
    expect(condition(pod('manual'), 'ContainersReady')).toBe('True');
  });

  test('gives a pod of the host’s network the node’s address', async () => {
    createPod('host', { spec: { hostNetwork: true } });
    await eventually('a ready pod', () => isReady(pod('host')));
    expect(stringAt(pod('host'), 'status', 'podIP')).toBe(stringAt(pod('host'), 'status', 'hostIP'));
  });

  test('gives addresses of both families in a dual-stack cluster', async () => {
    const dual = await startQuickCluster({ ipFamilies: ['IPv4', 'IPv6'] });
    createPod('dual', {}, dual);
    await eventually('a ready pod', () => isReady(pod('dual', dual)));
    expect(at(pod('dual', dual), 'status', 'podIPs')).toEqual([
      { ip: expect.stringMatching(/^192\.168\./) },
      { ip: expect.stringMatching(/^fd00:/) },
    ]);
    await dual.stop();
  });

  test('hands an address out again only after its cool-down', async () => {
    const node = {
      name: 'small',
      zone: 'us-west-2a',
      internalIP: '10.0.0.1',
      podCidr: '192.168.1.0/30',
      ipv6Prefix: 'fd00::',
    };
    const small = await startQuickCluster({ nodes: [node], timings: { ipCooldownMs: 250 } });
    const ip = (name: string) => stringAt(pod(name, small), 'status', 'podIP');
    createPod('first', {}, small);
    createPod('second', {}, small);
    await eventually('two addresses', () => ip('first') && ip('second'));
    expect(new Set([ip('first'), ip('second')])).toEqual(new Set(['192.168.1.1', '192.168.1.2']));
    createPod('third', {}, small);
    const freed = ip('first');
    const first = pod('first', small);
    if (first) small.api.delete(first);
    await eventually('the end of the first', () => !pod('first', small));
    const goneAt = Date.now();
    expect(ip('third')).toBe('');
    await eventually('an address for the third', () => ip('third'));
    expect(ip('third')).toBe(freed);
    expect(Date.now() - goneAt).toBeGreaterThanOrEqual(240);
    await small.stop();
  });
});

describe('the scheduler', () => {
  test('obeys the nodeSelector and cordons, and schedules when a node fits', async () => {
    createPod('zoned', { spec: { nodeSelector: { 'topology.kubernetes.io/zone': 'us-west-2b' } } });
    await eventually('a node', () => stringAt(pod('zoned'), 'spec', 'nodeName'));
    expect(stringAt(pod('zoned'), 'spec', 'nodeName')).toBe('ip-192-168-20-22.us-west-2.compute.internal');
    createPod('picky', { spec: { nodeSelector: { disk: 'ssd' } } });
    await eventually('a refusal', () => condition(pod('picky'), 'PodScheduled') === 'False');
    cluster.api.patch('nodes', undefined, 'ip-192-168-10-11.us-west-2.compute.internal', {
      metadata: { labels: { disk: 'ssd' } },
    });
    await eventually('a ready pod', () => isReady(pod('picky')));
  });
});

describe('a node that does not answer', () => {
  const [first, second] = defaultNodes.map(({ name }) => name);
  const cutOff = (from: Cluster, isLost: boolean) =>
    send(
      from,
      'PATCH',
      `/api/v1/nodes/${first}`,
      { metadata: { annotations: { [lostAnnotation]: isLost ? 'true' : null } } },
      mergePatch,
    );
  const isOn = (node: string | undefined) => (each: KubernetesObject) =>
    stringAt(each, 'spec', 'nodeName') === node;

  test('is lost: its pods are not ready, in no other condition, and back with their node', async () => {
    const losing = await startQuickCluster({ timings: { nodeGraceMs: 30 } });
    try {
      losing.apply([deploymentManifest('web', 4)]);
      await eventually('four ready pods', () => podsOf('web', losing).filter(isReady).length === 4);
      await cutOff(losing, true);
      await eventually('its pods not ready', () => podsOf('web', losing).filter(isReady).every(isOn(second)));
      const lost = podsOf('web', losing).find(isOn(first));
      const ready = listAt(lost, 'status', 'conditions').find((each) => at(each, 'type') === 'Ready');
      expect(ready).toMatchObject({ status: 'False' });
      expect(at(ready, 'reason')).toBeUndefined();
      expect(condition(lost, 'ContainersReady')).toBe('True');
      const trimmed = trimPod(lost as unknown as PodObject);
      expect(judge({ pod: podOf('local', trimmed, undefined), deleted: false }, 'ipv4').state).toBe(
        'unready',
      );
      expect(condition(losing.api.get('nodes', undefined, first ?? ''), 'Ready')).toBe('Unknown');
      losing.apply([deploymentManifest('more', 2)]);
      await eventually('two pods elsewhere', () => podsOf('more', losing).filter(isReady).length === 2);
      expect(podsOf('more', losing).every(isOn(second))).toBe(true);
      await cutOff(losing, false);
      await eventually('all ready again', () => podsOf('web', losing).filter(isReady).length === 4);
      expect(condition(losing.api.get('nodes', undefined, first ?? ''), 'Ready')).toBe('True');
    } finally {
      await losing.stop();
    }
  });

  test('has its pods evicted and replaced; they stay Terminating until it is back', async () => {
    const losing = await startQuickCluster({ timings: { nodeGraceMs: 20, evictionMs: 50 } });
    try {
      losing.apply([deploymentManifest('web', 2)]);
      await eventually('two ready pods', () => podsOf('web', losing).filter(isReady).length === 2);
      await cutOff(losing, true);
      await eventually(
        'two ready pods elsewhere',
        () => podsOf('web', losing).filter(isOn(second)).filter(isReady).length === 2,
      );
      const [left] = podsOf('web', losing).filter(isOn(first));
      expect(left?.metadata.deletionTimestamp).toBeDefined();
      await cutOff(losing, false);
      await eventually('two pods', () => podsOf('web', losing).length === 2);
    } finally {
      await losing.stop();
    }
  });

  test('loses its pods when it is deleted', async () => {
    const losing = await startQuickCluster({ timings: { nodeGraceMs: 20 } });
    try {
      losing.apply([deploymentManifest('web', 2)]);
      await eventually('two ready pods', () => podsOf('web', losing).filter(isReady).length === 2);
      await send(losing, 'DELETE', `/api/v1/nodes/${first}`);
      await eventually(
        'two ready pods elsewhere',
        () => podsOf('web', losing).filter(isReady).length === 2 && podsOf('web', losing).every(isOn(second)),
      );
    } finally {
      await losing.stop();
    }
  });
});
