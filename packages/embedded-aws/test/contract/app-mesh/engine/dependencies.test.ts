import { describe, expect, it } from 'vitest';
import { gatewayRouteSpec, nodeSpec, providedByNode, providedByRouter, routeSpec } from '../specs.ts';
import { Bench, gatewayRoute, node, route } from './setup.ts';

type Json = Record<string, unknown>;
const meshName = 'm';
const inUse = { code: 'ResourceInUseException', status: 409 };
const notFound = { code: 'NotFoundException', status: 404 };

/** One of everything: edge → color.example → r → blue. */
function withAll(): Bench {
  const bench = new Bench();
  bench.mesh();
  bench.node('blue');
  bench.router('r');
  bench.route('all', { blue: 1 });
  bench.service('color.example', providedByRouter('r') as Json);
  bench.gateway('g');
  bench.gatewayRoute('color', 'color.example');
  return bench;
}

/** Everything there, each after all that depends on it. */
const deletions: readonly (readonly [string, Json])[] = [
  ['DeleteGatewayRoute', { meshName, virtualGatewayName: 'g', gatewayRouteName: 'color' }],
  ['DeleteVirtualGateway', { meshName, virtualGatewayName: 'g' }],
  ['DeleteVirtualService', { meshName, virtualServiceName: 'color.example' }],
  ['DeleteRoute', { meshName, virtualRouterName: 'r', routeName: 'all' }],
  ['DeleteVirtualRouter', { meshName, virtualRouterName: 'r' }],
  ['DeleteVirtualNode', { meshName, virtualNodeName: 'blue' }],
  ['DeleteMesh', { meshName }],
];

it('everything can be deleted in this order, in no other, and not before what depended on it has released it', () => {
  const bench = withAll();
  for (const [index, [operation, input]] of deletions.entries()) {
    const later = deletions.slice(index + 1);
    const refused = later.filter(([other]) => other === 'DeleteMesh' || isNext(operation, other));
    for (const [other, otherInput] of refused)
      expect(bench.refusal(other, otherInput), `${other} before ${operation}`).toMatchObject(inUse);
    bench.call(operation, input);
    for (const [other, otherInput] of refused)
      expect(bench.refusal(other, otherInput), `${other} just after ${operation}`).toMatchObject(inUse);
    bench.clock.advance(200);
  }
  expect(bench.engine.snapshot()).toEqual([]);
});

/** Whether the second resource is one that the first depends on. */
function isNext(first: string, second: string): boolean {
  const dependencies: Readonly<Record<string, readonly string[]>> = {
    DeleteGatewayRoute: ['DeleteVirtualGateway', 'DeleteVirtualService'],
    DeleteVirtualService: ['DeleteVirtualRouter'],
    DeleteRoute: ['DeleteVirtualRouter', 'DeleteVirtualNode'],
  };
  return dependencies[first]?.includes(second) ?? false;
}

it('a resource that an update released counts as used for a moment', () => {
  const bench = withAll();
  bench.node('green');
  bench.call('UpdateRoute', route('all', routeSpec({ green: 1 })));
  const deletion = { meshName, virtualNodeName: 'blue' };
  expect(bench.refusal('DeleteVirtualNode', deletion)).toMatchObject(inUse);
  bench.clock.advance(199);
  expect(bench.refusal('DeleteVirtualNode', deletion)).toMatchObject(inUse);
  bench.clock.advance(1);
  bench.call('DeleteVirtualNode', deletion);
});

it('the time until a resource is released can be set, down to nothing', () => {
  const bench = new Bench({ releasedAfterMs: 0 });
  bench.mesh();
  bench.node('blue');
  bench.call('DeleteVirtualNode', { meshName, virtualNodeName: 'blue' });
  bench.call('DeleteMesh', { meshName });
});

it('a deleted name can be used again at once', () => {
  const bench = withAll();
  const names = { meshName, virtualRouterName: 'r', routeName: 'all' };
  const { uid } = (bench.call('DescribeRoute', names) as { metadata: Json }).metadata;
  bench.call('DeleteRoute', names);
  const { metadata } = bench.route('all', { blue: 2 }) as { metadata: Json };
  expect(metadata).toMatchObject({ version: 1 });
  expect(metadata.uid).not.toBe(uid);
});

it('a backend need not be there, and is not in use', () => {
  const bench = new Bench();
  bench.mesh();
  const backends = [{ virtualService: { virtualServiceName: 'green.example' } }];
  bench.node('blue', { spec: nodeSpec({ backends }) });
  bench.service('green.example', providedByNode('blue') as Json);
  bench.call('DeleteVirtualService', { meshName, virtualServiceName: 'green.example' });
});

