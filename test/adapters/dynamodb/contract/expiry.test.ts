import { describe, expect, it } from 'vitest';
import { aPod } from '../../../fakes/objects.ts';
import { dynamoDbStores } from './both-stores.ts';

describe('in DynamoDB (dynalite)', () => {
  const makeStores = dynamoDbStores();
  let nowMs = Date.parse('2026-11-21T12:00:00Z');

  it('the DynamoDB store forgets a retired tombstone when its time is over, even if DynamoDB has not deleted it yet', async () => {
    const { pods } = await makeStores(() => nowMs);
    const pod = aPod({ resourceVersion: '10' });
    await pods.record({ pod, deleted: true });
    await pods.retire(pod, pod.uid);
    nowMs += 6 * 24 * 3600 * 1000 - 1000;
    expect((await pods.find(pod))?.deleted).toBe(true);
    expect(await pods.record({ pod: aPod({ resourceVersion: '9' }), deleted: false })).toBe('older');
    nowMs += 2000;
    expect(await pods.find(pod)).toBeUndefined();
    expect(await pods.record({ pod: aPod({ resourceVersion: '9' }), deleted: false })).toBe('stored');
    nowMs += 30 * 24 * 3600 * 1000;
    expect((await pods.find(pod))?.deleted).toBe(false);
  });

  it('the DynamoDB store forgets a tombstone of the mesh when its time is over, but never before the pods received it', async () => {
    const { objects } = await makeStores(() => nowMs);
    const object = {
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'VirtualNode',
      metadata: {
        namespace: 'shop',
        name: 'front',
        uid: 'uid-1',
        resourceVersion: '1',
        creationTimestamp: '2026-11-21T10:00:00Z',
      },
    };
    const unannounced = { object, deleted: true, unannounced: [object] };
    await objects.replace('local', unannounced, undefined);
    nowMs += 30 * 24 * 3600 * 1000;
    expect(await objects.find('local', object)).toEqual(unannounced);
    const received = { ...unannounced, unannounced: [] };
    await objects.replace('local', received, unannounced);
    nowMs += 6 * 24 * 3600 * 1000 - 1000;
    expect(await objects.find('local', object)).toEqual(received);
    nowMs += 2000;
    expect(await objects.find('local', object)).toBeUndefined();
    await objects.replace('local', received, undefined);
  });

  it('the DynamoDB store never lets a tombstone expire that still has a registration', async () => {
    const { pods } = await makeStores(() => nowMs);
    const pod = aPod();
    await pods.record({ pod, deleted: true });
    await pods.addRegistration(pod, {
      service: { target: 't', namespaceName: 'n', serviceName: 's' },
      instanceId: 'i',
    });
    await pods.retire(pod, pod.uid);
    nowMs += 365 * 24 * 3600 * 1000;
    expect((await pods.find(pod))?.registrations).toHaveLength(1);
  });
});
