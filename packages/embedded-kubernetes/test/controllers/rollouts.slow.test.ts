import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { kubectl, kubectlMissing } from '../harness.ts';
import { startWorkloadCluster, view, workload } from './workloads.ts';

const reason = kubectlMissing === undefined ? '' : ` (skipped: ${kubectlMissing})`;

describe.skipIf(kubectlMissing !== undefined)(`kubectl rollout${reason}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startWorkloadCluster();
    cluster.apply([
      workload('StatefulSet', 'cart', { replicas: 2, serviceName: 'cart' }),
      workload('DaemonSet', 'agent', {}),
    ]);
  });
  afterAll(() => cluster?.stop());

  it.each([
    ['statefulset', 'cart', 'partitioned roll out complete: 2 new pods have been updated...\n'],
    ['daemonset', 'agent', 'daemon set "agent" successfully rolled out\n'],
  ])(
    'follows, lists, undoes and restarts the rollout of a %s',
    async (kind, name, done) => {
      const rollout = (verb: string) => kubectl(cluster, `rollout ${verb} ${kind}/${name}`);
      const images = () => [...new Set(view(cluster).images(name))].join();
      const resource = `${kind}s.apps`;
      expect((await rollout('status --timeout=10s')).endsWith(done)).toBe(true);
      await kubectl(cluster, `set image ${kind}/${name} main=app:2`);
      expect((await rollout('status --timeout=10s')).endsWith(done)).toBe(true);
      expect(images()).toBe('app:2');
      expect((await rollout('history')).match(/^\d+ /gm)).toEqual(['1 ', '2 ']);
      expect(await rollout('undo')).toBe(`${kind}.apps/${name} rolled back\n`);
      expect((await rollout('status --timeout=10s')).endsWith(done)).toBe(true);
      expect(images()).toBe('app:1');
      expect((await rollout('history')).match(/^\d+ /gm)).toEqual(['2 ', '3 ']);
      const before = view(cluster).get(resource, name)?.metadata.generation ?? 0;
      expect(await rollout('restart')).toBe(`${kind}.apps/${name} restarted\n`);
      expect((await rollout('status --timeout=10s')).endsWith(done)).toBe(true);
      expect(view(cluster).get(resource, name)?.metadata.generation).toBe(before + 1);
    },
    60_000,
  );
});
