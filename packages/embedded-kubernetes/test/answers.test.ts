import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import { send, startQuickCluster } from './harness.ts';
import { type ReplayAnswer, replay } from './recorded/replay.ts';

/** What kube-apiserver 1.36.3 answers to the samples. */
const recorded = readFileSync(new URL('recorded/answers.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as ReplayAnswer);

/** Fields that the embedded cluster does not set, and why. */
const unset: Readonly<Record<string, readonly string[]>> = {
  // No taint is made and no pod is resized in place.
  'v1 Pod plain': ['metadata.generation', 'spec.tolerations'],
  // No controller would remove the finalizers.
  'v1 PersistentVolumeClaim data': ['metadata.finalizers'],
  'v1 PersistentVolume disk': ['metadata.finalizers', 'status.lastPhaseTransitionTime'],
  'storage.k8s.io/v1 VolumeAttributesClass fast': ['metadata.finalizers'],
};

/** The recorded answer without what the embedded cluster does not set. */
function expectedOf({ object, ...answer }: ReplayAnswer): ReplayAnswer {
  const copy = structuredClone(object);
  for (const path of unset[answer.sample] ?? []) {
    const parts = path.split('.');
    const last = parts.pop() ?? '';
    const parent = parts.reduce<unknown>((each, part) => (each as Record<string, unknown>)[part], copy);
    expect(parent).toHaveProperty([last]);
    delete (parent as Record<string, unknown>)[last];
  }
  return { ...answer, ...(copy !== undefined && { object: copy }) };
}

describe('answers of a real API server', () => {
  let cluster: Cluster;
  let answers: ReplayAnswer[];
  beforeAll(async () => {
    cluster = await startQuickCluster({ definitions: [] });
    answers = await replay((method, path, body, headers) => send(cluster, method, path, body, headers));
  });
  afterAll(() => cluster.stop());

  it.each(recorded.map((answer, index) => ({ ...answer, index })))('$sample ($index)', ({ index }) => {
    const [answer, real] = [answers[index], recorded[index]];
    if (!answer || !real) throw new Error(`answer ${index} not found`);
    expect(answer).toEqual(expectedOf(real));
  });
});
