import { describe, expect, it } from 'vitest';
import { resourceKey } from '../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import { resourceOf } from '../../../shared/mesh/targets/app-mesh/plan/resource-of.ts';
import type { Manifest } from '../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRouter,
  aService,
} from '../harness/manifests.ts';
import { directoryOf } from './entries.ts';

/** What the last of the manifests is on AWS: its key, or why it is nothing. */
function found(...manifests: readonly Manifest[]): string {
  const directory = directoryOf(...manifests);
  const last = directory.entries.at(-1);
  if (last === undefined) throw new Error('give an object');
  const resource = resourceOf(directory, last);
  return 'reason' in resource ? resource.reason : resourceKey(resource);
}

const labels = (gateway: string) => ({ namespaceSelector: { matchLabels: { gateway } } });
const inNamespace = aNamespace('apps', { mesh: 'shop', gateway: 'entry' });
const route = aGatewayRoute('front', 'front');
const labelled: Manifest = { ...route, metadata: { ...route.metadata, labels: { tier: 'public' } } };
const tier = (value: string) => ({ gatewayRouteSelector: { matchLabels: { tier: value } } });
const all = { namespaceSelector: {} };

describe('what an object is on AWS', () => {
  it.each<readonly [what: string, manifests: readonly Manifest[], expected: string]>([
    ['a mesh by its name', [aMesh()], 'mesh/shop'],
    ['a mesh by its awsName', [aMesh({ awsName: 'm' })], 'mesh/m'],
    ['an empty awsName is none', [aMesh({ awsName: '' })], 'mesh/shop'],
    ['a node', [aNamespace(), aMesh(), aNode('a')], 'virtualNode/shop/a_apps'],
    ['a node of its awsName', [aNamespace(), aMesh(), aNode('a', { awsName: 'x' })], 'virtualNode/shop/x'],
    ['a router', [aNamespace(), aMesh(), aRouter('a')], 'virtualRouter/shop/a_apps'],
    ['a service', [aNamespace(), aMesh(), aService('a')], 'virtualService/shop/a.apps'],
    ['a gateway', [aNamespace(), aMesh(), aGateway('a')], 'virtualGateway/shop/a_apps'],
    [
      'in a mesh of another name on AWS',
      [aNamespace(), aMesh({ awsName: 'm' }), aNode('a')],
      'virtualNode/m/a_apps',
    ],
    [
      'a gateway route',
      [inNamespace, aMesh(), aGateway('entry', labels('entry')), route],
      'gatewayRoute/shop/entry_apps/front_apps',
    ],
    [
      'a gateway route in a gateway of another name on AWS',
      [inNamespace, aMesh(), aGateway('entry', { ...labels('entry'), awsName: 'door' }), route],
      'gatewayRoute/shop/door/front_apps',
    ],
  ])('%s', (_, manifests, expected) => {
    expect(found(...manifests)).toBe(expected);
  });
});

describe('membership of a mesh', () => {
  const named = (name: string) => ({ meshRef: { name, uid: 'x' } });
  it.each<readonly [what: string, manifests: readonly Manifest[], expected: string]>([
    [
      'without a namespace known',
      [
        aMesh({ namespaceSelector: { matchExpressions: [{ key: 'mesh', operator: 'DoesNotExist' }] } }),
        aNode('a'),
      ],
      'namespace "apps" has not been observed yet',
    ],
    [
      'by the absence of a label, of a namespace known',
      [
        aNamespace('apps', {}),
        aMesh({ namespaceSelector: { matchExpressions: [{ key: 'mesh', operator: 'DoesNotExist' }] } }),
        aNode('a'),
      ],
      'virtualNode/shop/a_apps',
    ],
    [
      'no labels',
      [aNamespace('apps', {}), aMesh(), aNode('a')],
      'no Mesh selects namespace apps by its namespaceSelector',
    ],
    [
      'a mesh without a selector takes none',
      [aNamespace(), aMesh({ namespaceSelector: null }), aNode('a')],
      'no Mesh selects namespace apps by its namespaceSelector',
    ],
    [
      'a mesh with an empty selector takes all',
      [aNamespace('apps', {}), aMesh(all), aNode('a')],
      'virtualNode/shop/a_apps',
    ],
    [
      'two meshes',
      [aNamespace(), aMesh(), aMesh({}, 'rival'), aNode('a')],
      '2 Meshes select namespace apps: rival, shop; exactly one may',
    ],
    [
      'a mesh by reference',
      [aNamespace(), aMesh(), aMesh({}, 'rival'), aNode('a', named('rival'))],
      'virtualNode/rival/a_apps',
    ],
    [
      'a reference to a mesh that does not select its namespace',
      [
        aNamespace(),
        aMesh(),
        aMesh({ namespaceSelector: { matchLabels: { mesh: 'far' } } }, 'far'),
        aNode('a', named('far')),
      ],
      'Mesh far, which spec.meshRef names, does not select namespace apps by its namespaceSelector',
    ],
    [
      'a reference to none',
      [aNamespace(), aMesh(), aNode('a', named('none'))],
      'no Mesh is called none, which spec.meshRef names',
    ],
    ['a mesh at fault', [aNamespace(), aMesh({ colour: 'x' }), aNode('a')], 'virtualNode/shop/a_apps'],
    [
      'a mesh at fault, by reference',
      [aNamespace(), aMesh({ colour: 'x' }), aNode('a', named('shop'))],
      'virtualNode/shop/a_apps',
    ],
    [
      'a mesh whose name in App Mesh is at fault',
      [aNamespace(), aMesh({ awsName: '..' }), aNode('a')],
      'no Mesh selects namespace apps by its namespaceSelector',
    ],
    [
      'a mesh whose selector is at fault',
      [aNamespace(), aMesh({ namespaceSelector: { matchLabel: {} } }), aNode('a')],
      'no Mesh selects namespace apps by its namespaceSelector',
    ],
    [
      'a mesh at fault beside one that selects it, too',
      [aNamespace(), aMesh({ colour: 'x' }, 'rival'), aMesh(), aNode('a')],
      '2 Meshes select namespace apps: rival, shop; exactly one may',
    ],
  ])('%s', (_, manifests, expected) => {
    expect(found(...manifests)).toBe(expected);
  });
});

