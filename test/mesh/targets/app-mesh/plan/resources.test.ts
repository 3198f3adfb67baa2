import { describe, expect, it } from 'vitest';
import { isShared, resourceKey } from '../../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { resourceOf } from '../../../../../shared/mesh/targets/app-mesh/plan/resource-of.ts';
import { routerOf } from '../../../../../shared/mesh/targets/app-mesh/plan/router-of.ts';
import { statusFields } from '../../../../../shared/mesh/targets/app-mesh/plan/status-fields.ts';
import { aMesh, aNamespace, aNode, anExample } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { aClaim, named } from './planned.ts';

const meshOwner = '111122223333';
const route = (more: object = {}) => named('route', 'all', { parentName: 'r', ...more });

describe('the name of a resource', () => {
  it.each([
    [named('mesh', 'shop'), 'mesh/shop', undefined],
    [named('mesh', 'shop', { meshOwner }), 'mesh/111122223333:shop', undefined],
    [named('virtualNode', 'a'), 'virtualNode/shop/a', undefined],
    [named('virtualNode', 'a', { meshOwner }), 'virtualNode/111122223333:shop/a', undefined],
    [named('gatewayRoute', 'a', { parentName: 'g' }), 'gatewayRoute/shop/g/a', undefined],
    [route(), 'route/shop/r/all', 'virtualRouter/shop/r'],
    [route({ meshOwner }), 'route/111122223333:shop/r/all', 'virtualRouter/111122223333:shop/r'],
    [route({ parentName: undefined }), 'route/shop/all', undefined],
  ])('%j has the key %s and the router %s', (resource, key, router) => {
    expect([resourceKey(resource), routerOf(resource)]).toEqual([key, router]);
  });

  it.each([
    [named('mesh', 'shop', { meshOwner }), true],
    [named('mesh', 'shop'), false],
    [named('virtualNode', 'a', { meshOwner }), false],
  ])('%j is a shared mesh: %j', (resource, expected) => {
    expect(isShared(resource)).toBe(expected);
  });
});

describe('the resource of an object', () => {
  it('has the name in its mesh, and that of its gateway', () => {
    const directory = directoryOf(...anExample());
    const of = directory.entries.map((entry) => {
      const resource = resourceOf(directory, entry);
      return 'reason' in resource ? resource.reason : resourceKey(resource);
    });
    expect(of).toEqual([
      'mesh/shop',
      'virtualNode/shop/front_apps',
      'virtualNode/shop/blue_apps',
      'virtualNode/shop/green_apps',
      'a BackendGroup has no App Mesh resource',
      'virtualRouter/shop/color_apps',
      'virtualService/shop/color.apps',
      'virtualService/shop/front.example.com',
      'virtualGateway/shop/entry_apps',
      'gatewayRoute/shop/entry_apps/front_apps',
    ]);
  });

  it.each([
    [{ meshOwner }, meshOwner],
    [{ meshOwner: '' }, undefined],
    [{ meshOwner: null }, undefined],
    [{}, undefined],
  ])('of a mesh with %j has the owner %s', (spec, owner) => {
    const directory = directoryOf(aNamespace(), aMesh(spec), aNode('a'));
    const [mesh, node] = directory.entries.map((entry) => resourceOf(directory, entry));
    expect(mesh).toEqual({ kind: 'mesh', meshName: 'shop', name: 'shop', meshOwner: owner });
    expect(node).toEqual({ kind: 'virtualNode', meshName: 'shop', name: 'a_apps', meshOwner: owner });
  });

  it('is none without a mesh, for its reason', () => {
    const directory = directoryOf(aNode('a'));
    const [entry] = directory.entries;
    expect(entry && resourceOf(directory, entry)).toEqual({
      reason: 'namespace "apps" has not been observed yet',
    });
  });
});

describe('the ARNs in the status of an object', () => {
  const id = { kind: 'VirtualRouter', namespace: 'apps', name: 'r' } as const;
  const node = { kind: 'VirtualNode', namespace: 'apps', name: 'r' } as const;
  const own = (more: object = {}) => aClaim(named('virtualRouter', 'r'), { sourceObject: id, ...more });
  const part = (name: string, more: object = {}) =>
    aClaim(named('route', name, { parentName: 'r' }), { sourceObject: id, ...more });

  it.each([
    ['of its own resource', [own()], 'arn:virtualRouter/shop/r'],
    ['none before it is known', [undefined], undefined],
    ['none before it exists', [own({ id: undefined })], undefined],
    ['none of a resource that somebody else owns', [own({ owner: 'somebody' })], undefined],
    ['removed if another object has it', [own({ sourceObject: { ...id, name: 'other' } })], null],
  ])('the ARN is %s', (_, claims, arn) => {
    expect(statusFields(id, claims)).toEqual({ arn, routeArns: {} });
  });

  it('a router has those of its own routes that exist', () => {
    const others = [part('b', { id: undefined }), part('c', { sourceObject: node }), undefined];
    expect(statusFields(id, [own(), part('a'), ...others, part('d')]).routeArns).toEqual({
      a: 'arn:route/shop/r/a',
      d: 'arn:route/shop/r/d',
    });
  });

  it('no other object has ARNs of routes', () => {
    expect(statusFields(node, [aClaim(named('virtualNode', 'r'), { sourceObject: node })])).toEqual({
      arn: 'arn:virtualNode/shop/r',
    });
  });
});
