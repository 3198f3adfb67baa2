import { describe, expect, it } from 'vitest';
import { ClusterObjects } from '../../../shared/adapters/dynamodb/cluster-objects.ts';
import { PermanentError } from '../../../shared/model/errors.ts';
import { observeClusterObject } from '../../../shared/objects/observe-cluster-object.ts';
import { anObject, aPod, objectEvent } from '../../fakes/objects.ts';
import { aDependencies } from '../../fakes/world.ts';
import { dynamoDbTables } from './tables.ts';

const makeTable = dynamoDbTables();

const node = (bytes: number, resourceVersion: string, app: string) =>
  objectEvent(
    anObject(
      'VirtualNode',
      { podSelector: { matchLabels: { app } }, logging: 'x'.repeat(bytes) },
      { name: 'front', resourceVersion },
    ),
  );

describe('an item of DynamoDB', () => {
  it('an item of DynamoDB has room for a large object and all that is kept of its former states', async () => {
    const mesh = new ClusterObjects(await makeTable(), Date.now);
    const { deps } = aDependencies();
    // Nothing is announced, as when an earlier attempt crashed: the former states are added up.
    const requests = {
      send: async () => {
        throw new Error('the queues are down');
      },
    };
    await deps.pods.record({ pod: aPod({ labels: { app: 'v1' } }), deleted: false });
    for (const version of ['1', '2', '3'])
      await expect(
        observeClusterObject({ ...deps, objects: mesh, requests }, node(200_000, version, `v${version}`)),
      ).rejects.toThrow('the queues are down');
    const stored = await mesh.find('local', node(0, '1', '').object);
    expect(stored?.object.metadata.resourceVersion).toBe('3');
    expect(stored?.unannounced).toHaveLength(3);
  });

  it('an item of DynamoDB has room for an object with thousands of faults, and for what is wrong with it', async () => {
    const mesh = new ClusterObjects(await makeTable(), Date.now);
    const listeners = Array.from({ length: 10_000 }, () => ({}));
    const faulty = objectEvent(
      anObject('VirtualNode', { listeners }, { name: 'front', resourceVersion: '1' }),
    );
    await observeClusterObject({ ...aDependencies().deps, objects: mesh }, faulty);
    const { fault } = (await mesh.find('local', faulty.object)) ?? {};
    expect(fault).toContain('spec.listeners[0].portMapping');
    expect(fault).toMatch(/spec\.listeners\[49\]\.portMapping: .*\nand 9950 more$/);
  });

  it('an item of DynamoDB has no room for an object of 400 KB, which is named with its size', async () => {
    const mesh = new ClusterObjects(await makeTable(), Date.now);
    const storing = observeClusterObject(
      { ...aDependencies().deps, objects: mesh },
      node(420_000, '1', 'front'),
    );
    await expect(storing).rejects.toThrow(PermanentError);
    await expect(storing).rejects.toThrow(
      /^VirtualNode shop\/front cannot be stored; it has 411 KB, expected at most 400: .*Item size has exceeded/,
    );
  });
});
