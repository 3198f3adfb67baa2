import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { AppMesh } from '../../../../../shared/mesh/targets/app-mesh/api.ts';
import type {
  ResourceKind,
  ResourceName,
} from '../../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';

export const tags = { 'eks-mesh-sync/cluster': 'production' };
export const meshName = 'webapp';
export const listener = (port: number) => ({ listeners: [{ portMapping: { port, protocol: 'http' } }] });
export const node = { ...listener(8080), serviceDiscovery: { dns: { hostname: 'front.local' } } };
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

export const resource = (kind: ResourceKind, name: string, parentName?: string): ResourceName => ({
  ...{ kind, meshName, name },
  ...(parentName !== undefined && { parentName }),
});
export const front = resource('virtualNode', 'front');

/** A resource, what it is at first and what it becomes; each needs those before it. */
type Step = readonly [ResourceName, object, object];
export const partial: readonly Step[] = [
  [resource('mesh', meshName), {}, { egressFilter: { type: 'ALLOW_ALL' } }],
  [front, node, { ...node, logging: { accessLog: { file: { path: '/dev/stdout' } } } }],
  [resource('virtualRouter', 'router'), listener(8080), listener(9090)],
  [resource('route', 'all', 'router'), route(1), route(100)],
];
export const complete: readonly Step[] = [
  ...partial,
  [
    resource('virtualService', 'front.shop'),
    { provider: { virtualNode: { virtualNodeName: 'front' } } },
    { provider: { virtualRouter: { virtualRouterName: 'router' } } },
  ],
  [resource('virtualGateway', 'ingress'), listener(8080), listener(9090)],
  [resource('gatewayRoute', 'all', 'ingress'), gatewayRoute('/'), gatewayRoute('/shop')],
];

export function callsOf(appMesh: AppMesh) {
  const names = async (kind: ResourceKind, parentName?: string) =>
    (await Array.fromAsync(appMesh.list(kind, { meshName, parentName }))).map(({ name }) => name);
  const create = (name: ResourceName, spec: object) =>
    appMesh.create(name, { ...spec }, { clientToken: randomUUID(), tags });
  const update = (name: ResourceName, spec: object) =>
    appMesh.update(name, { ...spec }, { clientToken: randomUUID() });
  return { names, create, update };
}

/** The life of resources, each step seen by describing and listing. */
export async function live(appMesh: AppMesh, steps: readonly Step[]): Promise<void> {
  const { names, create, update } = callsOf(appMesh);
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
