import { describe, expect, it } from 'vitest';
import { Directory } from '../../../../../shared/mesh/plan/directory.ts';
import { isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { virtualServiceOutcome } from '../../../../../shared/mesh/targets/istio/translate/virtual-service.ts';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  listenersOn,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

const labels = new Map([['apps', { mesh: 'shop' }]]);

function outcomeIn(directory: Directory, name = 'orders') {
  const entry = directory.find('VirtualService', { namespace: 'apps', name });
  if (entry === undefined || !isOfKind(entry, 'VirtualService')) throw new Error(JSON.stringify(entry));
  const place = directory.placeOf(entry);
  if ('reason' in place) throw new Error(place.reason);
  const { wanted, differences } = virtualServiceOutcome(entry, place, directory, 'istio-system');
  const { hosts, exportTo, ...routes } = wanted[0]?.spec ?? {};
  return { wanted, routes, differences };
}
const outcomeOf = (...manifests: readonly Manifest[]) =>
  outcomeIn(directoryOf(aNamespace(), aMesh(), ...manifests));
const orders = (provider?: string, awsName = 'orders.apps') => aService('orders', provider, { awsName });
const refused = (path: string, message: string, instead: string, object?: object) => ({
  ...(object && { object }),
  ...{ path, effect: 'refused', message, instead },
});
const notFound = { http: [{ directResponse: { status: 404 } }] };

describe('the name of a virtual service', () => {
  const instead = 'another name';
  const reserved = refused('spec.awsName', 'is a host of the cluster or of Istio', instead);
  it.each<readonly [awsName: string, differences: readonly object[]]>([
    ['orders.apps', []],
    ['orders.apps.svc.cluster.local', []],
    ['orders.apps.svc', []],
    ['api.example.com', []],
    [
      'orders',
      [
        {
          path: 'spec.awsName',
          effect: 'differs',
          message:
            'is known in its namespace only, and longer names of the Kubernetes Service lead to it, too',
          instead: 'orders.apps.svc.cluster.local',
        },
      ],
    ],
    [
      'a_b.apps',
      [refused('spec.awsName', 'is not a DNS name of several labels', 'orders.shop.svc.cluster.local')],
    ],
    ['kubernetes.default.svc.cluster.local', [reserved]],
    ['kubernetes.apps.svc.cluster.local', []],
    ['orders.default.svc.cluster.local', []],
    ['istiod.istio-system.svc.cluster.local', [reserved]],
    ['istiod.istio-system', []],
    ['blue.apps.virtual-node', [reserved]],
  ])('%s: %j', (awsName, differences) => {
    expect(outcomeOf(orders(undefined, awsName)).differences).toEqual(differences);
  });

  const other = (name: string, namespace = 'apps'): Manifest => ({
    ...aService(name, undefined, { awsName: 'orders.apps' }),
    metadata: { name, namespace },
  });

  it('belongs to the first virtual service of a mesh that was created, in whatever order they are listed', () => {
    const manifests = [aNamespace(), aMesh(), other('first'), orders(), other('last')];
    const { entries } = directoryOf(...manifests);
    const taken = refused(
      'spec.awsName',
      'is the name of VirtualService "apps/first", too: Istio has one for each host',
      instead,
    );
    for (const listed of [entries, entries.toReversed()]) {
      const directory = new Directory(listed, labels);
      expect(outcomeIn(directory).differences).toEqual([taken]);
      expect(outcomeIn(directory, 'last').differences).toEqual([taken]);
      expect(outcomeIn(directory, 'first').differences).toEqual([]);
    }
  });

  it('belongs to no other object, and to none outside a mesh', () => {
    const node = aNode('orders', { awsName: 'orders.apps' });
    expect(outcomeOf(node, other('first', 'outside'), orders()).differences).toEqual([]);
  });
});

describe('the routes of a virtual service', () => {
  it('are none without a provider, or if that does not exist', () => {
    for (const provider of [undefined, 'node/none', 'router/none'])
      expect(outcomeOf(orders(provider))).toMatchObject({ routes: notFound, differences: [] });
  });

  it('are none of a provider that is invalid, which is refused', () => {
    const invalid = (kind: string, field: string) => [
      refused(`spec.provider.${field}.${field}Ref`, `${kind} "blue" is invalid`, 'a valid one'),
    ];
    const wrong = { listeners: 'none' };
    expect(outcomeOf(aNode('blue', wrong), orders('node/blue'))).toMatchObject({
      ...{ routes: notFound, differences: invalid('VirtualNode', 'virtualNode') },
    });
    expect(outcomeOf(aRouter('blue', [], wrong), orders('router/blue'))).toMatchObject({
      ...{ routes: notFound, differences: invalid('VirtualRouter', 'virtualRouter') },
    });
  });

  it.each(['virtualNode', 'virtualRouter'])('cannot be those of a %s of another account', (kind) => {
    const provider = {
      [kind]: { [`${kind}ARN`]: `arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/${kind}/x` },
    };
    const field = `spec.provider.${kind}.${kind}ARN`;
    expect(outcomeOf(aService('orders', undefined, { provider })).differences).toEqual([
      refused(field, 'names a resource of App Mesh', 'a reference to the object'),
    ]);
  });

  const retries = { attempts: 2, retryOn: 'reset,connect-failure,refused-stream,unavailable,503' };
  const to = (port: number) => [
    { destination: { host: 'blue.apps.svc.cluster.local', port: { number: port } } },
  ];
  const toHttp = (port: number) => ({ match: [{ port }], route: to(port), timeout: '15s', retries });

  it.each([
    [listenersOn('http/80', 'grpc/81'), { http: [toHttp(80), toHttp(81)] }],
    [listenersOn('tcp/90'), { tcp: [{ match: [{ port: 90 }], route: to(90) }] }],
    [
      listenersOn('tcp/90', 'http/80'),
      { http: [toHttp(80)], tcp: [{ match: [{ port: 90 }], route: to(90) }] },
    ],
  ])('to a virtual node with %j are one for each', (listeners, routes) => {
    const found = outcomeOf(aNode('blue', listeners), orders('node/blue'));
    expect(found.routes).toEqual(routes);
    expect(found.differences).toEqual([]);
  });

  const at = 'spec.provider.virtualNode.virtualNodeRef';
  const needed = 'a node with a listener and service discovery';

  it('to a virtual node that does not listen, or has no host, are none', () => {
    const silent = refused(at, 'VirtualNode "blue" cannot be a destination: no listener', needed);
    for (const listeners of [[], null]) {
      const found = outcomeOf(aNode('blue', { listeners, serviceDiscovery: null }), orders('node/blue'));
      expect(found.routes).toEqual(notFound);
      expect(found.differences).toMatchObject([{ path: at, effect: 'refused' }]);
    }
    expect(outcomeOf(aNode('blue', { listeners: [] }), orders('node/blue')).differences).toEqual([silent]);
    const why = 'VirtualNode "blue" cannot be a destination: spec.serviceDiscovery.dns.hostname';
    const hidden = aNode('blue', {
      ...listenersOn('http/80', 'http/81'),
      serviceDiscovery: { dns: { hostname: 'blue' } },
    });
    const differences = outcomeOf(hidden, orders('node/blue')).differences;
    expect(new Set(differences.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify(refused(at, why, needed))]),
    );
  });

  it('to a virtual node with two listeners on one port are refused with the name of the node', () => {
    const node = aNode('blue', listenersOn('http/80', 'tcp/80'));
    expect(outcomeOf(node, orders('node/blue')).differences).toEqual([
      refused('spec.listeners[1].portMapping.port', 'is also the port of another listener', 'one listener', {
        kind: 'VirtualNode',
        namespace: 'apps',
        name: 'blue',
      }),
    ]);
  });

  it('without one for TCP are refused if a Kubernetes Service has the name', () => {
    const router = aRouter('router', [aRoute('a', { blue: 1 })], listenersOn('http/80', 'tcp/90'));
    const open = refused(
      'spec.provider.virtualRouter.virtualRouterRef',
      'the router has no route for port 90, and Istio would lead to the Service itself',
      'a route for the port',
    );
    const found = (awsName: string) =>
      outcomeOf(aNode('blue'), router, orders('router/router', awsName)).differences;
    expect(found('orders.apps.svc.cluster.local')).toEqual([open]);
    expect(found('orders.apps')).toEqual([]);
  });
});

