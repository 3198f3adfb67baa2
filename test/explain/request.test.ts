import { describe, expect, it } from 'vitest';
import { RetryableError } from '../../shared/model/errors.ts';
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
} from '../mesh/harness/manifests.ts';
import { ObjectHarness } from './harness/object-harness.ts';

const byColor = { prefix: '/', headers: [{ name: 'x-color', match: { exact: 'red' } }] };
const shop = [
  ...[aNamespace(), aMesh(), aNode('blue'), aNode('red'), aNode('front', backends('cart'))],
  aService('cart', 'router/cart'),
];
const cart = aRouter('cart', [
  aRoute('by-color', { red: 1 }, { match: byColor }),
  aRoute('all', { blue: 3, red: 1 }),
]);
const fromFront = { from: 'VirtualNode apps/front', host: 'cart.apps', port: 8080 };

describe('where a request goes', () => {
  it('explain names the virtual service, the route, the targets with their share, and why another route does not match', async () => {
    const on = await ObjectHarness.of(...shop, cart);
    const { answer, text, cause } = await on.requested({ ...fromFront, path: '/items?x=1' });
    expect(answer.evaluation).toMatchObject({ outcome: 'Routed', service: { name: 'cart' } });
    expect(cause).toMatchObject({ kind: 'Routed', advice: 'Nothing' });
    expect(`${text}\n`).toBe(`\
GET /items?x=1 to cart.apps:8080 from VirtualNode apps/front of cluster local

Virtual service
  VirtualService apps/cart, named cart.apps, provider VirtualRouter apps/cart

Routes, in their order
  ✗ by-color: the header "x-color" is absent; expected exact "red"
  ✓ all

Targets
  ✓ VirtualNode apps/blue port 8080: 75 % (weight 3)
  ✓ VirtualNode apps/red port 8080: 25 % (weight 1)

On the way
  timeout of route "all" of VirtualRouter apps/cart: 15 s (default)
  timeout of listener 8080 of VirtualNode apps/blue: 15 s (default)
  timeout of listener 8080 of VirtualNode apps/red: 15 s (default)
  2 retries on reset, connect-failure, refused-stream, unavailable, 503 (default)

Why: route "all" of VirtualRouter apps/cart takes GET /items
To do: Nothing
`);
  });

  it('explain names the gateway route and the rewrites of a request that arrives at a gateway', async () => {
    const on = await ObjectHarness.of(...shop, cart, aGateway('in'), aGatewayRoute('cart', 'cart'));
    const headers = { 'X-Color': 'red' };
    const { text } = await on.requested({
      ...{ from: 'VirtualGateway apps/in', host: 'shop.example:8088', path: '/cart/items', headers },
    });
    expect(text).toContain(`\
GET /cart/items to shop.example:8088 at VirtualGateway apps/in of cluster local
  x-color: red

Gateway routes, in their order
  ✓ GatewayRoute apps/cart
`);
    expect(text).toContain('✓ by-color\n  - all: matches, too; by-color is tried before it');
    expect(text).toContain('arrives with path /items and host cart.apps');
  });

  it('explain says why nothing answers, and what to do', async () => {
    const on = await ObjectHarness.of(...shop, cart, aService('pay', 'router/cart'));
    const { text, cause } = await on.requested({ ...fromFront, host: 'pay.apps' });
    expect(cause.kind).toBe('NoVirtualHost');
    expect(text).toContain('VirtualService apps/pay is not a backend of VirtualNode apps/front');
    expect(text).toContain('To do: List the virtual service in spec.backends of the sender');
  });

  it('explain names a target that cannot take requests', async () => {
    const on = await ObjectHarness.of(...shop, aRouter('cart', [aRoute('all', { green: 1 })]));
    const { text, cause } = await on.requested(fromFront);
    expect(cause).toMatchObject({ kind: 'TargetNotUsable', reason: expect.stringContaining('missing') });
    expect(text).toContain('✗ VirtualNode apps/green: 100 % (weight 1); is missing or invalid');
    expect(text).toContain(
      'Not applied in App Mesh\n  ✗ VirtualRouter apps/cart: spec.routes[0].httpRoute.action.weightedTargets[0].virtualNodeRef: VirtualNode "apps/green" not found',
    );
  });

  it('explain names what each mesh target cannot do of it', async () => {
    const on = new ObjectHarness({ config: { appMesh: undefined, mesh: 'istio' } });
    const listeners = [{ portMapping: { port: 8080, protocol: 'http' } }];
    const tls = { mode: 'STRICT', certificate: { sds: { secretName: 'x' } } };
    on.apply(...shop, cart, aNode('blue', { listeners: [{ ...listeners[0], tls }] }));
    await on.settle();
    const { answer, text, cause } = await on.requested(fromFront);
    expect(answer.targets).toMatchObject([{ name: 'istio', problems: [expect.stringContaining('tls')] }]);
    expect(text).toContain('Not applied in Istio\n  ✗ VirtualNode apps/blue: spec.listeners[0].tls');
    expect(cause.advice).toContain('Correct what Istio cannot apply');
  });

  it('explain names what a mesh target does in another way, of the objects on the way alone', async () => {
    const on = new ObjectHarness({ config: { appMesh: undefined, mesh: 'istio' } });
    const healthCheck = { healthyThreshold: 2, intervalMillis: 5000, protocol: 'tcp', timeoutMillis: 2000 };
    const http = { portMapping: { port: 8080, protocol: 'http' } };
    const tls = { mode: 'STRICT', certificate: { sds: { secretName: 'x' } } };
    const different = { listeners: [{ ...http, healthCheck: { ...healthCheck, unhealthyThreshold: 2 } }] };
    on.apply(...shop, cart, aNode('blue', different), aNode('other', different));
    on.apply(aNode('red', { listeners: [{ ...http, tls }] }));
    await on.settle();
    const { answer, text } = await on.requested(fromFront);
    const [{ differences = [] } = {}] = answer.targets;
    expect(differences).toEqual([
      expect.stringMatching(/^VirtualNode apps\/blue: spec\.listeners\[0\]\.healthCheck/),
    ]);
    expect(text).toContain('Differences in Istio');
  });

  it('a failed read is reported', async () => {
    const on = await ObjectHarness.of(...shop, cart);
    on.broken.set('objects', new RetryableError('the table does not answer'));
    const { answer, text, cause } = await on.requested(fromFront);
    expect(cause.kind).toBe('ReadFailed');
    expect(answer.evaluation).toBeUndefined();
    expect(text).toContain('- the mesh objects of the cluster: the table does not answer');
  });
});
