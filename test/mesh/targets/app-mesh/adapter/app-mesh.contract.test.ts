import { randomUUID } from 'node:crypto';
import { AppMeshClient } from '@aws-sdk/client-app-mesh';
import { AppMesh as EmbeddedAppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/app-mesh/in-process.ts';
import { describe, expect, it } from 'vitest';
import { AppMeshAdapter } from '../../../../../shared/mesh/targets/app-mesh/adapter/app-mesh.ts';
import type { AppMesh } from '../../../../../shared/mesh/targets/app-mesh/api.ts';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  QuotaExceededError,
  ResourceInUseError,
  RetryableError,
} from '../../../../../shared/model/errors.ts';
import { callsOf, complete, front, listener, live, meshName, node, resource, tags } from './app-mesh-life.ts';

describe('the adapter on the embedded App Mesh', () => {
  const start = (quotas: object = {}) => {
    const settings = { rates: {}, releasedAfterMs: 0, quotas };
    const engine = new EmbeddedAppMesh({ settings });
    const appMesh: AppMesh = new AppMeshAdapter(new AppMeshClient(inProcessClientOptions(engine)));
    return { engine, appMesh, ...callsOf(appMesh) };
  };

  it('the adapter on the embedded App Mesh makes, finds, changes and deletes every kind', async () => {
    await live(start().appMesh, complete);
  });

  it('the adapter on the embedded App Mesh finds nothing where nothing is', async () => {
    const { appMesh, names, create, update } = start();
    expect(await names('virtualNode')).toEqual([]);
    expect(await appMesh.describe(front)).toBeUndefined();
    await appMesh.delete(front);
    await expect(create(front, node)).rejects.toThrow(NotFoundError);
    await create(resource('mesh', meshName), {});
    expect(await names('route', 'router')).toEqual([]);
    await expect(update(front, node)).rejects.toThrow(NotFoundError);
  });

  it('the adapter on the embedded App Mesh lists over pages', async () => {
    const { create, names } = start();
    await create(resource('mesh', meshName), {});
    const made = Array.from({ length: 120 }, (_, index) => `node-${String(index).padStart(3, '0')}`);
    for (const name of made) await create(resource('virtualNode', name), node);
    expect((await names('virtualNode')).sort()).toEqual(made);
  });

  it('the adapter on the embedded App Mesh reports a name that is taken, and a token that was used for something else', async () => {
    const { appMesh, create } = start();
    await create(resource('mesh', meshName), {});
    const once = { clientToken: randomUUID(), tags };
    const { arn } = await appMesh.create(front, node, once);
    expect(await appMesh.create(front, node, once)).toMatchObject({ arn, version: 1 });
    await expect(appMesh.create(front, { ...node, ...listener(1) }, once)).rejects.toThrow(ConflictError);
    await expect(create(front, node)).rejects.toThrow(ConflictError);
  });

  it('the adapter on the embedded App Mesh reports what is in use, over the quota, not valid, too much', async () => {
    const { engine, appMesh, create } = start({ virtualNodesPerMesh: 1 });
    await create(resource('mesh', meshName), {});
    await create(front, node);
    await expect(appMesh.delete(resource('mesh', meshName))).rejects.toThrow(ResourceInUseError);
    const second = create(resource('virtualNode', 'back'), node);
    await expect(second).rejects.toThrow(QuotaExceededError);
    await expect(second).rejects.toThrow('CreateVirtualNode virtualNode/webapp/back: LimitExceededException');
    await expect(create(resource('virtualRouter', 'router'), listener(0))).rejects.toThrow(PermanentError);
    engine.settings.rates = { reads: { perSecond: 1, burst: 1 } };
    await appMesh.describe(front);
    await expect(appMesh.describe(front)).rejects.toThrow(RetryableError);
  });

  it('the adapter on the embedded App Mesh writes tags, beside those that are there', async () => {
    const { appMesh, create } = start();
    const { arn } = await create(resource('mesh', meshName), {});
    await appMesh.tag(arn, { team: 'a' });
    expect(await appMesh.tags(arn)).toEqual({ ...tags, team: 'a' });
  });

  it('the adapter on the embedded App Mesh works in a mesh that another account shares', async () => {
    const { engine, appMesh, create } = start();
    engine.handleAs('111122223333', 'CreateMesh', { meshName });
    const theirs = { ...front, meshOwner: '111122223333' };
    const { meshOwner, resourceOwner } = await create(theirs, node);
    expect([meshOwner, resourceOwner]).toEqual(['111122223333', '000000000000']);
    expect(await appMesh.describe(theirs)).toBeDefined();
    expect(await appMesh.describe(front)).toBeUndefined();
  });
});
