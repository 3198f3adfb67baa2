import { describe, expect, it } from 'vitest';
import type { Directory } from '../../../../shared/mesh/plan/directory.ts';
import type { SeenInstance } from '../../../../shared/model/service-view.ts';
import { maxRows } from '../../../../shared/report/plan/bounds.ts';
import type { ReportFacts, ServiceFacts } from '../../../../shared/report/plan/facts.ts';
import { meshViews } from '../../../../shared/report/plan/mesh/mesh-views.ts';
import { objectRows } from '../../../../shared/report/plan/mesh/object-rows.ts';
import { aConfig } from '../../../explain/harness/pod-facts.ts';
import { aCluster, aService, byKey, reportFacts } from '../harness.ts';
import { directoryOf, node, object, route, router, service } from './harness.ts';

const config = { ...aConfig(), mesh: 'istio' as const };

function viewsOf(
  directory: Directory | undefined,
  changes: Partial<ReportFacts> = {},
  statuses: ReturnType<typeof aCluster>['statuses'] = [],
) {
  const cluster = aCluster({ config, directory, statuses });
  const facts = reportFacts([cluster], changes);
  return meshViews(facts, cluster, objectRows(facts, cluster));
}
const viewOf = (...args: Parameters<typeof viewsOf>) => viewsOf(...args)[0];

/** A gateway that leads to a service, whose router divides the requests between two nodes, of which one calls it. */
const shop = () =>
  directoryOf(
    node('v1', { backends: [{ virtualService: { virtualServiceRef: { name: 'cart' } } }] }),
    node('v2', { serviceDiscovery: { dns: { hostname: 'v2.shop' } } }),
    service('cart', { virtualRouter: { virtualRouterRef: { name: 'cart' } } }),
    router('cart', [route('beta', { v2: 1 }, '/beta'), route('all', { v1: 2, v2: 1 })]),
    object('VirtualGateway', 'in', {
      namespaceSelector: { matchLabels: { gateway: 'in' } },
      podSelector: { matchLabels: { app: 'in' } },
      listeners: [{ portMapping: { port: 8088, protocol: 'http' } }],
    }),
    object('GatewayRoute', 'to-cart', {
      httpRoute: {
        match: { prefix: '/cart' },
        action: { target: { virtualService: { virtualServiceRef: { name: 'cart' } } } },
      },
    }),
  );