describe('the namespaces that see a virtual service', () => {
  it('are those of its mesh, by name', () => {
    const inNamespace = (namespace: string) => ({
      ...aNode('blue'),
      metadata: { name: 'blue', namespace },
    });
    const found = outcomeOf(
      ...[aNamespace('web'), aNamespace('db'), aNamespace('other', { mesh: 'other' })],
      ...[inNamespace('web'), inNamespace('other'), inNamespace('db'), orders(), inNamespace('web')],
    );
    const seen = ['apps', 'db', 'web'];
    expect(found.wanted.map(({ spec }) => spec.exportTo)).toEqual([seen, seen]);
  });
});

describe('the ServiceEntry of a virtual service', () => {
  const spec = {
    ...{ hosts: ['orders.apps'], exportTo: ['apps'], location: 'MESH_INTERNAL', resolution: 'STATIC' },
  };
  it('has the ports of the provider, and none without one', () => {
    const [, without] = outcomeOf(orders()).wanted;
    expect(without).toEqual({
      ...{ kind: 'ServiceEntry', namespace: 'apps', name: 'orders-virtual-service', spec },
    });
    const node = aNode('blue', listenersOn('http2/80'));
    expect(outcomeOf(node, orders('node/blue')).wanted[1]?.spec).toEqual({
      ...spec,
      ports: [{ number: 80, name: 'http2-80', protocol: 'HTTP2' }],
    });
  });

  it('is there before the routes; without it, only the rules of the nodes are', () => {
    const node = aNode('blue', {
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'blue' } },
      podSelector: { matchLabels: { app: 'blue' } },
    });
    const ofNode = 'ServiceEntry/apps/blue-virtual-node';
    expect(outcomeOf(node, orders('node/blue')).wanted[0]?.dependsOn).toEqual([
      'ServiceEntry/apps/orders-virtual-service',
      ofNode,
    ]);
    const named = outcomeOf(node, orders('node/blue', 'orders.apps.svc')).wanted;
    expect(named.map(({ kind, dependsOn }) => [kind, dependsOn])).toEqual([['VirtualService', [ofNode]]]);
  });
});
