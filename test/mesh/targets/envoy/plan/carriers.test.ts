import { describe, expect, it } from 'vitest';
import { carriersIn, generationsIn } from '../../../../../shared/mesh/targets/envoy/plan/carriers.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

const toCart = { virtualService: { virtualServiceRef: { name: 'cart', namespace: 'apps' } } };
const elsewhere = {
  ...aNode('far', { backends: [toCart] }),
  metadata: { name: 'far', namespace: 'out' },
};
/** Another one each time: what is found in a directory is remembered. */
const made = () =>
  directoryOf(
    ...[aNamespace(), aMesh(), aNamespace('out', { mesh: 'none' }), elsewhere],
    ...[
      aNode('front', backends('cart', 'stock')),
      aNode('green', { ...backends('cart'), listeners: 'none' }),
    ],
    ...[aService('cart', 'router/cart'), aRouter('cart', [aRoute('a', { blue: 1 })])],
    ...[aService('stock', 'node/blue'), aNode('blue'), aService('unused', 'node/blue')],
    ...[aGateway('entry'), aGatewayRoute('cart', 'cart')],
    aGatewayRoute('wrong', 'cart', { httpRoute: {} }),
  );
const generationsOf = (kind: string, name: string) => {
  const directory = made();
  const found = directory.entries.find(({ id }) => id.kind === kind && id.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return generationsIn(found, directory);
};

describe('the objects that the proxies of an object are made of', () => {
  it('are virtual services with their routers, and the routes of a gateway, each with its generation', () => {
    expect(generationsOf('VirtualNode', 'front')).toEqual({
      'VirtualService apps/cart': 1,
      'VirtualRouter apps/cart': 1,
      'VirtualService apps/stock': 1,
    });
    expect(generationsOf('VirtualGateway', 'entry')).toEqual({
      'GatewayRoute apps/cart': 1,
      'GatewayRoute apps/wrong': 1,
      'VirtualService apps/cart': 1,
      'VirtualRouter apps/cart': 1,
    });
  });

  it('are none of an object without proxies, of an invalid one or of one in no mesh', () => {
    for (const [kind, name] of [
      ['VirtualNode', 'blue'],
      ['VirtualNode', 'green'],
      ['VirtualNode', 'far'],
      ['VirtualService', 'cart'],
    ] as const)
      expect(generationsOf(kind, name)).toEqual({});
  });
});

describe('the ConfigMaps that an object is in', () => {
  it('are those of the nodes that call it and of the gateways that lead to it', () => {
    const [front, entry] = ['ConfigMap/apps/front.virtual-node', 'ConfigMap/apps/entry.virtual-gateway'];
    expect(Object.fromEntries(carriersIn(made()))).toEqual({
      'VirtualService apps/cart': [front, entry],
      'VirtualRouter apps/cart': [front, entry],
      'VirtualService apps/stock': [front],
      'GatewayRoute apps/cart': [entry],
      'GatewayRoute apps/wrong': [entry],
    });
  });
});
