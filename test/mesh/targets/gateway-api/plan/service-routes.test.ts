import { describe, expect, it } from 'vitest';
import {
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  listenersOn,
  type Protocol,
  routeOn,
} from '../../../harness/manifests.ts';
import { namesOf, objectIn, translated } from '../harness.ts';
import { limitsIn } from './findings.ts';

type Spec = Readonly<Record<string, unknown>>;

const color = aService('color', 'router/color', { awsName: 'color.apps.svc' });
/** What a class makes of a virtual service with these routes; `found`: with fields of the router. */
function served(routes: readonly Spec[], gatewayClass = 'istio', listeners = listenersOn('http/8080')) {
  const manifests = [aNamespace(), aMesh(), aNode('blue'), aNode('green'), color];
  const result = translated([...manifests, aRouter('color', routes, listeners)], gatewayClass);
  const found = limitsIn(result.differences['VirtualService apps/color'] ?? []);
  return {
    result,
    names: namesOf(result).filter((name) => name.includes('virtual-service')),
    found: found
      .filter((each) => each.includes('VirtualRouter'))
      .map((each) => each.replace('VirtualRouter apps/color ', '')),
  };
}
function timed(protocol: Protocol, more: Spec): Spec {
  const route = routeOn('only', protocol);
  return { ...route, [`${protocol}Route`]: { ...(route[`${protocol}Route`] as Spec), ...more } };
}

describe('the retries and timeouts of a route', () => {
  const perRequest = { unit: 's', value: 5 };
  const idle = { unit: 's', value: 5 };
  const retryPolicy = {
    maxRetries: 1,
    perRetryTimeout: { unit: 's', value: 1 },
    httpRetryEvents: ['server-error'],
  };
  const [istio, lattice] = ['istio', 'amazon-vpc-lattice'];

  it.each<readonly [gatewayClass: string, protocol: Protocol, more: Spec, found: readonly string[]]>([
    [istio, 'http', {}, []],
    [istio, 'http', { retryPolicy }, ['retryPolicy: retry']],
    [lattice, 'http', { retryPolicy }, ['retryPolicy: latticeRetry']],
    [istio, 'http', { timeout: { idle } }, ['timeout.idle: idle']],
    [lattice, 'http', { timeout: { idle } }, ['timeout.idle: latticeIdle']],
    [istio, 'http', { timeout: { perRequest } }, []],
    [lattice, 'http', { timeout: { perRequest } }, ['timeout.perRequest: latticeTimeout']],
    [istio, 'grpc', { timeout: { perRequest } }, ['timeout.perRequest: grpcTimeout']],
    [istio, 'grpc', {}, []],
    [
      istio,
      'http',
      { timeout: { idle, perRequest }, retryPolicy },
      ['retryPolicy: retry', 'timeout.idle: idle'],
    ],
  ])('of class %s for %s with %j: %j', (gatewayClass, protocol, more, expected) => {
    const { found } = served([timed(protocol, more)], gatewayClass, listenersOn(`${protocol}/8080`));
    const about = found.filter((each) => /retryPolicy|timeout/.test(each));
    expect(about).toEqual(expected.map((each) => `differs spec.routes[0].${protocol}Route.${each}`));
  });
});

