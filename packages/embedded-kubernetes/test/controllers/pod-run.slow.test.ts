import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { at, listAt } from '../../src/model/json.ts';
import { eventually } from '../harness.ts';
import { isReady, phase, startWorkloadCluster, view, workload } from './workloads.ts';

let cluster: Cluster;
let seen: ReturnType<typeof view>;
beforeEach(async () => {
  cluster = await startWorkloadCluster();
  seen = view(cluster);
});
afterEach(() => cluster.stop());

describe('pods', () => {
  it('run their init containers first, and sidecars beside the others', async () => {
    const initContainers = [
      { name: 'wait', image: 'a:1' },
      { name: 'proxy', image: 'b:1', restartPolicy: 'Always' },
    ];
    cluster.apply([workload('DaemonSet', 'agent', {}, { initContainers })]);
    await eventually('ready pods', () => seen.pods('agent').filter(isReady).length === 2);
    expect(seen.pods('agent')[0]?.status).toMatchObject({
      initContainerStatuses: [
        { name: 'wait', ready: true, state: { terminated: { reason: 'Completed', exitCode: 0 } } },
        { name: 'proxy', ready: true, state: { running: {} } },
      ],
    });
    const uninitialized = (cluster.store.changesSince('pods', 0) ?? []).some(({ object }) =>
      listAt(object, 'status', 'conditions').some(
        (each) => at(each, 'message') === 'containers with incomplete status: [wait proxy]',
      ),
    );
    expect(uninitialized).toBe(true);
  });

  it('crash with CrashLoopBackOff if an annotation says so', async () => {
    const annotations = { 'embedded.eks-mesh-sync/exit-code': '137' };
    cluster.apply([workload('DaemonSet', 'agent', {}, {}, annotations)]);
    const crashed = await eventually('a crash', () =>
      seen
        .pods('agent')
        .find(
          (pod) =>
            at(pod, 'status', 'containerStatuses', 0, 'state', 'waiting') !== undefined &&
            !isReady(pod) &&
            phase(pod) === 'Running',
        ),
    );
    expect(at(crashed, 'status', 'containerStatuses', 0)).toMatchObject({
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 137, reason: 'Error' } },
    });
  });

  it('that have succeeded give their address to others', async () => {
    await cluster.stop();
    const node = { name: 'small', zone: 'us-west-2a', internalIP: '192.168.1.1', podCidr: '192.168.9.0/30' };
    cluster = await startWorkloadCluster({ nodes: [{ ...node, ipv6Prefix: 'fd00::' }] });
    seen = view(cluster);
    cluster.apply([workload('Job', 'many', { completions: 5 }, { restartPolicy: 'Never' })]);
    await eventually(
      'five pods',
      () => seen.pods('many').filter((pod) => phase(pod) === 'Succeeded').length === 5,
    );
  });
});
