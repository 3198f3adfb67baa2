import { expect, it } from 'vitest';
import { nodeSpec, routeSpec } from '../specs.ts';
import { Bench, node, route } from './setup.ts';

const limitExceeded = { code: 'LimitExceededException', status: 400 };

/** Names that count up from n0. */
const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

it('an account has at most 15 meshes, those of others not counted', () => {
  const bench = new Bench();
  bench.engine.handleAs('111111111111', 'CreateMesh', { meshName: 'shared' });
  for (const meshName of names(15)) bench.call('CreateMesh', { meshName });
  expect(bench.refusal('CreateMesh', { meshName: 'more' })).toMatchObject(limitExceeded);
  expect(bench.refusal('CreateMesh', { meshName: 'n0' })).toMatchObject({ code: 'ConflictException' });
  bench.call('DeleteMesh', { meshName: 'n0' });
  bench.call('CreateMesh', { meshName: 'more' });
});

it('a mesh has at most 200 virtual nodes, routers and services, and 3 gateways', () => {
  const bench = new Bench();
  bench.mesh();
  for (const name of names(200)) {
    bench.node(name);
    bench.router(name);
    bench.service(name);
  }
  for (const name of names(3)) bench.gateway(name);
  for (const create of ['node', 'router', 'service', 'gateway'] as const)
    expect(() => bench[create]('more')).toThrowError(expect.objectContaining(limitExceeded));
  bench.call('CreateMesh', { meshName: 'other' });
  bench.call('CreateVirtualNode', { ...node('more'), meshName: 'other' });
});

it('a router has at most 50 routes, a gateway 10', () => {
  const bench = new Bench();
  bench.mesh();
  bench.node('blue');
  bench.router('r');
  bench.gateway('g');
  bench.service('s');
  for (const name of names(50)) bench.route(name, { blue: 1 });
  for (const name of names(10)) bench.gatewayRoute(name, 's');
  expect(bench.refusal('CreateRoute', route('more', routeSpec({ blue: 1 })))).toMatchObject(limitExceeded);
  expect(() => bench.gatewayRoute('more', 's')).toThrowError(expect.objectContaining(limitExceeded));
});

it('a node has at most 50 backends, at creation and update', () => {
  const bench = new Bench();
  bench.mesh();
  const backends = (count: number) =>
    names(count).map((virtualServiceName) => ({ virtualService: { virtualServiceName } }));
  bench.node('blue', { spec: nodeSpec({ backends: backends(50) }) });
  for (const operation of ['CreateVirtualNode', 'UpdateVirtualNode']) {
    const name = operation === 'CreateVirtualNode' ? 'green' : 'blue';
    const input = node(name, { spec: nodeSpec({ backends: backends(51) }) });
    expect(bench.refusal(operation, input)).toMatchObject(limitExceeded);
  }
});

it('a route has at most 10 weighted targets', () => {
  const bench = new Bench();
  bench.mesh();
  bench.router('r');
  for (const name of names(11)) bench.node(name);
  const weights = (count: number) => Object.fromEntries(names(count).map((name) => [name, 1]));
  bench.route('all', weights(10));
  expect(bench.refusal('CreateRoute', route('more', routeSpec(weights(11))))).toMatchObject({
    code: 'BadRequestException',
    message: expect.stringContaining('weightedTargets: must have a length of at most 10'),
  });
});

it('quotas can be set', () => {
  const bench = new Bench({ quotas: { virtualNodesPerMesh: 1 } });
  bench.mesh();
  bench.node('blue');
  expect(bench.refusal('CreateVirtualNode', node('green'))).toMatchObject({
    ...limitExceeded,
    message: 'virtualNodesPerMesh: the quota is 1',
  });
});

it('reads and writes have a rate each, and their buckets fill up with time', () => {
  const rate = { perSecond: 2, burst: 1 };
  const bench = new Bench({ rates: { reads: rate, writes: rate } });
  bench.mesh();
  const throttled = { code: 'TooManyRequestsException', status: 429 };
  expect(bench.refusal('CreateVirtualNode', node('blue'))).toMatchObject(throttled);
  expect(bench.refusal('TagResource', {})).toMatchObject(throttled);
  bench.call('DescribeMesh', { meshName: 'm' });
  expect(bench.refusal('ListMeshes')).toMatchObject(throttled);
  bench.clock.advance(500);
  bench.node('blue');
  expect(bench.call('ListVirtualNodes', { meshName: 'm' }).virtualNodes).toHaveLength(1);
});
