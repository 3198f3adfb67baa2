import { describe, expect, it } from 'vitest';
import { startCluster } from '../src/cluster.ts';
import { listAt, stringAt } from '../src/model/json.ts';
import type { KubernetesObject } from '../src/model/objects.ts';
import { eventually, podManifest } from './harness.ts';

const readyOf = (pod: KubernetesObject | undefined) =>
  stringAt(
    listAt(pod, 'status', 'conditions').find((each) => stringAt(each, 'type') === 'Ready'),
    'status',
  );

describe('a runtime of containers', () => {
  it('a pod is ready when its runtime says so, and not before', async () => {
    const [ready, listeners] = [new Set<string>(), new Set<(uid: string) => void>()];
    const cluster = await startCluster({
      port: 0,
      timings: { podStartMs: 1 },
      serviceNetwork: '127.9',
      runtime: {
        isReady: ({ metadata }) => ready.has(metadata.uid),
        onChange: (listener) => void listeners.add(listener),
      },
    });
    try {
      const { metadata } = cluster.api.create('pods', podManifest('one'));
      const pod = () => cluster.store.get('pods', 'default/one');
      await eventually('a running pod', () => stringAt(pod(), 'status', 'phase') === 'Running');
      expect(readyOf(pod())).toBe('False');
      for (const state of ['True', 'False']) {
        if (state === 'True') ready.add(metadata.uid);
        else ready.delete(metadata.uid);
        for (const listener of listeners) listener(metadata.uid);
        expect(readyOf(pod())).toBe(state);
      }
      expect(stringAt(cluster.store.get('services', 'default/kubernetes'), 'spec', 'clusterIP')).toBe(
        '127.9.0.2',
      );
    } finally {
      await cluster.stop();
    }
  });
});
