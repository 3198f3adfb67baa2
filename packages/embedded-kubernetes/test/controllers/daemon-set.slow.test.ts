import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { at, stringAt } from '../../src/model/json.ts';
import type { JsonObject, KubernetesObject } from '../../src/model/objects.ts';
import { eventually } from '../harness.ts';
import { isReady, startWorkloadCluster, view, workload } from './workloads.ts';

let cluster: Cluster;
let seen: ReturnType<typeof view>;
beforeEach(async () => {
  cluster = await startWorkloadCluster();
  seen = view(cluster);
});
afterEach(() => cluster.stop());

describe('a DaemonSet', () => {
  const nodesOf = (label: string) =>
    seen
      .pods(label)
      .map((pod) => stringAt(pod, 'spec', 'nodeName'))
      .sort();
  const nodes = () => cluster.store.list('nodes').map(({ metadata }) => metadata.name);

  it('runs one pod on each node, also on one that is added, and none when it is deleted', async () => {
    cluster.apply([workload('DaemonSet', 'agent', {})]);
    await eventually('a pod on each node', () => seen.pods('agent').filter(isReady).length === 2);
    cluster.apply([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'extra' } }]);
    await eventually('a third pod', () => seen.pods('agent').filter(isReady).length === 3);
    expect(nodesOf('agent')).toEqual([...nodes()].sort());
    await eventually(
      'the status',
      () => at(seen.get('daemonsets.apps', 'agent'), 'status', 'numberAvailable') === 3,
    );
    cluster.api.delete(cluster.api.get('nodes', undefined, 'extra') as KubernetesObject);
    await eventually('two pods', () => seen.pods('agent').length === 2);
    expect(nodesOf('agent')).toEqual([...nodes()].sort());
  });

  it('keeps to nodeSelector, affinity and taints', async () => {
    const [first = '', second = ''] = nodes();
    const required = 'requiredDuringSchedulingIgnoredDuringExecution';
    const zone = { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['us-west-2b'] };
    const nodeAffinity = { [required]: { nodeSelectorTerms: [{ matchExpressions: [zone] }] } };
    cluster.api.patch('nodes', undefined, first, {
      spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
    });
    const tolerations = [{ key: 'gpu', operator: 'Exists' }];
    cluster.apply([
      workload('DaemonSet', 'selected', {}, { nodeSelector: { 'kubernetes.io/hostname': second } }),
      workload('DaemonSet', 'affine', {}, { tolerations, affinity: { nodeAffinity } }),
      workload('DaemonSet', 'plain', {}),
      workload('DaemonSet', 'tolerant', {}, { tolerations }),
    ]);
    await eventually('all pods', () => seen.pods().filter(isReady).length === 5);
    expect(['selected', 'affine', 'plain', 'tolerant'].map(nodesOf)).toEqual([
      [second],
      [second],
      [second],
      [first, second].sort(),
    ]);
  });

  it('replaces one pod at a time, or with maxSurge the successor first', async () => {
    const rolling = (rollingUpdate: JsonObject) => ({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate },
    });
    cluster.apply([workload('DaemonSet', 'agent', rolling({ maxSurge: 1, maxUnavailable: 0 }))]);
    await eventually('two pods', () => seen.pods('agent').filter(isReady).length === 2);
    let least = 2;
    const stop = cluster.store.subscribe('pods', () => {
      least = Math.min(least, seen.pods('agent').filter(isReady).length);
    });
    seen.setImage('daemonsets.apps', 'agent', 'app:2');
    await eventually(
      'new pods',
      () => seen.images('agent').join() === 'app:2,app:2' && seen.pods('agent').every(isReady),
    );
    stop();
    expect(least).toBe(2);
    await eventually(
      'the status',
      () => at(seen.get('daemonsets.apps', 'agent'), 'status', 'updatedNumberScheduled') === 2,
    );
  });

  it('stays on a node with a taint NoExecute that it tolerates, and leaves it with the other pods if not', async () => {
    const tolerations = [{ key: 'gpu', operator: 'Exists' }];
    cluster.apply([
      workload('DaemonSet', 'tolerant', {}, { tolerations }),
      workload('DaemonSet', 'plain', {}),
      workload('Deployment', 'web', { replicas: 4 }),
    ]);
    await eventually('eight pods', () => seen.pods().filter(isReady).length === 8);
    const [first = ''] = nodes();
    cluster.api.patch('nodes', undefined, first, { spec: { taints: [{ key: 'gpu', effect: 'NoExecute' }] } });
    await eventually('the evictions', () => {
      const here = seen.pods().filter((pod) => stringAt(pod, 'spec', 'nodeName') === first);
      return here.length === 1 && here[0]?.metadata.labels?.app === 'tolerant';
    });
    await eventually('four pods elsewhere', () => seen.pods('web').filter(isReady).length === 4);
  });
});
