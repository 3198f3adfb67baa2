import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import { send, startQuickCluster } from './harness.ts';

describe('admission by a function', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startQuickCluster({
      admission: (object) => {
        if (object.kind !== 'Pod') return { object };
        if (object.metadata.labels?.app === 'refused') return { refusal: 'expected another label' };
        const volumes = [{ name: 'added', emptyDir: {} }];
        return { object: { ...object, spec: { ...(object.spec as object), volumes } } };
      },
    });
  });
  afterAll(() => cluster.stop());

  const pods = '/api/v1/namespaces/default/pods';
  const podOf = (app: string) => ({
    metadata: { name: app, labels: { app } },
    spec: { containers: [{ name: 'app', image: 'app' }] },
  });

  it('stores what the function has made of an object, with its defaults', async () => {
    const { status, body } = await send(cluster, 'POST', pods, podOf('changed'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ spec: { restartPolicy: 'Always', volumes: [{ name: 'added' }] } });
  });

  it('asks the function for an object that is created by server-side apply', async () => {
    const { body } = await send(
      cluster,
      'PATCH',
      `${pods}/applied?fieldManager=test`,
      { apiVersion: 'v1', kind: 'Pod', ...podOf('applied') },
      { 'content-type': 'application/apply-patch+yaml' },
    );
    expect(body).toMatchObject({ spec: { volumes: [{ name: 'added' }] } });
  });

  it('refuses an object with the reason of the function', async () => {
    const { status, body } = await send(cluster, 'POST', pods, podOf('refused'));
    expect(status).toBe(422);
    expect(body.message).toBe(
      'pods "refused" is forbidden: admission denied request: expected another label',
    );
    expect((await send(cluster, 'GET', `${pods}/refused`)).status).toBe(404);
  });

  it('shows once in an event that the pods of a ReplicaSet are refused', async () => {
    cluster.apply([
      {
        ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'set', namespace: 'default' } },
        spec: {
          ...{ replicas: 2, selector: { matchLabels: { app: 'refused' } } },
          template: podOf('refused'),
        },
      },
    ]);
    const events = () =>
      cluster.api.list('events', 'default').filter(({ reason }) => reason === 'FailedCreate');
    await expect.poll(events).toHaveLength(1);
    expect(events()[0]?.message).toContain('expected another label');
    // It is tried again every few milliseconds, then less often.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events()).toHaveLength(1);
  });
});
