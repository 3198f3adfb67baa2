import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { defaultNodes, lostAnnotation } from '@eks-mesh-sync/embedded-kubernetes/controllers/node/nodes.ts';
import { at, listAt, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { describe, expect, it } from 'vitest';
import {
  deploymentManifest,
  eventually,
  mergePatch,
  podManifest,
  send,
  startQuickCluster,
} from '../../packages/embedded-kubernetes/test/harness.ts';
import { trimPod } from '../../shared/model/events/trim.ts';
import type { PodObject } from '../../shared/model/kubernetes.ts';
import { podOf } from '../../shared/model/pod.ts';
import { judge } from '../../shared/pods/plan/eligibility.ts';
import { cluster, condition, isReady, pod, podsOf } from './controlled-cluster.ts';

const readyCondition = (name: string) =>
  listAt(pod(name), 'status', 'conditions').find((each) => at(each, 'type') === 'Ready');

function createPod(name: string, extra: Parameters<typeof podManifest>[1] = {}, into = cluster) {
  return into.api.create(
    'pods',
    podManifest(name, { ...extra, metadata: { namespace: 'default', ...extra.metadata } }),
  );
}

describe('the kubelet', () => {
  it('the kubelet shows a pod from Pending to Running with its address, as clients see it', async () => {
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

  it('the kubelet holds a pod unready until every readiness gate is met', async () => {
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

  it('the kubelet reacts at once to a gate that a merge patch sets, and keeps conditions of others', async () => {
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

  it('the kubelet has a gate that was met before the containers ran count', async () => {
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

  it('the kubelet obeys the annotation that makes a pod unready', async () => {
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

  it('the kubelet does not put back a condition that a person set', async () => {
    createPod('manual');
    await eventually('a ready pod', () => isReady(pod('manual')));
    const change = { status: { conditions: [{ type: 'Ready', status: 'False' }] } };
    cluster.api.patch('pods', 'default', 'manual', change, { type: 'strategic', subresource: 'status' });
    cluster.api.patch('pods', 'default', 'manual', { metadata: { labels: { touched: 'yes' } } });
    await sleep(50);
    expect(isReady(pod('manual'))).toBe(false);
    expect(condition(pod('manual'), 'ContainersReady')).toBe('True');
  });

  it('the kubelet gives a pod of the host’s network the node’s address', async () => {
    createPod('host', { spec: { hostNetwork: true } });
    await eventually('a ready pod', () => isReady(pod('host')));
    expect(stringAt(pod('host'), 'status', 'podIP')).toBe(stringAt(pod('host'), 'status', 'hostIP'));
  });

  it('the kubelet gives addresses of both families in a dual-stack cluster', async () => {
    const dual = await startQuickCluster({ ipFamilies: ['IPv4', 'IPv6'] });
    createPod('dual', {}, dual);
    await eventually('a ready pod', () => isReady(pod('dual', dual)));
    expect(at(pod('dual', dual), 'status', 'podIPs')).toEqual([
      { ip: expect.stringMatching(/^192\.168\./) },
      { ip: expect.stringMatching(/^fd00:/) },
    ]);
    await dual.stop();
  });

  it('the kubelet hands an address out again only after its cool-down', async () => {
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
  it('the scheduler obeys the nodeSelector and cordons, and schedules when a node fits', async () => {
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

  it('a node that does not answer is lost: its pods are not ready, in no other condition, and back with their node', async () => {
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

  it('a node that does not answer has its pods evicted and replaced; they stay Terminating until it is back', async () => {
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

  it('a node that does not answer loses its pods when it is deleted', async () => {
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
