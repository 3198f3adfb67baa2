import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import { at, listAt, stringAt } from '../../src/model/json.ts';
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

describe('a Job', () => {
  const conditions = (name: string) =>
    listAt(seen.get('jobs.batch', name), 'status', 'conditions').map(
      (each) => `${at(each, 'type')} ${at(each, 'reason')}`,
    );
  const job = (name: string, spec: JsonObject = {}, annotations: JsonObject = {}, restartPolicy = 'Never') =>
    workload('Job', name, spec, { restartPolicy }, annotations);

  it('completes when its pods have succeeded, and keeps them', async () => {
    cluster.apply([job('migrate', { completions: 3, parallelism: 2, completionMode: 'Indexed' })]);
    await eventually('the end', () => conditions('migrate').includes('Complete CompletionsReached'));
    expect(seen.pods('migrate').map(phase)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
    expect(seen.get('jobs.batch', 'migrate')?.status).toMatchObject({
      succeeded: 3,
      completedIndexes: '0-2',
    });
    expect(seen.pods('migrate')[1]?.metadata).toMatchObject({
      name: expect.stringMatching(/^migrate-1-/),
      annotations: { 'batch.kubernetes.io/job-completion-index': '1' },
    });
    expect(seen.pods('migrate')[1]?.metadata.finalizers ?? []).toEqual([]);
    expect(seen.messages('migrate')).toContain('Job completed');
    cluster.api.delete(seen.get('jobs.batch', 'migrate') as KubernetesObject, {
      propagationPolicy: 'Background',
    });
    await eventually('no pod', () => seen.pods('migrate').length === 0);
  });

  it('fails after backoffLimit failures', async () => {
    cluster.apply([job('broken', { backoffLimit: 2 }, { 'embedded.eks-mesh-sync/exit-code': '1' })]);
    await eventually('the end', () => conditions('broken').includes('Failed BackoffLimitExceeded'));
    expect(seen.pods('broken').map(phase)).toEqual(['Failed', 'Failed', 'Failed']);
    expect(seen.get('jobs.batch', 'broken')?.status).toMatchObject({ failed: 3 });
  });

  it('restarts containers with OnFailure, and fails after backoffLimit restarts', async () => {
    const annotations = { 'embedded.eks-mesh-sync/exit-code': '2' };
    cluster.apply([job('crashing', { backoffLimit: 2 }, annotations, 'OnFailure')]);
    await eventually(
      'a restart',
      () => at(seen.pods('crashing')[0], 'status', 'containerStatuses', 0, 'restartCount') === 1,
    );
    expect(phase(seen.pods('crashing')[0])).toBe('Running');
    await eventually('the end', () => conditions('crashing').includes('Failed BackoffLimitExceeded'));
  });

  it('ends at activeDeadlineSeconds', async () => {
    const annotations = { 'embedded.eks-mesh-sync/run-for': 'forever' };
    cluster.apply([job('slow', { activeDeadlineSeconds: 1 }, annotations)]);
    await eventually('the end', () => conditions('slow').includes('Failed DeadlineExceeded'));
    await eventually('no pod', () => seen.pods('slow').length === 0);
  });

  it('runs nothing while suspended, and is deleted after ttlSecondsAfterFinished', async () => {
    cluster.apply([job('later', { suspend: true, ttlSecondsAfterFinished: 0 })]);
    await eventually('the condition', () => conditions('later').includes('Suspended JobSuspended'));
    expect(seen.pods('later')).toEqual([]);
    cluster.api.patch('jobs.batch', 'default', 'later', { spec: { suspend: false } });
    await eventually(
      'the deletion',
      () => !seen.get('jobs.batch', 'later') && seen.pods('later').length === 0,
    );
  });

  it('counts a pod that is deleted as failed, and starts another', async () => {
    cluster.apply([job('kept', {}, { 'embedded.eks-mesh-sync/run-for': '200ms' })]);
    const first = await eventually('a pod', () => seen.pods('kept').find(isReady));
    cluster.api.delete(first);
    await eventually('the end', () => conditions('kept').includes('Complete CompletionsReached'));
    expect(seen.get('jobs.batch', 'kept')?.status).toMatchObject({ succeeded: 1, failed: 1 });
  });
});

describe('a CronJob', () => {
  it('creates a Job of the minute, and keeps the last ones', async () => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'app:1' }] } };
    cluster.apply([
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'report', namespace: 'default' },
        spec: { schedule: '@every 1s', successfulJobsHistoryLimit: 0, jobTemplate: { spec: { template } } },
      },
    ]);
    await eventually('a Job', () => cluster.store.list('jobs.batch')[0]);
    await eventually('the run', () =>
      stringAt(seen.get('cronjobs.batch', 'report'), 'status', 'lastSuccessfulTime'),
    );
    await eventually('no old Job', () =>
      seen.messages('report').some((text) => text.startsWith('Deleted job report-')),
    );
    expect(seen.messages('report')).toContainEqual(
      expect.stringMatching(/^Saw completed job: report-\d+, condition: Complete$/),
    );
  });
});
