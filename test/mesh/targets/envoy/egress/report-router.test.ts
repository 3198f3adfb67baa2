import { describe, expect, it } from 'vitest';
import {
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  listenersOn,
  routeOn,
} from '../../../harness/manifests.ts';
import { stated } from './harness.ts';

const base = [aNamespace(), aMesh(), aNode('blue')];
const spec = listenersOn('http/8080', 'grpc/9000', 'tcp/9100');
const statedOf = (...routes: readonly object[]) =>
  stated('VirtualRouter', 'router', [
    ...base,
    aRouter('router', routes as Parameters<typeof aRouter>[1], spec),
  ]);
const matching = (match: object) => statedOf(aRoute('a', { blue: 1 }, { match: { prefix: '/', ...match } }));

describe('what is stated of the listeners of a router', () => {
  const of = (...listeners: Parameters<typeof listenersOn>) =>
    stated('VirtualRouter', 'router', [...base, aRouter('router', [], listenersOn(...listeners))]);

  it('two of one port', () => {
    expect(of('http/8080', 'grpc/8081', 'tcp/8080')).toEqual([
      'refused spec.listeners[2].portMapping.port: is also the port of an earlier listener; one listener for each port',
    ]);
  });

  it('that of Envoy itself', () => {
    expect(of('http/8080', 'http/15001')).toEqual([
      'refused spec.listeners[1].portMapping.port: Envoy itself uses this port; another port',
    ]);
  });

  it('nothing of others, or of none', () => {
    expect(of('http/15000', 'http/9901', 'tcp/1')).toEqual([]);
    expect(
      stated('VirtualRouter', 'router', [...base, aRouter('router', [], { listeners: undefined })]),
    ).toEqual([]);
  });
});

describe('what is stated of the routes of a router', () => {
  it('a protocol or a port without a listener', () => {
    expect(statedOf(routeOn('a', 'http2'), routeOn('b', 'http/9000'), routeOn('c', 'http/8080'))).toEqual([
      'refused spec.routes[0].http2Route: the router has no listener of protocol http2; such a listener',
      'refused spec.routes[1].httpRoute.match.port: the router has no listener of protocol http on port 9000; the port of such a listener',
    ]);
  });

  it('a regular expression that RE2 refuses', () => {
    const instead = 'an expression in the syntax of RE2';
    expect(statedOf(aRoute('a', { blue: 1 }, { match: { path: { regex: '(' } } }))).toEqual([
      `refused spec.routes[0].httpRoute.match.path.regex: RE2, which Envoy uses, refuses it: missing ); ${instead}`,
    ]);
    expect(matching({ headers: [{ name: 'x' }, { name: 'y', match: { regex: '*' } }] })).toEqual([
      `refused spec.routes[0].httpRoute.match.headers[1].match.regex: RE2, which Envoy uses, refuses it: missing argument of a repetition; ${instead}`,
    ]);
  });

  it('the name of a header, or of metadata of gRPC', () => {
    expect(matching({ headers: [{ name: 'a b' }] })).toEqual([
      'refused spec.routes[0].httpRoute.match.headers[0].name: "a b" is not the name of a header; the name of a header',
    ]);
    const action = { weightedTargets: [{ virtualNodeRef: { name: 'blue' }, weight: 1 }] };
    const match = { serviceName: 'shop.Cart', metadata: [{ name: ':path' }, { name: ':other' }] };
    expect(statedOf({ name: 'a', grpcRoute: { match, action } })).toEqual([
      'refused spec.routes[0].grpcRoute.match.metadata[1].name: ":other" is not the name of a header; the name of a header',
    ]);
  });

  it('the length of the name of a query parameter', () => {
    const named = (name: string) => matching({ queryParameters: [{ name }] });
    const instead = 'the name of a query parameter, of 1 to 1024 bytes';
    const at = 'refused spec.routes[0].httpRoute.match.queryParameters[0].name';
    expect(named('a')).toEqual([]);
    expect(named('a'.repeat(1024))).toEqual([]);
    expect(named('')).toEqual([`${at}: has 0 bytes; ${instead}`]);
    expect(named('a'.repeat(1025))).toEqual([`${at}: has 1025 bytes; ${instead}`]);
  });

  it('the bytes that they take in each proxy', () => {
    const of = (bytes: number) =>
      statedOf(aRoute('a', { blue: 1 }, { match: { prefix: `/${'x'.repeat(bytes)}` } }));
    const taken = (bytes: number) =>
      `refused spec.routes: they take ${bytes} bytes in the proxy of each caller; expected at most 100000; fewer routes, or several routers with a virtual service each`;
    const [first] = of(100_000);
    const besides = Number(first?.match(/take (\d+) bytes/)?.[1]) - 100_000;
    expect(besides).toBeGreaterThan(0);
    expect(of(100_000)).toEqual([taken(100_000 + besides)]);
    expect(of(100_001 - besides)).toEqual([taken(100_001)]);
    expect(of(100_000 - besides)).toEqual([]);
  });

  it('the programs of their regular expressions together', () => {
    // Four repetitions of 1002 instructions, 86 characters, and the two of the sequence and the choice: 4096.
    const regex = `${'a{1000}'.repeat(4)}${'a'.repeat(86)}`;
    const paths = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        aRoute(`r${index}`, { blue: 1 }, { match: { path: { regex } } }),
      );
    const isSize = (text: string) => text.includes('instructions');
    expect(statedOf(...paths(16)).filter(isSize)).toEqual([]);
    const one = aRoute('h', { blue: 1 }, { match: { prefix: '/', headers: [{ name: 'y' }] } });
    expect(statedOf(...paths(16), one).filter(isSize)).toEqual([]);
    const more = aRoute(
      'h',
      { blue: 1 },
      { match: { prefix: '/', headers: [{ name: 'x', match: { regex: 'a' } }] } },
    );
    expect(statedOf(...paths(16), more).filter(isSize)).toEqual([
      'refused spec.routes: their regular expressions have programs of 65539 instructions; expected at most 65536; fewer or simpler regular expressions',
    ]);
  });
});

