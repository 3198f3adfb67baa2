import { describe, expect, it } from 'vitest';
import { isLeftover, namedBy, ownershipOf } from '../../../shared/pods/plan/ownership.ts';
import { aPod } from '../../fakes/objects.ts';

const leftover = {
  'appmesh.k8s.aws/mesh': 'old',
  'appmesh.k8s.aws/virtualNode': 'front_shop',
  'k8s.io/pod': 'front-1',
  'k8s.io/namespace': 'shop',
};
const { 'k8s.io/namespace': _namespace, ...withoutNamespace } = leftover;
const { 'appmesh.k8s.aws/mesh': _mesh, ...withoutMesh } = leftover;
const { 'appmesh.k8s.aws/virtualNode': _node, ...withoutNode } = leftover;
const { 'k8s.io/pod': _pod, ...withoutPod } = leftover;
const stranger = 'neither this system nor the App Mesh controller registered it';

describe('whose an instance is, seen from pod shop/front-1 of cluster local', () => {
  const cases: readonly (readonly [string, Record<string, string>, object])[] = [
    ['our cluster', { 'k8s.io/cluster': 'local' }, { kind: 'ours' }],
    [
      'our cluster, another pod',
      { ...leftover, 'k8s.io/cluster': 'local', 'k8s.io/pod': 'x' },
      { kind: 'ours' },
    ],
    [
      'another cluster, this pod by name',
      { ...leftover, 'k8s.io/cluster': 'second' },
      { kind: 'foreign', reason: 'it belongs to cluster second' },
    ],
    [
      'a cluster without a name',
      { ...leftover, 'k8s.io/cluster': '' },
      { kind: 'foreign', reason: 'it belongs to cluster ' },
    ],
    ['a leftover of this pod', leftover, { kind: 'adoptable' }],
    ['a leftover of this pod, of an older controller', withoutNamespace, { kind: 'adoptable' }],
    [
      'a leftover of another pod',
      { ...leftover, 'k8s.io/pod': 'front-2' },
      { kind: 'foreign', reason: 'the App Mesh controller left it for pod shop/front-2' },
    ],
    [
      'a leftover of this name in another namespace',
      { ...leftover, 'k8s.io/namespace': 'blue' },
      { kind: 'foreign', reason: 'the App Mesh controller left it for pod blue/front-1' },
    ],
    [
      'a leftover of another pod, of an older controller',
      { ...withoutNamespace, 'k8s.io/pod': 'x' },
      { kind: 'foreign', reason: 'the App Mesh controller left it for pod ?/x' },
    ],
    ['no mesh', withoutMesh, { kind: 'foreign', reason: stranger }],
    ['no virtual node', withoutNode, { kind: 'foreign', reason: stranger }],
    ['no pod', withoutPod, { kind: 'foreign', reason: stranger }],
    [
      'an ECS task',
      { AWS_INSTANCE_IPV4: '10.0.0.1', ECS_SERVICE_NAME: 'x' },
      { kind: 'foreign', reason: stranger },
    ],
    ['nothing at all', {}, { kind: 'foreign', reason: stranger }],
  ];
  it.each(cases)('%s', (_what, attributes, expected) => {
    expect(ownershipOf(attributes, aPod())).toEqual(expected);
  });

  it('a leftover names pod, mesh and virtual node, and no cluster', () => {
    const instances = [
      leftover,
      withoutNamespace,
      withoutMesh,
      withoutNode,
      withoutPod,
      { ...leftover, 'k8s.io/cluster': 'local' },
    ];
    expect(instances.map(isLeftover)).toEqual([true, true, false, false, false, false]);
  });
});

it('the pod that an instance names has what its attributes say, and nothing of what they do not', () => {
  const attributes = {
    ...{ 'k8s.io/cluster': 'local', 'k8s.io/namespace': 'shop' },
    ...{ 'k8s.io/pod': 'front-1', 'k8s.io/pod-uid': 'uid-1' },
  };
  const pod = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
  expect(namedBy(attributes)).toEqual(pod);
  expect(namedBy({})).toEqual({ cluster: '', namespace: '', name: '', uid: '' });
});
