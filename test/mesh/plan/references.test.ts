import { describe, expect, it } from 'vitest';
import { isValid } from '../../../shared/mesh/plan/entry.ts';
import { missingIn, resolveOwnReferences } from '../../../shared/mesh/plan/references/object-references.ts';
import { problemsOfGroup, References } from '../../../shared/mesh/plan/references/references.ts';
import type { Resolver } from '../../../shared/mesh/plan/references/resolver.ts';
import type { MeshKind } from '../../../shared/model/kubernetes.ts';
import type { Manifest } from '../harness/harness.ts';
import { aBackendGroup, aGatewayRoute, aMesh, aNamespace, aNode, aService } from '../harness/manifests.ts';
import { directoryOf } from './entries.ts';

const depot = { matchLabels: { mesh: 'depot' } };
const ground = [
  ...[aNamespace(), aNamespace('far', { mesh: 'depot' }), aNamespace('lone', {})],
  ...[aMesh(), aMesh({ namespaceSelector: depot }, 'depot'), aNode('blue'), aNode('red', {}, 'far')],
  ...[aNode('alone', {}, 'lone'), aService('a'), aService('b', undefined, { awsName: 'b.example' })],
];

/** The references of the node `blue` in `apps`, of the mesh `shop`. */
function referencesOf(...manifests: readonly Manifest[]): References {
  const directory = directoryOf(...ground, ...manifests);
  const from = directory.find('VirtualNode', { namespace: 'apps', name: 'blue' });
  if (from === undefined) throw new Error('no node');
  return new References(directory, from, 'shop');
}

const missing = (message: string) => ({ reason: 'ReferenceMissing', message });

describe('the name that a reference leads to', () => {
  it.each([
    ['VirtualService', { name: 'a' }, 'a.apps'],
    ['VirtualService', { name: 'a', namespace: null }, 'a.apps'],
    ['VirtualService', { name: 'b', namespace: 'apps' }, 'b.example'],
    ['VirtualNode', { name: 'blue' }, 'blue_apps'],
  ] as const)('%s %j is %s', (kind, reference, expected) => {
    const references = referencesOf();
    expect(references.nameOf(kind, reference, 'spec.x')).toBe(expected);
    expect([...references.referred].map(({ id }) => id.name)).toEqual([reference.name]);
    expect(references.problems).toEqual([]);
  });

  it.each([
    ['VirtualService', { name: 'none' }, 'VirtualService "apps/none" not found'],
    ['VirtualRouter', { name: 'a', namespace: 'far' }, 'VirtualRouter "far/a" not found'],
    [
      'VirtualNode',
      { name: 'red', namespace: 'far' },
      'VirtualNode "far/red" is in mesh "depot"; expected one in mesh "shop"',
    ],
  ] as const)('%s %j is none', (kind, reference, message) => {
    const references = referencesOf();
    expect(references.nameOf(kind, reference, 'spec.x')).toBe('');
    expect(references.problems).toEqual([missing(`spec.x: ${message}`)]);
    expect(references.referred.size).toBe(0);
  });

  it('of an object without a mesh is none, for its reason', () => {
    const references = referencesOf();
    expect(references.nameOf('VirtualNode', { name: 'alone', namespace: 'lone' }, 'spec.x')).toBe('');
    expect(references.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^spec\.x: VirtualNode "lone\/alone" belongs to no mesh: ./),
    ]);
  });

  it('at most 50 problems are kept', () => {
    const references = referencesOf();
    for (let n = 1; n <= 51; n++) references.nameOf('VirtualNode', { name: `n${n}` }, 'spec.x');
    expect(references.problems).toHaveLength(50);
    expect(references.problems.at(-1)).toEqual(missing('spec.x: VirtualNode "apps/n50" not found'));
  });
});

