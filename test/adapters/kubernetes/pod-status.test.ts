import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startQuickCluster } from '../../../packages/embedded-kubernetes/test/harness.ts';
import { UnreachableError } from '../../../shared/adapters/kubernetes/errors.ts';
import { PodStatusAdapter } from '../../../shared/adapters/kubernetes/pod-status.ts';
import { StatusWriter } from '../../../shared/adapters/kubernetes/status-writer.ts';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  RetryableError,
} from '../../../shared/model/errors.ts';
import { cloudMapReadinessGate as type } from '../../../shared/model/kubernetes.ts';
import type { PodStatus } from '../../../shared/ports/ports.ts';
import { aGatedPod } from '../../fakes/gated-pods.ts';

let cluster: Cluster;
let podStatus: PodStatus;
beforeAll(async () => {
  cluster = await startQuickCluster();
  podStatus = new PodStatusAdapter(new StatusWriter(async () => ({ server: cluster.url })), Date.now);
});
afterAll(() => cluster.stop());

const registered = { type, status: 'True', reason: 'Registered', message: 'registered in x' } as const;
const uidOf = (name: string) => cluster.api.get('pods', 'default', name)?.metadata.uid ?? '';

describe("a pod's condition", () => {
  it("a pod's condition is set beside the others, and keeps its time where none is given", async () => {
    const pod = aGatedPod(cluster, 'front');
    await expect.poll(() => pod.condition('ContainersReady')?.status).toBe('True');
    const target = { namespace: 'default', name: 'front', uid: uidOf('front') };
    const lastTransitionTime = '2026-11-21T10:00:00Z';
    const first = await podStatus.setCondition(target, { ...registered, lastTransitionTime });
    expect(pod.condition(type)).toEqual({ ...registered, lastTransitionTime });
    expect(pod.condition('ContainersReady')).toMatchObject({ status: 'True' });
    const second = await podStatus.setCondition(target, { ...registered, message: 'in y' });
    expect(pod.condition(type)).toEqual({ ...registered, message: 'in y', lastTransitionTime });
    expect(Number(second)).toBeGreaterThan(Number(first));
    expect(cluster.api.get('pods', 'default', 'front')?.metadata.resourceVersion).toBe(second);
  });

  it("a pod's condition is not set on a pod that is gone, nor on another one of its name", async () => {
    aGatedPod(cluster, 'back');
    const set = (name: string) =>
      podStatus.setCondition({ namespace: 'default', name, uid: 'old' }, registered);
    await expect(set('nobody')).rejects.toThrow(NotFoundError);
    await expect(set('back')).rejects.toThrow(ConflictError);
  });
});

describe('a cluster that cannot be written to', () => {
  const pod = { namespace: 'default', name: 'front', uid: 'u' };
  const failing = (error: Error) => {
    const state = { tries: 0, nowMs: 0 };
    const patch = async () => {
      state.tries += 1;
      throw error;
    };
    return { state, set: new PodStatusAdapter({ patch }, () => state.nowMs) };
  };

  it.each([
    ['out of reach', new UnreachableError('no connection within 5000 ms')],
    ['not to be looked up', new RetryableError('AccessDeniedException', { retryAfterMs: 60_000 })],
  ])(
    'a cluster that cannot be written to is not tried again for half a minute: %s',
    async (_title, error) => {
      const { state, set } = failing(error);
      await expect(set.setCondition(pod, registered)).rejects.toThrow(PermanentError);
      await expect(set.setCondition(pod, registered)).rejects.toThrow(error.message);
      expect(state.tries).toBe(1);
      state.nowMs = 30_000;
      await expect(set.setCondition(pod, registered)).rejects.toThrow(PermanentError);
      expect(state.tries).toBe(2);
    },
  );

  it.each([
    ['that fails', new RetryableError('HTTP 503')],
    ['that forbids it', new PermanentError('HTTP 403')],
  ])('a cluster that cannot be written to is tried each time: %s', async (_title, error) => {
    const { state, set } = failing(error);
    await expect(set.setCondition(pod, registered)).rejects.toBe(error);
    await expect(set.setCondition(pod, registered)).rejects.toBe(error);
    expect(state.tries).toBe(2);
  });
});
