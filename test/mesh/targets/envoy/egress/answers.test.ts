import { describe, expect, it } from 'vitest';
import {
  aMesh,
  aNamespace,
  aNode,
  aRouter,
  aService,
  backends,
  listenersOn,
} from '../../../harness/manifests.ts';
import { egress, type Fields, hostsOf } from './harness.ts';

describe('what a virtual service answers', () => {
  const routed = (node: string, ...listeners: Parameters<typeof listenersOn>) => {
    const manifests = [
      ...[aNamespace(), aMesh(), aNode('front', backends('a')), aNode('blue', listenersOn(...listeners))],
      ...[aService('a', node)],
    ];
    return egress(manifests);
  };

  it('by a node, all that comes by any protocol of HTTP, also what is not of the content type of gRPC', () => {
    const part = routed('node/blue', 'http/80', 'grpc/81', 'http2/82');
    const matchOn = (port: number) => hostsOf(part, `egress-${port}`)['a.apps'].routes[0].match;
    expect([80, 81, 82].map(matchOn)).toEqual([{ prefix: '/' }, { prefix: '/' }, { prefix: '/' }]);
  });

  it('by a router, on each port the routes of the protocol and of that port', () => {
    const target = { weightedTargets: [{ virtualNodeRef: { name: 'blue' }, weight: 1 }] };
    const routes = [
      { name: 'any', httpRoute: { match: { prefix: '/any' }, action: target } },
      { name: 'on81', httpRoute: { match: { prefix: '/', port: 81 }, action: target } },
      { name: 'grpc', grpcRoute: { match: { serviceName: 'a' }, action: target } },
    ];
    const router = aRouter('a', routes, listenersOn('http/80', 'http/81', 'grpc/82'));
    const part = egress([
      ...[aNamespace(), aMesh(), aNode('front', backends('a')), aNode('blue')],
      ...[aService('a', 'router/a'), router],
    ]);
    const names = (port: number) =>
      hostsOf(part, `egress-${port}`)['a.apps'].routes.map(({ name }: Fields) => name);
    expect([80, 81, 82].map(names)).toEqual([['any'], ['any', 'on81'], ['grpc']]);
  });

  it('by an invalid provider, nothing that is known', () => {
    const invalid = aNode('blue', { listeners: 'none' });
    const part = egress([
      aNamespace(),
      aMesh(),
      aNode('front', backends('a')),
      invalid,
      aService('a', 'node/blue'),
    ]);
    expect(part.kept.services).toEqual(['a.apps']);
  });
});