describe('the virtual services of a backend group', () => {
  const group = (members: readonly object[], name = 'group', namespace = 'apps') => ({
    ...{ kind: 'BackendGroup', metadata: { name, namespace }, spec: { virtualservices: members } },
  });
  const inFar = { ...aService('far'), metadata: { name: 'far', namespace: 'far' } };

  it.each([
    ['its members', group([{ name: 'a' }, { name: 'b', namespace: 'apps' }]), ['a.apps', 'b.example']],
    ['none without members', { ...group([]), spec: {} }, []],
    ['all of its namespace by *', group([{ name: '*' }]), ['a.apps', 'b.example']],
    ['all of another namespace by *, that are in the mesh', group([{ name: '*', namespace: 'far' }]), []],
    ['each once', group([{ name: 'a' }, { name: '*' }]), ['a.apps', 'b.example']],
  ])('are %s', (_, manifest, expected) => {
    const references = referencesOf(manifest, inFar);
    expect([...references.backendGroup({ name: 'group' }, 'spec.x')]).toEqual(expected);
    expect(references.problems).toEqual([]);
  });

  it.each([
    ['apps', ['a.apps', 'b.example']],
    ['far', []],
  ])('of the group * are all of the namespace %s that are in the mesh', (namespace, expected) => {
    const references = referencesOf(inFar, aBackendGroup('*', ['none']));
    expect([...references.backendGroup({ name: '*', namespace }, 'spec.x')]).toEqual(expected);
  });

  it('a member without a namespace is of that of the group', () => {
    const far = group([{ name: 'a' }], 'group', 'far');
    const references = referencesOf(far);
    expect([...references.backendGroup({ name: 'group', namespace: 'far' }, 'spec.x')]).toEqual(['']);
    expect(references.problems).toEqual([
      missing('spec.x: BackendGroup "far/group": VirtualService "far/a" not found'),
    ]);
  });

  it.each([
    [[], 'spec.x: BackendGroup "apps/group" not found'],
    [
      [{ ...group([]), spec: { virtualservices: 1 } }],
      expect.stringMatching(/^spec\.x: BackendGroup "apps\/group" is invalid: spec\.virtualservices/),
    ],
  ])('of a group that is missing or invalid are none', (manifests, message) => {
    const references = referencesOf(...manifests);
    expect([...references.backendGroup({ name: 'group' }, 'spec.x')]).toEqual([]);
    expect(references.problems).toEqual([missing(message)]);
  });

  it('a group that is named repeatedly is read once; others for themselves', () => {
    const references = referencesOf(group([{ name: 'none' }]), group([{ name: 'a' }], 'other'));
    const first = references.backendGroup({ name: 'group' }, 'spec.x');
    expect(references.backendGroup({ name: 'group', namespace: 'apps' }, 'spec.y')).toBe(first);
    expect([...references.backendGroup({ name: 'other' }, 'spec.z')]).toEqual(['a.apps']);
    expect(references.problems).toHaveLength(1);
  });

  it.each([
    [[{ name: 'a' }, { name: '*' }, { name: '*', namespace: 'none' }], []],
    [
      [{ name: 'a' }, { name: 'x' }, { name: 'a', namespace: 'far' }],
      [
        missing('spec.virtualservices[1]: VirtualService "apps/x" not found'),
        missing('spec.virtualservices[2]: VirtualService "far/a" not found'),
      ],
    ],
  ])('the problems of a group with %j are %j', (members, expected) => {
    const directory = directoryOf(...ground, group(members));
    const entry = directory.find('BackendGroup', { namespace: 'apps', name: 'group' });
    expect(entry && problemsOfGroup(directory, entry)).toEqual(expected);
  });

  it('the problems of a group are at most 50; a group without members and another object have none', () => {
    const many = Array.from({ length: 51 }, (_, n) => ({ name: `x${n}` }));
    const directory = directoryOf(...ground, group(many), { ...group([], 'empty'), spec: {} });
    const of = (kind: MeshKind, name: string) => {
      const entry = directory.find(kind, { namespace: 'apps', name });
      return entry && problemsOfGroup(directory, entry).length;
    };
    expect([of('BackendGroup', 'group'), of('BackendGroup', 'empty'), of('VirtualNode', 'blue')]).toEqual([
      ...[50, 0, 0],
    ]);
  });
});

