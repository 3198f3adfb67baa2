import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppMeshAdapter } from '../../shared/aws/app-mesh.ts';
import type { ResourceKind, ResourceName } from '../../shared/model/mesh-resource.ts';
import type { AppMesh } from '../../shared/sync/mesh-ports.ts';
import { motoIsMissing, startMoto } from './moto.ts';
import { motoAppMeshClient } from './moto-app-mesh.ts';

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

  const meshName = 'webapp';
  const tags = { 'eks-mesh-sync/cluster': 'production' };
  const node = {
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
    serviceDiscovery: { dns: { hostname: 'front.local' } },
  };
  const route = (weight: number) => ({
    httpRoute: {
      match: { prefix: '/' },
      action: { weightedTargets: [{ virtualNode: 'front', weight }] },
    },
  });
  const resource = (kind: ResourceKind, name: string, parentName?: string): ResourceName => ({
    ...{ kind, meshName, name },
    ...(parentName !== undefined && { parentName }),
  });
  const names = async (kind: ResourceKind, parentName?: string) =>
    (await Array.fromAsync(appMesh.list(kind, { meshName, parentName }))).map(({ name }) => name);

  it('makes, finds, changes and deletes what moto knows', async () => {
    const steps = [
      [resource('mesh', meshName), {}, { egressFilter: { type: 'ALLOW_ALL' } }],
      [resource('virtualNode', 'front'), node, { ...node, logging: logging('/dev/stdout') }],
      [
        resource('virtualRouter', 'router'),
        { listeners: [{ portMapping: { port: 8080, protocol: 'http' } }] },
        { listeners: [{ portMapping: { port: 9090, protocol: 'http' } }] },
      ],
      [resource('route', 'all', 'router'), route(1), route(100)],
    ] as const;
    for (const [name, first, second] of steps) {
      const created = await appMesh.create(name, first, { clientToken: 'token', tags });
      expect(created).toMatchObject({ version: 1, spec: first });
      expect(await appMesh.update(name, second, { clientToken: 'other' })).toMatchObject({ spec: second });
      expect(await appMesh.describe(name)).toMatchObject({ arn: created.arn, spec: second });
      expect(await names(name.kind, name.parentName)).toEqual([name.name]);
      expect(await appMesh.tags(created.arn)).toEqual(tags);
    }
    for (const [name] of steps.toReversed()) await appMesh.delete(name);
    expect(await names('mesh')).toEqual([]);
  });

  // moto answers a MeshNotFound, AWS a NotFoundException.
  it.fails('finds nothing in a mesh that is not there', async () => {
    expect(await names('virtualNode')).toEqual([]);
  });
});

function logging(path: string): object {
  return { accessLog: { file: { path } } };
}
