import { describe, expect, it } from 'vitest';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRouter,
  aService,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { namesOf, rulesOf, translated } from '../harness.ts';
import { limitsIn } from './findings.ts';

const [istio, lattice, standard] = ['istio', 'amazon-vpc-lattice', 'nginx'];
const cluster = [aNamespace(), aMesh(), aNode('blue')];
const service = aService('blue', 'node/blue', { awsName: 'blue.apps.svc' });
const way = [aGateway('entry'), aGatewayRoute('way', 'blue')];

describe('what the objects of a mesh become', () => {
  it.each([
    [
      istio,
      [
        'Gateway apps/entry',
        'HTTPRoute apps/gateway-route-way-8088',
        'HTTPRoute apps/virtual-service-blue-8080',
      ],
    ],
    [standard, ['Gateway apps/entry', 'HTTPRoute apps/gateway-route-way-8088']],
    [lattice, ['Gateway apps/shop', 'HTTPRoute apps/blue', 'TargetGroupPolicy apps/blue']],
  ])('for class %s: %j', (gatewayClass, names) => {
    expect(namesOf(translated([...cluster, service, ...way, aRouter('unused')], gatewayClass))).toEqual(
      names,
    );
  });

  it.each([
    [istio, 'VirtualGateway', []],
    [lattice, 'VirtualGateway', ['refused spec.listeners: noIngress']],
    [lattice, 'GatewayRoute', ['refused spec.httpRoute: noIngress']],
    [standard, 'VirtualService', ['refused spec.provider: noMesh']],
    [istio, 'VirtualService', []],
  ])('class %s cannot carry of a %s: %j', (gatewayClass, kind, expected) => {
    const name = { VirtualGateway: 'entry', GatewayRoute: 'way', VirtualService: 'blue' }[kind];
    const { differences } = translated([...cluster, service, ...way], gatewayClass);
    const found = limitsIn(differences[`${kind} apps/${name}`] ?? []);
    expect(found.filter((each) => each.startsWith('refused'))).toEqual(expected);
  });
});

describe('a mesh that stops requests to other destinations', () => {
  it.each([
    [istio, {}, ['differs spec.egressFilter: egress']],
    [standard, {}, ['differs spec.egressFilter: egress']],
    [lattice, {}, ['differs spec.egressFilter: latticeEgress']],
    [lattice, { egressFilter: { type: 'DROP_ALL' } }, ['differs spec.egressFilter.type: latticeEgress']],
    [istio, { egressFilter: { type: 'ALLOW_ALL' } }, []],
  ])('of class %s with %j differs: %j', (gatewayClass, spec, expected) => {
    const { differences } = translated([aNamespace(), aMesh(spec)], gatewayClass);
    expect(limitsIn(differences['Mesh shop'] ?? [])).toEqual(expected);
  });

  it('is a question of meshes alone', () => {
    const { differences } = translated([...cluster, service], istio);
    expect(differences['VirtualService apps/blue']).toEqual([]);
    expect(differences['VirtualNode apps/blue']).toEqual([]);
  });
});

describe('a virtual service whose provider does not exist', () => {
  it.each([istio, lattice])('gets no object of class %s, and says what is missing', (gatewayClass) => {
    const missing = aService('cart', 'node/none', { awsName: 'cart.apps.svc' });
    const result = translated([...cluster, missing], gatewayClass);
    expect(result.problems['VirtualService apps/cart']).toEqual([
      expect.stringContaining('VirtualNode "apps/none"'),
    ]);
    expect(namesOf(result).filter((name) => name.includes('Route'))).toEqual([]);
  });
});

describe('which objects a mesh object wants', () => {
  const missing = aService('blue', 'node/none', { awsName: 'blue.apps.svc' });
  const foreign = aService('blue', 'node/blue', { awsName: 'blue.example.com' });
  it.each([
    ['a virtual service with a route', service, false],
    ['one that needs what does not exist', missing, true],
    ['one that is refused', foreign, true],
    ['one without a provider', aService('blue', undefined, { awsName: 'blue.apps.svc' }), false],
    ['a virtual node with a Service of its users', aNode('blue'), false],
  ])('of %s is not known: %s', (_, manifest, expected) => {
    const directory = directoryOf(aNamespace(), aMesh(), aNode('blue'), manifest);
    const entry = directory.entries.findLast(({ id }) => id.name === 'blue' && id.kind === manifest.kind);
    if (entry?.content === undefined) throw new Error('expected a valid object');
    const place = directory.placeOf(entry);
    if ('reason' in place) throw new Error(place.reason);
    expect(rulesOf(istio).isUndecided?.(entry as never, place, directory)).toBe(expected);
  });
});
