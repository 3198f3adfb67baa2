import { randomUUID } from 'node:crypto';
import { AppMeshClient } from '@aws-sdk/client-app-mesh';
import { AppMesh as EmbeddedAppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/app-mesh/in-process.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { motoIsMissing, startMoto } from '../../../../../packages/embedded-aws/test/contract/moto.ts';
import { motoAppMeshClient } from '../../../../../packages/embedded-aws/test/contract/moto-app-mesh.ts';
import { AppMeshAdapter } from '../../../../../shared/mesh/targets/app-mesh/adapter/app-mesh.ts';
import type { AppMesh } from '../../../../../shared/mesh/targets/app-mesh/api.ts';
import type {
  ResourceKind,
  ResourceName,
} from '../../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  QuotaExceededError,
  ResourceInUseError,
  RetryableError,
} from '../../../../../shared/model/errors.ts';

const tags = { 'eks-mesh-sync/cluster': 'production' };
const meshName = 'webapp';
const listener = (port: number) => ({ listeners: [{ portMapping: { port, protocol: 'http' } }] });
const node = { ...listener(8080), serviceDiscovery: { dns: { hostname: 'front.local' } } };
const route = (weight: number) => ({
  httpRoute: {
    match: { prefix: '/' },
    action: { weightedTargets: [{ virtualNode: 'front', weight }] },
  },
});
const gatewayRoute = (prefix: string) => ({
  httpRoute: {
    match: { prefix },
    action: { target: { virtualService: { virtualServiceName: 'front.shop' } } },
  },
});

const resource = (kind: ResourceKind, name: string, parentName?: string): ResourceName => ({
  ...{ kind, meshName, name },
  ...(parentName !== undefined && { parentName }),
});
const front = resource('virtualNode', 'front');

/** A resource, what it is at first and what it becomes; each needs those before it. */
type Step = readonly [ResourceName, object, object];
const partial: readonly Step[] = [
  [resource('mesh', meshName), {}, { egressFilter: { type: 'ALLOW_ALL' } }],
  [front, node, { ...node, logging: { accessLog: { file: { path: '/dev/stdout' } } } }],
  [resource('virtualRouter', 'router'), listener(8080), listener(9090)],
  [resource('route', 'all', 'router'), route(1), route(100)],
];
const complete: readonly Step[] = [
  ...partial,
  [
    resource('virtualService', 'front.shop'),
    { provider: { virtualNode: { virtualNodeName: 'front' } } },
    { provider: { virtualRouter: { virtualRouterName: 'router' } } },
  ],
  [resource('virtualGateway', 'ingress'), listener(8080), listener(9090)],
  [resource('gatewayRoute', 'all', 'ingress'), gatewayRoute('/'), gatewayRoute('/shop')],
];

function kit(appMesh: AppMesh) {
  const names = async (kind: ResourceKind, parentName?: string) =>
    (await Array.fromAsync(appMesh.list(kind, { meshName, parentName }))).map(({ name }) => name);
  const create = (name: ResourceName, spec: object) =>
    appMesh.create(name, { ...spec }, { clientToken: randomUUID(), tags });
  const update = (name: ResourceName, spec: object) =>
    appMesh.update(name, { ...spec }, { clientToken: randomUUID() });
  return { names, create, update };
}

/** The life of resources, each step seen by describing and listing. */
async function live(appMesh: AppMesh, steps: readonly Step[]): Promise<void> {
  const { names, create, update } = kit(appMesh);
  for (const [name, first, second] of steps) {
    const created = await create(name, first);
    expect(created).toMatchObject({ version: 1, spec: first });
    expect(await update(name, second)).toMatchObject({ spec: second });
    expect(await appMesh.describe(name)).toMatchObject({ arn: created.arn, spec: second });
    expect(await names(name.kind, name.parentName)).toEqual([name.name]);
    expect(await appMesh.tags(created.arn)).toEqual(tags);
  }
  for (const [name] of steps.toReversed()) await appMesh.delete(name);
  expect(await names('mesh')).toEqual([]);
}

describe('the adapter on the embedded App Mesh', () => {
  const start = (quotas: object = {}) => {
    const settings = { rates: {}, releasedAfterMs: 0, quotas };
    const engine = new EmbeddedAppMesh({ settings });
    const appMesh: AppMesh = new AppMeshAdapter(new AppMeshClient(inProcessClientOptions(engine)));
    return { engine, appMesh, ...kit(appMesh) };
  };

  it('makes, finds, changes and deletes every kind', async () => {
    await live(start().appMesh, complete);
  });

  it('finds nothing where nothing is', async () => {
    const { appMesh, names, create, update } = start();
    expect(await names('virtualNode')).toEqual([]);
    expect(await appMesh.describe(front)).toBeUndefined();
    await appMesh.delete(front);
    await expect(create(front, node)).rejects.toThrow(NotFoundError);
    await create(resource('mesh', meshName), {});
    expect(await names('route', 'router')).toEqual([]);
    await expect(update(front, node)).rejects.toThrow(NotFoundError);
  });

  it('lists over pages', async () => {
    const { create, names } = start();
    await create(resource('mesh', meshName), {});
    const made = Array.from({ length: 120 }, (_, index) => `node-${String(index).padStart(3, '0')}`);
    for (const name of made) await create(resource('virtualNode', name), node);
    expect((await names('virtualNode')).sort()).toEqual(made);
  });

  it('tells a name that is taken, and a token that was used for something else', async () => {
    const { appMesh, create } = start();
    await create(resource('mesh', meshName), {});
    const once = { clientToken: randomUUID(), tags };
    const { arn } = await appMesh.create(front, node, once);
    expect(await appMesh.create(front, node, once)).toMatchObject({ arn, version: 1 });
    await expect(appMesh.create(front, { ...node, ...listener(1) }, once)).rejects.toThrow(ConflictError);
    await expect(create(front, node)).rejects.toThrow(ConflictError);
  });

  it('tells what is in use, over the quota, not valid, too much', async () => {
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

  it('writes tags, beside those that are there', async () => {
    const { appMesh, create } = start();
    const { arn } = await create(resource('mesh', meshName), {});
    await appMesh.tag(arn, { team: 'a' });
    expect(await appMesh.tags(arn)).toEqual({ ...tags, team: 'a' });
  });

  it('works in a mesh that another account shares', async () => {
    const { engine, appMesh, create } = start();
    engine.handleAs('111122223333', 'CreateMesh', { meshName });
    const theirs = { ...front, meshOwner: '111122223333' };
    const { meshOwner, resourceOwner } = await create(theirs, node);
    expect([meshOwner, resourceOwner]).toEqual(['111122223333', '000000000000']);
    expect(await appMesh.describe(theirs)).toBeDefined();
    expect(await appMesh.describe(front)).toBeUndefined();
  });
});

const missing = motoIsMissing();
const title = missing === undefined ? 'the adapter on moto' : `the adapter on moto (${missing})`;
describe.skipIf(missing !== undefined)(title, () => {
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let appMesh: AppMesh;
  beforeAll(async () => {
    moto = await startMoto();
    appMesh = new AppMeshAdapter(motoAppMeshClient(moto.endpoint));
  });
  afterAll(() => moto.stop());

  it('makes, finds, changes and deletes the kinds that moto has', async () => {
    await live(appMesh, partial);
  });

  // moto answers a MeshNotFound, AWS a NotFoundException.
  it.fails('finds nothing in a mesh that is not there', async () => {
    expect(await kit(appMesh).names('virtualNode')).toEqual([]);
  });
});