describe('a mesh as a graph', () => {
  it('has its gateways, services, routers and nodes, and what leads where', () => {
    const view = viewOf(shop());
    expect(view).toMatchObject({ cluster: 'local', name: 'shop-mesh', targets: ['istio'] });
    expect(view?.vertices.rows.map(({ id }) => id)).toEqual([
      ...['VirtualRouter shop/cart', 'VirtualService shop/cart', 'VirtualGateway shop/in'],
      ...['VirtualNode shop/v1', 'VirtualNode shop/v2'],
    ]);
    expect(view?.vertices.rows.at(-1)).toEqual({
      ...{
        id: 'VirtualNode shop/v2',
        kind: 'VirtualNode',
        namespace: 'shop',
        name: 'v2',
        level: 'attention',
      },
      detail: 'dns v2.shop',
    });
    expect(view?.edges).toEqual([
      { from: 'VirtualNode shop/v1', to: 'VirtualService shop/cart', kind: 'backend', labels: [] },
      { from: 'VirtualService shop/cart', to: 'VirtualRouter shop/cart', kind: 'provider', labels: [] },
      {
        ...{ from: 'VirtualRouter shop/cart', to: 'VirtualNode shop/v2', kind: 'route' },
        ...{ labels: ['100 %', '33.3 %'], weight: 100 },
      },
      {
        ...{ from: 'VirtualRouter shop/cart', to: 'VirtualNode shop/v1', kind: 'route' },
        ...{ labels: ['66.7 %'], weight: 200 / 3 },
      },
      { from: 'VirtualGateway shop/in', to: 'VirtualService shop/cart', kind: 'gateway route', labels: [] },
    ]);
  });

  it('has the routes of a router in their order, those of gateways first', () => {
    expect(viewOf(shop())?.routes).toEqual({
      total: 3,
      rows: [
        {
          ...{ at: 'VirtualGateway shop/in', name: 'GatewayRoute shop/to-cart', protocol: 'http' },
          ...{ match: 'path /cart*', targets: [{ name: 'VirtualService shop/cart' }] },
        },
        {
          ...{ at: 'VirtualRouter shop/cart', name: 'beta', protocol: 'http', match: 'path /beta*' },
          targets: [{ name: 'VirtualNode shop/v2', percent: 100 }],
        },
        {
          ...{ at: 'VirtualRouter shop/cart', name: 'all', protocol: 'http', match: 'every request' },
          targets: [
            { name: 'VirtualNode shop/v1', percent: 200 / 3 },
            { name: 'VirtualNode shop/v2', percent: 100 / 3 },
          ],
        },
      ],
    });
  });

  it('a target without a weight has no share, and one that is not there is named', () => {
    const arn = 'arn:aws:appmesh:us-west-2:123456789012:mesh/m/virtualNode/far';
    const far = {
      name: 'far',
      httpRoute: {
        match: { prefix: '/' },
        action: { weightedTargets: [{ virtualNodeARN: arn, weight: 1 }] },
      },
    };
    const view = viewOf(directoryOf(node('v1'), router('cart', [route('most', { v1: 0, lost: 1 }), far])));
    expect(view?.routes.rows.map(({ targets }) => targets)).toEqual([
      [
        { name: 'VirtualNode shop/v1', percent: 0 },
        { name: 'VirtualNode lost (not found)', percent: 100 },
      ],
      [{ name: arn, percent: 100 }],
    ]);
    expect(view?.edges).toEqual([
      {
        from: 'VirtualRouter shop/cart',
        to: 'VirtualNode shop/v1',
        kind: 'route',
        labels: ['0 %'],
        weight: 0,
      },
    ]);
  });

  it('a gateway route without a gateway, and a service without its provider, lead nowhere', () => {
    const target = { virtualService: { virtualServiceRef: { name: 'cart' } } };
    const view = viewOf(
      directoryOf(
        service('cart', { virtualNode: { virtualNodeRef: { name: 'lost' } } }),
        object('GatewayRoute', 'r', { httpRoute: { match: { prefix: '/' }, action: { target } } }),
      ),
    );
    expect([view?.edges, view?.routes.total]).toEqual([[], 0]);
  });

  it('says where the instances of a virtual node are', () => {
    const of = (virtualNode: string, health: string): SeenInstance => ({
      ...{ attributes: { 'appmesh.k8s.aws/virtualNode': virtualNode }, health },
    });
    const instances = (...health: readonly string[]) =>
      new Map([
        ...health.map((state, index) => [`10.0.0.${index}`, of('v1_shop', state)] as const),
        ['10.9.9.9', of('v9_shop', 'HEALTHY')] as const,
      ]);
    const detailOf = (facts: Partial<ServiceFacts>) =>
      viewOf(directoryOf(node('v1')), { services: byKey([aService('v1', facts)]) })?.vertices.rows[0]?.detail;
    expect(detailOf({ instances: instances() })).toBe('no instance');
    expect(detailOf({ instances: instances('HEALTHY') })).toBe('1 instance');
    expect(detailOf({ instances: instances('HEALTHY', 'HEALTHY') })).toBe('2 instances');
    expect(detailOf({ instances: instances('HEALTHY', 'UNHEALTHY') })).toBe('1 of 2 healthy');
    expect(detailOf({ instances: undefined })).toBeUndefined();
    const without = viewOf(directoryOf(node('v1', { serviceDiscovery: undefined })));
    expect(without?.vertices.rows[0]).not.toHaveProperty('detail');
  });

  it('of one namespace has the objects of that namespace', () => {
    const directory = directoryOf(node('v1'), node('v9', {}, 'apps'));
    const names = (namespace?: string) =>
      viewsOf(directory, { scope: { namespace } }).map(({ vertices }) =>
        vertices.rows.map(({ name }) => name),
      );
    expect(names('apps')).toEqual([['v9']]);
    expect(names()).toEqual([['v9', 'v1']]);
    expect(names('empty')).toEqual([]);
  });

  it('has no object of another mesh or of none, and no view without vertices', () => {
    expect(viewsOf(directoryOf(node('v1', {}, 'unknown')))).toEqual([]);
    expect(viewsOf(directoryOf())).toEqual([]);
    expect(viewsOf(undefined)).toEqual([]);
  });

  it('has the levels of the rows of its objects', () => {
    const condition = { status: 'False', reason: 'Refused', message: 'm' } as const;
    const refused = {
      object: { kind: 'VirtualNode', namespace: 'shop', name: 'v1' } as const,
      targets: { istio: { condition } },
    };
    expect(viewOf(directoryOf(node('v1')), {}, [refused])?.vertices.rows[0]?.level).toBe('problem');
  });

  it('leaves out what is too much, and the edges to it', () => {
    const nodes = Array.from({ length: maxRows.vertices + 1 }, (_, index) =>
      node(`n${String(index).padStart(3, '0')}`),
    );
    const view = viewOf(
      directoryOf(
        ...nodes,
        service('a', { virtualNode: { virtualNodeRef: { name: nodes.at(-1)?.metadata.name } } }),
      ),
    );
    expect([view?.vertices.rows.length, view?.vertices.total]).toEqual([70, 72]);
    expect(view?.edges).toEqual([]);
  });
});
