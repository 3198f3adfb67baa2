import { describe, expect, it } from 'vitest';
import { ContentsBuilder, decideOwners } from '../../../../shared/pods/plan/services/service-owners.ts';
import {
  inMessage,
  requestedService,
  tenancyThatKeeps,
} from '../../../../shared/pods/plan/services/tenancy-advice.ts';

const of = (kubernetesNamespace: string, cluster = 'local') => ({ cluster, kubernetesNamespace });
const nothing = new ContentsBuilder().build();
const situation = {
  tenant: of('shop'),
  current: undefined,
  areNew: false,
  contents: nothing,
  leftoverNamespaces: [],
  isMadeHere: false,
};
const held = (...tenants: ReturnType<typeof of>[]) => ({ ...nothing, tenants });
const foreign = { ...nothing, foreign: ['i-1'] };

describe('who owns a service', () => {
  it.each([
    ['nobody: the one that comes', {}, { owners: [of('shop')] }],
    ['the owner', { current: [of('shop')] }, { owners: [of('shop')] }],
    [
      'an owner that has something there',
      { current: [of('blue')], contents: held(of('blue')) },
      { refusedFor: 'owners', owners: [of('blue')] },
    ],
    [
      'an owner of another cluster, in a namespace of the same name',
      { current: [of('shop', 'second')], contents: held(of('shop', 'second')) },
      { refusedFor: 'owners', owners: [of('shop', 'second')] },
    ],
    ['an owner that has nothing there', { current: [of('blue')] }, { owners: [of('shop')] }],
    [
      'a new owner that has nothing there yet',
      { current: [of('blue')], areNew: true },
      { refusedFor: 'owners', owners: [of('blue')] },
    ],
    [
      'no owner, but somebody is there',
      { current: [of('gone')], contents: held(of('blue'), of('shop')) },
      { owners: [of('blue'), of('shop')] },
    ],
    [
      'leftovers of several namespaces',
      { leftoverNamespaces: ['web', 'shop'] },
      { owners: [of('web'), of('shop')] },
    ],
    [
      'leftovers beside an owner',
      { current: [of('web')], contents: held(of('web')), leftoverNamespaces: ['shop', 'web'] },
      { owners: [of('web'), of('shop')] },
    ],
    [
      'leftovers of others alone',
      { leftoverNamespaces: ['web'] },
      { refusedFor: 'owners', owners: [of('web')] },
    ],
    ['instances of others', { contents: foreign }, { refusedFor: 'others', owners: [] }],
    [
      'instances of others, and we are the owner of a service that is not our own',
      { contents: foreign, current: [of('shop')] },
      { refusedFor: 'others', owners: [of('shop')] },
    ],
    [
      'instances of others in a service of our own',
      { contents: foreign, current: [of('shop')], isMadeHere: true },
      { owners: [of('shop')] },
    ],
  ])('%s', (_what, changes, expected) => {
    expect(decideOwners({ ...situation, ...changes })).toEqual(expected);
  });

  it('who owns a service is read from instances and claims', () => {
    const contents = new ContentsBuilder();
    contents.addInstance('a', { 'k8s.io/cluster': 'local', 'k8s.io/namespace': 'shop' });
    contents.addInstance('b', { 'k8s.io/cluster': 'local' });
    contents.addInstance('c', { owner: 'ECS' });
    const mesh = { 'appmesh.k8s.aws/mesh': 'm', 'appmesh.k8s.aws/virtualNode': 'front_web' };
    contents.addInstance('d', { ...mesh, 'k8s.io/pod': 'p', 'k8s.io/namespace': 'blue' });
    contents.addInstance('e', { ...mesh, 'k8s.io/pod': 'q' });
    const claim = {
      phase: 'applied' as const,
      owner: { cluster: 'second', namespace: 'shop', name: 'p', uid: 'u' },
    };
    contents.addClaim(claim);
    const gone = { ...claim.owner, cluster: 'third' };
    contents.addClaim({ phase: 'releasing', operationId: 'op', owner: gone });
    expect(contents.build()).toEqual({
      tenants: [of('shop'), of('shop', 'second')],
      leftovers: [
        { namespace: 'blue', pod: 'p' },
        { namespace: 'web', pod: 'q' },
      ],
      foreign: ['c'],
    });
  });
});

describe('the tenancy that keeps what works', () => {
  const service = (serviceName: string, ...owners: ReturnType<typeof of>[]) => ({
    namespaceName: 'shop.local',
    serviceName,
    owners,
  });

  it('the tenancy that keeps what works names every namespace that owns a service, a rule for each, and the one that is to come in', () => {
    const owned = [
      service('b', of('shop')),
      service('a', of('shop'), of('web')),
      service('c', of('other', 'second')),
      { ...service('x{1}', of('shop')), namespaceName: '#1' },
    ];
    expect(
      tenancyThatKeeps('local', [...owned, requestedService(service('a'), [of('shop')], of('blue'))]),
    ).toBe(
      'tenancy: [' +
        '{ kubernetesNamespaces: [blue], cloudMapNamespaces: [shop.local], services: [a] }, ' +
        '{ kubernetesNamespaces: [shop], cloudMapNamespaces: ["#1"], services: ["x{1}"] }, ' +
        '{ kubernetesNamespaces: [shop], cloudMapNamespaces: [shop.local], services: [a, b] }, ' +
        '{ kubernetesNamespaces: [web], cloudMapNamespaces: [shop.local], services: [a] }]',
    );
  });

  it('the tenancy that keeps what works is left to explain where it is too long for a message', () => {
    expect(inMessage(of('blue'), 'tenancy: []')).toContain('give cluster local in clusters.yml tenancy: []');
    expect(inMessage(of('blue'), 'x'.repeat(2_001))).toContain('the tenancy that explain prints for the pod');
  });
});