describe('the own references of an object', () => {
  const arn = (kind: string) => `arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/${kind}/x`;
  const at = (name: string, namespace = 'apps') => ({ name, namespace });
  const inApps = (kind: MeshKind, spec: object) => ({
    ...{ kind, metadata: { name: 'own', namespace: 'apps' }, spec: { ...spec } },
  });
  const service = (name: string, more: object = {}) => ({
    virtualService: { virtualServiceRef: { name, ...more } },
  });
  const targets = [
    { virtualNodeRef: { name: 'blue' }, weight: 1 },
    { virtualNodeARN: arn('virtualNode'), weight: 1 },
    { virtualNodeRef: { name: 'red', namespace: 'far' }, weight: 1 },
  ];

  it.each<[Manifest, readonly (readonly unknown[])[]]>([
    [aMesh(), []],
    [aNode('own'), []],
    [
      aNode('own', {
        backends: [
          service('a'),
          { virtualService: { virtualServiceARN: arn('virtualService') } },
          service('b', { namespace: 'far' }),
        ],
        backendGroups: [{ name: 'g' }, { name: '*', namespace: 'far' }],
      }),
      [
        ['VirtualService', at('a'), '>spec.backends[0].virtualService.virtualServiceRef'],
        ['VirtualService', at('b', 'far'), '>spec.backends[2].virtualService.virtualServiceRef'],
        ['group', at('g'), '>spec.backendGroups[0]'],
        ['group', at('*', 'far'), '>spec.backendGroups[1]'],
      ],
    ],
    [aService('own'), []],
    [inApps('VirtualService', { provider: { virtualNode: { virtualNodeARN: arn('virtualNode') } } }), []],
    [
      aService('own', 'node/blue'),
      [['VirtualNode', at('blue'), '>spec.provider.virtualNode.virtualNodeRef']],
    ],
    [
      aService('own', 'router/r'),
      [['VirtualRouter', at('r'), '>spec.provider.virtualRouter.virtualRouterRef']],
    ],
    [
      inApps('VirtualRouter', {
        routes: [
          { name: 'all', httpRoute: { match: { prefix: '/' }, action: { weightedTargets: targets } } },
        ],
      }),
      [
        ['VirtualNode', at('blue'), '>spec.routes[0].httpRoute.action.weightedTargets[0].virtualNodeRef'],
        [
          ...['VirtualNode', at('red', 'far')],
          '>spec.routes[0].httpRoute.action.weightedTargets[2].virtualNodeRef',
        ],
      ],
    ],
    [
      aGatewayRoute('own', 'a'),
      [['VirtualService', at('a'), '>spec.httpRoute.action.target.virtualService.virtualServiceRef']],
    ],
    [
      inApps('GatewayRoute', {
        httpRoute: {
          match: { prefix: '/' },
          action: { target: { virtualService: { virtualServiceARN: arn('virtualService') } } },
        },
      }),
      [],
    ],
  ])('of %j are those by name, each at its path', (manifest, expected) => {
    const asked: unknown[] = [];
    const resolver: Resolver = {
      nameOf: (...given) => {
        asked.push(given);
        return '';
      },
      backendGroup: (...given) => {
        asked.push(['group', ...given]);
        return new Set();
      },
    };
    const [entry] = directoryOf(manifest).entries;
    if (!entry || !isValid(entry)) throw new Error(`not valid: ${entry?.fault}`);
    resolveOwnReferences(entry, resolver, '>');
    expect(asked).toEqual(expected);
  });

  it('each that dangles is reported with its path and why', () => {
    const directory = directoryOf(...ground, aService('own', 'node/none'));
    const entry = directory.find('VirtualService', { namespace: 'apps', name: 'own' });
    const place = entry && directory.placeOf(entry);
    if (!entry || !isValid(entry) || !place || 'reason' in place) throw new Error('not valid');
    expect(missingIn(entry, place, directory, (resolver) => resolveOwnReferences(entry, resolver))).toEqual([
      ['spec.provider.virtualNode.virtualNodeRef', 'VirtualNode "apps/none" not found'],
    ]);
  });
});