describe('the gateway of a gateway route', () => {
  const ground = [inNamespace, aMesh()];
  const reference = (name: string, namespace?: string) => ({
    virtualGatewayRef: { name, ...(namespace && { namespace }), uid: 'x' },
  });
  const none =
    'no VirtualGateway of mesh "shop" selects this object: expected one whose namespaceSelector selects namespace apps and whose gatewayRouteSelector, if any, selects its labels';
  const expectation =
    'expected one of mesh "shop" whose namespaceSelector selects namespace apps and whose gatewayRouteSelector, if any, selects its labels';
  it.each<readonly [what: string, manifests: readonly Manifest[], expected: string]>([
    ['none', [...ground, route], none],
    ['of another namespace label', [...ground, aGateway('entry', labels('other')), route], none],
    [
      'one without a namespace selector takes none',
      [...ground, aGateway('entry', { namespaceSelector: null }), route],
      none,
    ],
    [
      'one that asks for labels the route lacks',
      [...ground, aGateway('entry', { ...all, ...tier('public') }), route],
      none,
    ],
    [
      'one that asks for other labels',
      [...ground, aGateway('entry', { ...all, ...tier('internal') }), labelled],
      none,
    ],
    [
      'one that asks for its labels, of two',
      [
        ...ground,
        aGateway('entry', { ...all, ...tier('public') }),
        aGateway('back', { ...all, ...tier('internal') }),
        labelled,
      ],
      'gatewayRoute/shop/entry_apps/front_apps',
    ],
    [
      'two',
      [...ground, aGateway('one', all), aGateway('two', all), route],
      '2 VirtualGateways select this object: apps/one, apps/two; expected exactly one',
    ],
    [
      'one of two by reference',
      [
        ...ground,
        aGateway('one', all),
        aGateway('two', all),
        { ...route, spec: { ...route.spec, ...reference('two') } },
      ],
      'gatewayRoute/shop/two_apps/front_apps',
    ],
    [
      'one by reference that does not select its namespace',
      [
        ...ground,
        aGateway('one', all),
        aGateway('two', labels('other')),
        { ...route, spec: { ...route.spec, ...reference('two') } },
      ],
      `spec.virtualGatewayRef: VirtualGateway "apps/two" does not select this object: ${expectation}`,
    ],
    [
      'one by reference that asks for labels the route lacks',
      [
        ...ground,
        aGateway('two', { ...all, ...tier('public') }),
        { ...route, spec: { ...route.spec, ...reference('two') } },
      ],
      `spec.virtualGatewayRef: VirtualGateway "apps/two" does not select this object: ${expectation}`,
    ],
    [
      'a reference to none',
      [...ground, aGateway('one', all), { ...route, spec: { ...route.spec, ...reference('two', 'edge') } }],
      'spec.virtualGatewayRef: VirtualGateway "edge/two" not found',
    ],
    [
      'one at fault',
      [...ground, aGateway('one', { ...all, colour: 'x' }), route],
      'gatewayRoute/shop/one_apps/front_apps',
    ],
    [
      'one whose selector of routes is at fault',
      [...ground, aGateway('one', { ...all, gatewayRouteSelector: { matchLabel: {} } }), route],
      none,
    ],
    [
      'one of another mesh',
      [
        ...ground,
        aMesh({ namespaceSelector: { matchLabels: { mesh: 'far' } } }, 'far'),
        aNamespace('edge', { mesh: 'far' }),
        { ...aGateway('one', all), metadata: { name: 'one', namespace: 'edge' } },
        route,
      ],
      none,
    ],
  ])('%s', (_, manifests, expected) => {
    expect(found(...manifests)).toBe(expected);
  });
});