describe('the routes that a listener serves', () => {
  const on = (name: string, node: string, port?: number) =>
    aRoute(name, { [node]: 1 }, { match: { prefix: `/${name}`, ...(port !== undefined && { port }) } });
  const backendsOf = (result: ReturnType<typeof served>['result'], port: number) =>
    objectIn(result, `HTTPRoute apps/virtual-service-color-${port}`).spec.rules.map(
      ({ backendRefs }: { backendRefs: readonly { name: string }[] }) => backendRefs[0]?.name,
    );

  it('are those of its protocol, at its port where they name one', () => {
    const listeners = listenersOn('http/80', 'http2/81', 'http/82');
    const routes = [on('a', 'blue', 80), on('b', 'green', 82), { ...routeOn('c', 'http2') }];
    const { result, names, found } = served(routes, 'istio', listeners);
    expect(names).toHaveLength(3);
    expect([80, 81, 82].map((port) => backendsOf(result, port))).toEqual([['blue'], ['blue'], ['green']]);
    expect(found).toEqual([]);
  });

  it('are written once for two listeners on one port', () => {
    const { names, result } = served([on('a', 'blue')], 'istio', listenersOn('http/80', 'http2/80'));
    expect(names).toEqual(['HTTPRoute apps/virtual-service-color-80']);
    expect(backendsOf(result, 80)).toEqual(['blue']);
  });

  it('include one of a protocol that no listener has, which is refused', () => {
    const { found } = served(
      [on('a', 'blue'), routeOn('b', 'grpc')],
      'istio',
      listenersOn('http/80', 'http2/81'),
    );
    expect(found).toContain('refused spec.routes[1].grpcRoute: protocol');
    expect(found.filter((each) => each.startsWith('refused'))).toHaveLength(1);
  });

  it('answer with an error where there are none, and let no TCP connection through', () => {
    const { found, result } = served([], 'istio', listenersOn('http/80'));
    expect(found).toEqual(['differs spec.routes: noProvider']);
    expect(objectIn(result, 'HTTPRoute apps/virtual-service-color-80').spec).toEqual({
      parentRefs: [{ group: '', kind: 'Service', name: 'color', port: 80 }],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
    });
    expect(served([], 'istio', listenersOn('tcp/80')).found).toEqual(['refused spec.routes: noRoutes']);
  });

  it('are at most 16 that do something else each', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        aRoute(
          `r${index}`,
          { [index % 2 ? 'blue' : 'green']: 1 },
          { match: { path: { exact: `/${index}` } } },
        ),
      );
    expect(served(many(16)).found).toEqual([]);
    const { found, names } = served(many(17));
    expect([found, names]).toEqual([['refused spec.routes: rules'], []]);
  });

  it('are the first alone for TCP', () => {
    const routes = [routeOn('a', 'tcp'), routeOn('b', 'tcp')];
    const { found, result } = served(routes, 'istio', listenersOn('tcp/80'));
    expect(found).toEqual([]);
    expect(objectIn(result, 'TCPRoute apps/virtual-service-color-80').spec).toEqual({
      parentRefs: [{ group: '', kind: 'Service', name: 'color', port: 80 }],
      rules: [{ backendRefs: [{ group: '', kind: 'Service', name: 'blue', port: 8080, weight: 1 }] }],
    });
  });

  it('cannot be those of another account', () => {
    const virtualNodeARN = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/blue';
    const action = { weightedTargets: [{ virtualNodeARN, weight: 1 }] };
    const { found } = served([{ name: 'a', httpRoute: { match: { prefix: '/' }, action } }]);
    expect(found).toEqual(['refused spec.routes[0].httpRoute.action.weightedTargets[0].virtualNodeARN: arn']);
  });
});

describe('the provider of a virtual service', () => {
  it.each([
    ['virtualNode', 'virtualNode'],
    ['virtualRouter', 'virtualRouter'],
  ])('cannot be a %s of another account', (kind, name) => {
    const arn = `arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/${name}/blue`;
    const provider = { [kind]: { [`${kind}ARN`]: arn } };
    const service = aService('color', undefined, { provider, awsName: 'color.apps.svc' });
    const { differences } = translated([aNamespace(), aMesh(), service]);
    expect(limitsIn(differences['VirtualService apps/color'] ?? [])).toEqual([
      `refused spec.provider.${kind}.${kind}ARN: arn`,
    ]);
  });

  it('may be none: then all requests are answered with an error', () => {
    const service = aService('color', undefined, { awsName: 'color.apps.svc' });
    const result = translated([aNamespace(), aMesh(), service]);
    expect(limitsIn(result.differences['VirtualService apps/color'] ?? [])).toEqual([
      'differs spec.provider: noProvider',
    ]);
    expect(objectIn(result, 'HTTPRoute apps/virtual-service-color').spec).toEqual({
      parentRefs: [{ group: '', kind: 'Service', name: 'color' }],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
    });
  });

  it.each([
    [10, '10s'],
    [20, '15s'],
  ])('that is a virtual node with a timeout of %i s has the time limit %s', (value, request) => {
    const timeout = { http: { perRequest: { unit: 's', value } } };
    const node = aNode('slow', { listeners: [{ portMapping: { port: 8080, protocol: 'http' }, timeout }] });
    const service = aService('color', 'node/slow', { awsName: 'color.apps.svc' });
    const spec = (gatewayClass: string, name: string) =>
      objectIn(translated([aNamespace(), aMesh(), node, service], gatewayClass), `HTTPRoute apps/${name}`)
        .spec;
    expect(spec('istio', 'virtual-service-color-8080').rules[0].timeouts).toEqual({ request });
    expect(spec('amazon-vpc-lattice', 'color').rules[0].timeouts).toBeUndefined();
  });
});
