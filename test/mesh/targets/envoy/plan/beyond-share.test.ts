import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../../shared/mesh/plan/entry.ts';
import { byAge } from '../../../../../shared/mesh/targets/envoy/plan/by-age.ts';
import { beyondShare } from '../../../../../shared/mesh/targets/envoy/plan/shares.ts';
import type { ProxySources, UsedService } from '../../../../../shared/mesh/targets/envoy/plan/sources.ts';

/** `at`: the second in which it was created. */
const entry = (name: string, content: unknown, namespace = 'others', at = 0) =>
  ({
    id: { kind: 'VirtualService', namespace, name },
    createdAt: `2026-11-28T10:00:0${at}Z`,
    content,
  }) as unknown as Entry;
const sharesOf = (sources: Partial<ProxySources>) => [
  ...beyondShare({
    owner: entry('front', {}, 'apps') as ProxySources['owner'],
    mesh: entry('shop', {}),
    ...{ gatewayRoutes: [], services: [] },
    ...sources,
  }),
];
/** A gateway route whose content has so many bytes as JSON, which count twice with 500 bytes each. */
const route = (bytes: number, name = 'route', namespace?: string, at?: number) =>
  entry(name, 'x'.repeat(bytes - 2), namespace, at);
/** A virtual service of a router with one route of so many bytes as JSON, and of nodes. */
const used = (bytes: number, nodes = 0): UsedService =>
  ({
    service: entry('service', {}),
    router: { content: { spec: { routes: ['x'.repeat(bytes - 4)] } } },
    nodes: Array.from({ length: nodes }, () => ({})),
  }) as unknown as UsedService;

describe('the share of a namespace in a proxy', () => {
  it('is 200000 bytes, of which a gateway route takes its bytes and 500 for each of its two hops', () => {
    expect(sharesOf({ gatewayRoutes: [route(99_500)] })).toEqual([]);
    const large = route(99_501);
    expect(sharesOf({ gatewayRoutes: [large] })).toEqual([large]);
  });

  it('is taken by a service with its routes: 500 bytes for it and each route, and 1500 for each node', () => {
    expect(sharesOf({ services: [used(199_000)] })).toEqual([]);
    const large = used(199_001);
    expect(sharesOf({ services: [large] })).toEqual([large.service]);
    expect(sharesOf({ services: [used(196_000, 2)] })).toEqual([]);
    const nodes = used(196_001, 2);
    expect(sharesOf({ services: [nodes] })).toEqual([nodes.service]);
  });

  it('counts a service without a router, or with one without routes, as one virtual host', () => {
    const service = { service: entry('a', {}), router: undefined, nodes: Array.from({ length: 132 }) };
    // 500 bytes, 2 of an empty list, and 132 nodes of 1500: 198502.
    expect(sharesOf({ services: [service as unknown as UsedService] })).toEqual([]);
    const more = { ...service, nodes: Array.from({ length: 133 }) } as unknown as UsedService;
    expect(sharesOf({ services: [more] })).toEqual([more.service]);
    const without = { ...more, router: { content: { spec: {} } } } as unknown as UsedService;
    expect(sharesOf({ services: [without] })).toEqual([without.service]);
  });

  it('is one for all objects of a namespace: the youngest are beyond it', () => {
    const [old, young] = [route(60_000, 'old', 'others', 1), route(60_000, 'young', 'others', 2)];
    const small = route(100, 'small', 'others', 3);
    expect(sharesOf({ gatewayRoutes: [young, old] })).toEqual([young]);
    expect(sharesOf({ gatewayRoutes: [young, small, old] })).toEqual([young, small]);
    expect(sharesOf({ gatewayRoutes: [route(60_000, 'a', 'b'), old] })).toEqual([]);
  });

  it('is not counted for the namespace of the proxy itself', () => {
    expect(sharesOf({ gatewayRoutes: [route(200_000, 'a', 'apps')] })).toEqual([]);
  });
});

describe('the order of objects by their age', () => {
  it('has the oldest first, and of one age by their names', () => {
    const all = [
      entry('b', {}, 'x', 1),
      entry('a', {}, 'y', 1),
      entry('c', {}, 'x', 0),
      entry('a', {}, 'x', 1),
    ];
    expect(all.toSorted(byAge).map(({ id }) => `${id.namespace}/${id.name}`)).toEqual([
      'x/c',
      'x/a',
      'x/b',
      'y/a',
    ]);
  });
});
