import { describe, expect, it } from 'vitest';
import type { ClusterObject } from '../../../shared/model/kubernetes.ts';
import { virtualNodeOf } from '../../../shared/model/virtual-node.ts';
import { changesRegistrations, isSelected, registrationPart } from '../../../shared/objects/plan/affected.ts';
import { anObject, aPod } from '../../fakes/objects.ts';

const spec = {
  podSelector: { matchLabels: { app: 'front' } },
  listeners: [{ portMapping: { port: 8080, protocol: 'http' } }, { portMapping: { port: 9090 } }],
  serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } },
};
const node = (changes: object = {}) => anObject('VirtualNode', { ...spec, ...changes });
const mesh = (changes: object = {}) => anObject('Mesh', { namespaceSelector: {}, ...changes });
const namespace = (labels?: Record<string, string>) => anObject('Namespace', undefined, { labels });

describe('whether a change can change what is registered', () => {
  const cases: readonly (readonly [string, ClusterObject | null, ClusterObject | null, boolean])[] = [
    ['a new virtual node', null, node(), true],
    ['a virtual node that is gone', node(), null, true],
    ['the same', node(), node(), false],
    ['its selector', node(), node({ podSelector: {} }), true],
    [
      'its service',
      node(),
      node({ serviceDiscovery: { awsCloudMap: { namespaceName: 'x', serviceName: 'front' } } }),
      true,
    ],
    [
      'its attributes',
      node(),
      node({ serviceDiscovery: { awsCloudMap: { ...spec.serviceDiscovery.awsCloudMap, attributes: [] } } }),
      true,
    ],
    ['its discovery', node(), node({ serviceDiscovery: { dns: { hostname: 'x' } } }), true],
    ['its name in AWS', node(), node({ awsName: 'x' }), true],
    ['its mesh', node(), node({ meshRef: { name: 'x' } }), true],
    ['its mesh, gone', node({ meshRef: { name: 'x' } }), node(), true],
    ['the same mesh', node({ meshRef: { name: 'x' } }), node({ meshRef: { name: 'x' } }), false],
    ['its first port', node(), node({ listeners: [{ portMapping: { port: 1 } }] }), true],
    [
      'a listener more',
      node(),
      node({ listeners: [...spec.listeners, { portMapping: { port: 1 } }] }),
      false,
    ],
    [
      "its first listener's other settings",
      node(),
      node({ listeners: [{ ...spec.listeners[0], timeout: {} }] }),
      false,
    ],
    ['listeners that are none', node({ listeners: null }), node({ listeners: [] }), false],
    ['backends', node(), node({ backends: [{}] }), false],
    ["a mesh's selector", mesh(), mesh({ namespaceSelector: { matchLabels: { a: 'b' } } }), true],
    ["a mesh's name in AWS", mesh(), mesh({ awsName: 'x' }), true],
    ["a mesh's addresses", mesh(), mesh({ meshServiceDiscovery: { ipPreference: 'IPv6_ONLY' } }), true],
    ["a mesh's filter", mesh(), mesh({ egressFilter: { type: 'ALLOW_ALL' } }), false],
    ["a namespace's labels", namespace({ a: 'b' }), namespace({ a: 'c' }), true],
    ["a namespace's first label", namespace(), namespace({ a: 'b' }), true],
    [
      "the order of a namespace's labels",
      namespace({ a: 'b', c: 'd' }),
      namespace({ c: 'd', a: 'b' }),
      false,
    ],
    ['a virtual service', null, anObject('VirtualService', { provider: {} }), false],
    [
      'a route',
      anObject('VirtualRouter', { routes: [] }),
      anObject('VirtualRouter', { routes: [{}] }),
      false,
    ],
  ];
  it.each(cases)('%s: %#', (_what, before, after, expected) => {
    expect(changesRegistrations(before, after)).toBe(expected);
  });

  it.each(cases)(
    'the part of the former state that is kept decides as well whether registrations can change: %s',
    (_what, before, after, expected) => {
      const kept = before && registrationPart(before);
      expect(changesRegistrations(kept, after)).toBe(expected);
      if (before?.kind === 'VirtualNode' && kept)
        expect(isSelected(aPod(), [virtualNodeOf(kept)])).toBe(isSelected(aPod(), [virtualNodeOf(before)]));
    },
  );

  it('the decision needs nothing else of the former state', () => {
    const metadata = { namespace: 'shop', name: 'front', uid: 'u', resourceVersion: '7', labels: { a: 'b' } };
    const changes = { backends: [{}], logging: {}, listeners: [{ ...spec.listeners[0], tls: {} }, {}] };
    expect(registrationPart(anObject('VirtualNode', { ...spec, ...changes }, metadata))).toEqual({
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'VirtualNode',
      metadata: {
        ...{ namespace: 'shop', name: 'front', uid: 'u', resourceVersion: '7' },
        creationTimestamp: '2026-11-21T09:00:00Z',
      },
      spec: { ...spec, listeners: [{ portMapping: { port: 8080 } }] },
    });
    expect(registrationPart(anObject('VirtualRouter', { routes: [{}] }))).toBeNull();
  });
});

describe('whether a pod is concerned', () => {
  const front = virtualNodeOf(node());
  const back = virtualNodeOf(node({ podSelector: { matchLabels: { app: 'back' } } }));
  it.each([
    ['selected by one of them', aPod(), [back, front], true],
    ['selected by none', aPod(), [back], false],
    ['of another namespace', aPod({ namespace: 'blue' }), [front], false],
    ['without virtual nodes', aPod(), [], false],
  ])('%s', (_what, pod, nodes, expected) => {
    expect(isSelected(pod, nodes)).toBe(expected);
  });
});
