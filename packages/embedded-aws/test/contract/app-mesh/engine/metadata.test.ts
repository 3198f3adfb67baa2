import { expect, it } from 'vitest';
import { nodeSpec } from '../specs.ts';
import { Bench, node, route } from './setup.ts';

it('a version counts updates, also those that change nothing, and times say when', () => {
  const bench = new Bench();
  bench.mesh();
  const createdAt = new Date(bench.clock.now());
  const first = bench.node('blue') as { metadata: { uid: string } };
  expect(first.metadata).toEqual({
    arn: 'arn:aws:appmesh:us-west-2:000000000000:mesh/m/virtualNode/blue',
    createdAt,
    lastUpdatedAt: createdAt,
    meshOwner: '000000000000',
    resourceOwner: '000000000000',
    uid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    version: 1,
  });
  bench.clock.advance(1500);
  const lastUpdatedAt = new Date(bench.clock.now());
  expect(bench.call('UpdateVirtualNode', node('blue'))).toMatchObject({
    metadata: { ...first.metadata, lastUpdatedAt, version: 2 },
  });
});

it('an answer has the defaults that AWS adds, and an update takes the spec that is given', () => {
  const bench = new Bench();
  bench.mesh();
  bench.node('blue', { spec: {} });
  expect(bench.call('DescribeVirtualNode', { meshName: 'm', virtualNodeName: 'blue' })).toMatchObject({
    spec: { backends: [], listeners: [] },
  });
  expect(bench.engine.snapshot().at(-1)?.spec).toEqual({});
  bench.call('UpdateVirtualNode', node('blue'));
  expect(bench.engine.snapshot().at(-1)?.spec).toEqual(nodeSpec());
});

it('a health check without a port has its listener’s, on a gateway too', () => {
  const bench = new Bench();
  bench.mesh();
  const healthCheck = {
    ...{ protocol: 'http', path: '/', intervalMillis: 5000, timeoutMillis: 2000 },
    ...{ healthyThreshold: 2, unhealthyThreshold: 2 },
  };
  const spec = { listeners: [{ portMapping: { port: 8088, protocol: 'http' }, healthCheck }] };
  expect(bench.gateway('g', spec)).toMatchObject({
    spec: { listeners: [{ healthCheck: { ...healthCheck, port: 8088 } }] },
  });
});

it('names of gRPC metadata come back in lower case', () => {
  const bench = new Bench();
  bench.mesh();
  bench.node('blue');
  bench.router('r', { listeners: [{ portMapping: { port: 8080, protocol: 'grpc' } }] });
  const metadata = (name: string) => [{ name, match: { range: { start: 1, end: 5 } }, invert: true }];
  const spec = (name: string) => ({
    grpcRoute: {
      match: { serviceName: 's', metadata: metadata(name) },
      action: { weightedTargets: [{ virtualNode: 'blue', weight: 1 }] },
    },
  });
  expect(bench.call('CreateRoute', route('grpc', spec('MyKey')))).toMatchObject({ spec: spec('mykey') });
});

it('reset leaves nothing but the settings', () => {
  const bench = new Bench({ quotas: { meshes: 1 } });
  bench.mesh({ clientToken: 'a' });
  bench.engine.faults.failNext('*', 'error');
  bench.engine.reset();
  expect(bench.engine.calls.size).toBe(0);
  expect(bench.call('ListMeshes')).toMatchObject({ meshes: [] });
  bench.mesh({ clientToken: 'a', spec: { egressFilter: { type: 'ALLOW_ALL' } } });
  expect(bench.refusal('CreateMesh', { meshName: 'n' })).toMatchObject({ code: 'LimitExceededException' });
});