describe('what is stated of the targets of a route', () => {
  const target = (...targets: readonly object[]) =>
    targets.map((each) => ({ weight: 1, ...each })) as readonly object[];
  const of = (protocol: string, weightedTargets: readonly object[]) => {
    const match = protocol === 'http' ? { prefix: '/' } : {};
    const routes = [{ name: 'a', [`${protocol}Route`]: { match, action: { weightedTargets } } }];
    const two = aNode('two', listenersOn('http/8080', 'http/9090'));
    const none = aNode('none', { listeners: undefined });
    return stated('VirtualRouter', 'router', [...base, two, none, aRouter('router', routes, spec)]);
  };
  const at = 'spec.routes[0].httpRoute.action.weightedTargets';

  it('an ARN', () => {
    const virtualNodeARN = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/a';
    expect(of('http', target({ virtualNodeARN }))).toEqual([
      `refused ${at}[0].virtualNodeARN: names a resource of App Mesh; a reference to the object`,
    ]);
  });

  it('a weight of 0 for TCP only', () => {
    const zero = target(
      { virtualNodeRef: { name: 'blue' } },
      { virtualNodeRef: { name: 'blue' }, weight: 0 },
    );
    expect(of('http', zero)).toEqual([]);
    expect(of('tcp', zero)).toEqual([
      'refused spec.routes[0].tcpRoute.action.weightedTargets[1].weight: Envoy has no weight 0 for TCP; no target in place of one of weight 0',
    ]);
  });

  it('a port that its node has not, or none of several', () => {
    const on = (name: string, port?: number) =>
      of('http', target({ virtualNodeRef: { name }, ...(port && { port }) }));
    expect(on('two', 9090)).toEqual([]);
    expect(on('blue')).toEqual([]);
    expect(on('two', 1)).toEqual([
      `refused ${at}[0].port: VirtualNode "apps/two" has no listener on port 1; one of 8080, 9090`,
    ]);
    expect(on('two')).toEqual([
      `refused ${at}[0].port: VirtualNode "apps/two" has several listeners; one of 8080, 9090`,
    ]);
    expect(on('none', 1)).toEqual([
      `refused ${at}[0]: VirtualNode "apps/none" has no listener; a virtual node with a listener and service discovery`,
    ]);
  });
});
