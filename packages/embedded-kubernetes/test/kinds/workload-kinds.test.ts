import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster.ts';
import type { JsonObject } from '../../src/model/objects.ts';
import { send, startQuickCluster } from '../harness.ts';

const apps = '/apis/apps/v1/namespaces/default';
const batch = '/apis/batch/v1/namespaces/default';
const labels = { app: 'cart' };
const podTemplate = (spec: JsonObject = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'main', image: 'cart:1' }], ...spec },
});

const workload = (kind: string, spec: JsonObject = {}, name = 'cart') => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: { selector: { matchLabels: labels }, template: podTemplate(), ...spec },
});
const job = (spec: JsonObject = {}, podSpec: JsonObject = { restartPolicy: 'Never' }, name = 'load') => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: { template: { spec: { ...podTemplate().spec, ...podSpec } }, ...spec },
});
const cronJob = (spec: JsonObject = {}, name = 'report') => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name },
  spec: { schedule: '0 4 * * *', jobTemplate: { spec: job().spec }, ...spec },
});

describe('kinds of workloads', () => {
  let cluster: Cluster;
  const create = (path: string, object: unknown) => send(cluster, 'POST', path, object);
  beforeAll(async () => {
    cluster = await startQuickCluster();
  });
  afterAll(() => cluster.stop());

  it('gives a StatefulSet its defaults, with those of its claims', async () => {
    const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } };
    const { body } = await create(
      `${apps}/statefulsets`,
      workload('StatefulSet', { volumeClaimTemplates: [claim] }),
    );
    expect(body.spec).toMatchObject({
      podManagementPolicy: 'OrderedReady',
      replicas: 1,
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      volumeClaimTemplates: [
        { kind: 'PersistentVolumeClaim', spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } },
      ],
    });
  });

  it('counts the generation of a DaemonSet template in its annotation', async () => {
    const { body } = await create(`${apps}/daemonsets`, workload('DaemonSet'));
    const generation = (object: JsonObject) =>
      (object.metadata as { annotations: Record<string, string> }).annotations[
        'deprecated.daemonset.template.generation'
      ];
    expect(generation(body)).toBe('1');
    expect(body.spec).toMatchObject({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    });
    const path = `${apps}/daemonsets/cart`;
    const scaled = await send(cluster, 'PUT', path, workload('DaemonSet', { minReadySeconds: 1 }));
    expect(generation(scaled.body)).toBe('1');
    const changed = await send(
      cluster,
      'PUT',
      path,
      workload('DaemonSet', { template: podTemplate({ hostNetwork: true }) }),
    );
    expect(generation(changed.body)).toBe('2');
  });

  it('labels the pods of a Job with its uid, once, and selects them by it', async () => {
    const { body } = await create(`${batch}/jobs`, job());
    const { uid } = body.metadata;
    expect(body.spec).toMatchObject({
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: {
        metadata: {
          labels: {
            'batch.kubernetes.io/controller-uid': uid,
            'batch.kubernetes.io/job-name': 'load',
            'controller-uid': uid,
            'job-name': 'load',
          },
        },
      },
    });
    const replaced = await send(cluster, 'PUT', `${batch}/jobs/load`, job());
    expect(replaced.status).toBe(422);
    expect(replaced.body.message).toContain('spec.selector: Required value');
    expect(replaced.body.message).toContain('field is immutable');
  });

  it('gives a CronJob its defaults', async () => {
    const { body } = await create(`${batch}/cronjobs`, cronJob());
    expect(body.spec).toMatchObject({
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
  });

  it.each([
    [
      'a StatefulSet whose selector does not match',
      `${apps}/statefulsets`,
      workload('StatefulSet', { selector: { matchLabels: { app: 'other' } } }, 'wrong'),
      'StatefulSet.apps "wrong" is invalid: spec.template.metadata.labels: Invalid value: {"app":"cart"}: `selector` does not match template `labels`',
    ],
    [
      'a StatefulSet that mounts an unknown claim',
      `${apps}/statefulsets`,
      workload(
        'StatefulSet',
        {
          template: podTemplate({
            containers: [{ name: 'main', image: 'a', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
          }),
        },
        'wrong',
      ),
      'StatefulSet.apps "wrong" is invalid: spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ],
    [
      'a DaemonSet that never updates',
      `${apps}/daemonsets`,
      workload('DaemonSet', { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }, 'wrong'),
      'DaemonSet.apps "wrong" is invalid: spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
    ],
    [
      'a Job whose pods are always restarted',
      `${batch}/jobs`,
      job({}, {}, 'wrong'),
      'Job.batch "wrong" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      'a CronJob without a schedule',
      `${batch}/cronjobs`,
      cronJob({ schedule: '' }, 'wrong'),
      'CronJob.batch "wrong" is invalid: spec.schedule: Required value',
    ],
    [
      'a CronJob with a long name',
      `${batch}/cronjobs`,
      cronJob({}, 'a'.repeat(53)),
      `CronJob.batch "${'a'.repeat(53)}" is invalid: metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`,
    ],
  ])('refuses %s', async (_, path, object, message) => {
    const { status, body } = await create(path, object);
    expect(body.message).toBe(message);
    expect(status).toBe(422);
  });

  it('refuses to change the fixed fields of a StatefulSet', async () => {
    const changed = workload('StatefulSet', { serviceName: 'other' });
    const { body } = await send(cluster, 'PUT', `${apps}/statefulsets/cart`, changed);
    expect(body.message).toContain("updates to statefulset spec for fields other than 'replicas'");
  });
});