it.each<readonly [string, Json, string]>([
  ['CreateVirtualNode', { ...node('x'), meshName: 'x' }, 'Mesh with name x is not present'],
  [
    'CreateRoute',
    { ...route('x', routeSpec({ blue: 1 })), virtualRouterName: 'x' },
    'VirtualRouter with name x',
  ],
  ['CreateRoute', route('x', routeSpec({ blue: 1, x: 0 })), 'VirtualNode with name x is missing'],
  ['UpdateRoute', route('x', routeSpec({ blue: 1 })), 'Route with name x is not present under mesh m'],
  [
    'CreateVirtualService',
    { meshName, virtualServiceName: 'x', spec: providedByNode('x') },
    'VirtualNode with name x is missing',
  ],
  [
    'UpdateVirtualService',
    { meshName, virtualServiceName: 'color.example', spec: providedByRouter('x') },
    'VirtualRouter with name x is missing',
  ],
  [
    'CreateGatewayRoute',
    { ...gatewayRoute('x', gatewayRouteSpec('color.example')), virtualGatewayName: 'x' },
    'VirtualGateway with name x is not present',
  ],
  ['CreateGatewayRoute', gatewayRoute('x', gatewayRouteSpec('x')), 'VirtualService with name x is missing'],
  [
    'DescribeVirtualGateway',
    { meshName, virtualGatewayName: 'x' },
    'VirtualGateway with name x is not present',
  ],
  ['ListRoutes', { meshName, virtualRouterName: 'x' }, 'VirtualRouter with name x is not present'],
  ['DeleteVirtualRouter', { meshName, virtualRouterName: 'x' }, 'VirtualRouter with name x is not present'],
  ['TagResource', { resourceArn: 'arn:x', tags: [] }, 'Resource arn:x does not exist'],
])('%s of what is not there is NotFoundException (%#)', (operation, input, message) => {
  const error = withAll().refusal(operation, input);
  expect(error).toMatchObject(notFound);
  expect(error.message).toContain(message);
});

describe('the listeners of a router and the routes that need them', () => {
  const change = (protocol: string, port = 8080) => ({
    meshName,
    virtualRouterName: 'r',
    spec: { listeners: [{ portMapping: { port, protocol } }] },
  });
  const refused = { code: 'BadRequestException', message: expect.stringContaining('[all]') };

  it('another port is taken where no route names one', () => {
    const { spec } = change('http', 9090);
    expect(withAll().call('UpdateVirtualRouter', change('http', 9090))).toMatchObject({ spec });
  });

  it.each(['http2', 'grpc', 'tcp'])('another protocol, %s, is refused under a route', (protocol) => {
    expect(withAll().refusal('UpdateVirtualRouter', change(protocol))).toMatchObject(refused);
  });

  it('another port is refused under a route that names the former one', () => {
    const bench = withAll();
    const { httpRoute } = routeSpec({ blue: 1 });
    const spec = { httpRoute: { ...httpRoute, match: { prefix: '/', port: 8080 } } };
    bench.call('UpdateRoute', route('all', spec));
    expect(bench.refusal('UpdateVirtualRouter', change('http', 9090))).toMatchObject(refused);
  });

  it('a router without routes listens on anything, and takes routes for that alone', () => {
    const bench = withAll();
    bench.call('DeleteRoute', { meshName, virtualRouterName: 'r', routeName: 'all' });
    bench.call('UpdateVirtualRouter', change('http2'));
    const { httpRoute } = routeSpec({ blue: 1 });
    const badRequest = {
      code: 'BadRequestException',
      message: 'Route must match the protocol and port of a listener of Virtual Router r',
    };
    expect(bench.refusal('CreateRoute', route('all', { httpRoute }))).toMatchObject(badRequest);
    const http2Route = { ...httpRoute, match: { prefix: '/', port: 9090 } };
    expect(bench.refusal('CreateRoute', route('all', { http2Route }))).toMatchObject(badRequest);
    bench.call('CreateRoute', route('all', { http2Route: httpRoute }));
    expect(bench.refusal('UpdateRoute', route('all', { httpRoute }))).toMatchObject(badRequest);
  });
});

it('a port must be named where a provider, router or gateway has several listeners', () => {
  const bench = withAll();
  const [first, second] = [80, 81].map((port) => ({ portMapping: { port, protocol: 'http' } }));
  const listeners = [first, second];
  bench.node('many', { spec: nodeSpec({ listeners: listeners as never }) });
  bench.service('many.example', providedByNode('many') as Json);
  const badRequest = { code: 'BadRequestException', message: expect.stringContaining('multiple listeners') };
  expect(bench.refusal('CreateRoute', route('x', routeSpec({ many: 1 })))).toMatchObject(badRequest);
  const toMany = gatewayRouteSpec('many.example');
  expect(bench.refusal('CreateGatewayRoute', gatewayRoute('x', toMany))).toMatchObject(badRequest);
  bench.call('UpdateVirtualGateway', { meshName, virtualGatewayName: 'g', spec: { listeners } });
  const toColor = gatewayRouteSpec('color.example');
  expect(bench.refusal('UpdateGatewayRoute', gatewayRoute('color', toColor))).toMatchObject(badRequest);
});
