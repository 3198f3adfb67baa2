import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../harness/harness.ts';
import {
  aBackendGroup,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
  listenersOn,
} from '../../harness/manifests.ts';
import { translated } from './translated.ts';

type Members = Readonly<Record<string, unknown>>;

const base = [aNamespace(), aMesh()];
const podSelector = { matchLabels: { app: 'blue' } };
const cloudMap = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'orders' } };
const second = { unit: 's', value: 1 };

function node(spec: Members, ...others: readonly Manifest[]) {
  return translated(...base, aNode('blue', { podSelector, ...spec }), ...others);
}

function listening(members: Members, protocol = 'http') {
  return { listeners: [{ portMapping: { port: 8080, protocol }, ...members }] };
}

describe('the endpoints of a virtual node', () => {
  it('endpoints of a virtual node are those of its Kubernetes Service, without a ServiceEntry', () => {
    expect(Object.keys(node({}).specs).filter((key) => key.includes('blue'))).toEqual(['Sidecar/apps/blue']);
  });

  it('endpoints of a virtual node in Cloud Map are its pods', () => {
    expect(node({ serviceDiscovery: cloudMap }).specs['ServiceEntry/apps/blue-virtual-node']).toEqual({
      ...{ hosts: ['blue.apps.virtual-node'], location: 'MESH_INTERNAL', resolution: 'STATIC' },
      ports: [{ number: 8080, name: 'http-8080', protocol: 'HTTP' }],
      workloadSelector: { labels: { app: 'blue' } },
    });
  });

  it.each([
    ['DNS_ROUND_ROBIN', undefined],
    ['DNS_ROUND_ROBIN', 'LOADBALANCER'],
    ['DNS', 'ENDPOINTS'],
  ])(
    'endpoints of a virtual node are resolved by %s if its host is outside the cluster and its response type %s',
    (resolution, responseType) => {
      const serviceDiscovery = { dns: { hostname: 'api.example.com', responseType } };
      const listeners = { listeners: [{ portMapping: { port: 443, protocol: 'tcp' } }] };
      expect(node({ serviceDiscovery, ...listeners }).specs['ServiceEntry/apps/blue-virtual-node']).toEqual({
        ...{ hosts: ['blue.apps.virtual-node'], location: 'MESH_EXTERNAL', resolution },
        ports: [{ number: 443, name: 'tcp-443', protocol: 'TCP' }],
        endpoints: [{ address: 'api.example.com' }],
      });
    },
  );

  it('endpoints of a virtual node that selects no pods are those of the ServiceEntry from Cloud Map', () => {
    const blue = aNode('blue', { serviceDiscovery: cloudMap });
    const { specs, problems } = translated(
      ...base,
      blue,
      aRouter('r', [aRoute('a', { blue: 1 })]),
      aService('s', 'router/r'),
    );
    expect(problems).toEqual({});
    expect(specs['VirtualService/apps/s'].http[0].route[0].destination.host).toBe('orders.shop.local');
  });

  it('endpoints of a virtual node that selects no pods cannot be chosen by attributes', () => {
    const attributes = [{ key: 'version', value: 'blue' }];
    const { problems } = node({
      podSelector: null,
      serviceDiscovery: { awsCloudMap: { ...cloudMap.awsCloudMap, attributes } },
    });
    expect(problems['VirtualNode/apps/blue']?.[0]).toContain('awsCloudMap.attributes: need spec.podSelector');
  });

  it.each<[string, Members]>([
    ['no labels', {}],
    ['several values of a label', { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] }],
    ['the absence of a label', { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }],
    ['what is no label', { matchLabels: { 'a b': 'c' } }],
    [
      'two values of one label',
      { matchLabels: { app: 'a' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['b'] }] },
    ],
  ])('the pods of a virtual node cannot be selected by %s', (_, selector) => {
    const { problems } = node({ podSelector: selector, serviceDiscovery: cloudMap });
    expect(problems['VirtualNode/apps/blue']?.[0]).toContain('Unsupported spec.podSelector');
  });

  it('endpoints of a virtual node exist before a route leads to them, with the rules of how they are called', () => {
    const outlierDetection = {
      baseEjectionDuration: second,
      interval: second,
      maxEjectionPercent: 50,
      maxServerErrors: 5,
    };
    const { dependsOn } = node(
      { serviceDiscovery: cloudMap, ...listening({ outlierDetection }) },
      aService('s', 'node/blue'),
    );
    expect(dependsOn['VirtualService/apps/s']).toEqual([
      ...['ServiceEntry/apps/s-virtual-service', 'ServiceEntry/apps/blue-virtual-node'],
      'DestinationRule/apps/blue',
    ]);
  });
});

describe('the DestinationRule of a virtual node', () => {
  const outlierDetection = {
    ...{ baseEjectionDuration: { unit: 's', value: 30 }, interval: { unit: 'ms', value: 500 } },
    ...{ maxEjectionPercent: 0, maxServerErrors: 5 },
  };
  const rule = (spec: Members, ...others: readonly Manifest[]) =>
    node(spec, ...others).specs['DestinationRule/apps/blue'];

  it('the DestinationRule of a virtual node has outlier detection, and prefers no near endpoints', () => {
    expect(rule(listening({ outlierDetection }))).toEqual({
      host: 'blue.apps.svc.cluster.local',
      trafficPolicy: {
        portLevelSettings: [
          {
            port: { number: 8080 },
            outlierDetection: {
              ...{
                consecutive5xxErrors: 5,
                interval: '500ms',
                baseEjectionTime: '30s',
                maxEjectionPercent: 1,
              },
            },
            loadBalancer: { localityLbSetting: { enabled: false } },
          },
        ],
      },
    });
  });

  it.each<[string, string, Members, Members]>([
    [
      'the idle timeout of TCP',
      'tcp',
      { timeout: { tcp: { idle: second } } },
      { tcp: { idleTimeout: '1s' } },
    ],
    [
      'HTTP/2, whatever the port of the Service is named',
      'http2',
      {},
      { http: { h2UpgradePolicy: 'UPGRADE' } },
    ],
    ['HTTP/2 for gRPC, too', 'grpc', {}, { http: { h2UpgradePolicy: 'UPGRADE' } }],
  ])('the DestinationRule of a virtual node has %s', (_, protocol, members, connectionPool) => {
    expect(rule(listening(members, protocol)).trafficPolicy.portLevelSettings).toEqual([
      { port: { number: 8080 }, connectionPool },
    ]);
  });

  it('an idle timeout of 0, which is none in App Mesh, is not written', () => {
    const idle = { unit: 's', value: 0 };
    expect(JSON.stringify(node(listening({ timeout: { tcp: { idle } } }, 'tcp')))).not.toContain(
      'idleTimeout',
    );
  });

  it('the DestinationRule of several virtual nodes with one host is that of the first, with the ports of all', () => {
    const other = aNode('a', {
      ...listenersOn('grpc/9090'),
      serviceDiscovery: { dns: { hostname: 'blue.apps.svc.cluster.local' } },
    });
    const { specs, problems } = node(listening({ outlierDetection }), other);
    expect(problems).toEqual({});
    expect(specs).not.toHaveProperty('DestinationRule/apps/blue');
    const settings: readonly { port: { number: number } }[] =
      specs['DestinationRule/apps/a'].trafficPolicy.portLevelSettings;
    expect(settings.map(({ port }) => port.number)).toEqual([8080, 9090]);
  });

  it('a later virtual node that wants another DestinationRule for the same host and port is refused', () => {
    const other = aNode('a', { serviceDiscovery: { dns: { hostname: 'blue.apps.svc.cluster.local' } } });
    const { problems } = node(listening({ outlierDetection }), other);
    expect(problems['VirtualNode/apps/blue']?.[0]).toContain(
      'VirtualNode "a" has other settings for this host and port',
    );
  });

  it('a DestinationRule cannot be made for a Service of another namespace', () => {
    const serviceDiscovery = { dns: { hostname: 'blue.other.svc.cluster.local' } };
    const { specs, differences } = node({ serviceDiscovery, ...listening({ outlierDetection }) });
    expect(specs).not.toHaveProperty('DestinationRule/apps/blue');
    expect(differences['VirtualNode/apps/blue']).toContain('differs spec.listeners[0].outlierDetection');
  });

  it('a virtual node with outlier detection times of less than a millisecond is refused', () => {
    const { problems } = node(
      listening({ outlierDetection: { ...outlierDetection, interval: { unit: 's', value: 0 } } }),
    );
    expect(problems['VirtualNode/apps/blue']?.[0]).toContain('spec.listeners[0].outlierDetection.interval');
  });
});

describe('the Sidecar of a virtual node', () => {
  const sidecar = (spec: Members, ...others: readonly Manifest[]) =>
    node(spec, ...others).specs['Sidecar/apps/blue'];
  const services = [aService('cart'), aService('orders', undefined, { awsName: 'orders.example.com' })];

  it('the Sidecar of a virtual node lets the pods call the backends and AWS, which is App Mesh’s default', () => {
    expect(sidecar(backends('orders', 'cart'), ...services)).toEqual({
      workloadSelector: { labels: { app: 'blue' } },
      egress: [{ hosts: ['*/cart.apps', '*/orders.example.com', '*/*.amazonaws.com'] }],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    });
  });

  it('the Sidecar of a virtual node has the services of backend groups, each once', () => {
    const group = { backendGroups: [{ name: 'all' }, { name: '*' }] };
    const { egress } = sidecar(
      { ...backends('cart'), ...group },
      ...services,
      aBackendGroup('all', ['orders']),
    );
    expect(egress[0].hosts).toEqual(['*/cart.apps', '*/orders.example.com', '*/*.amazonaws.com']);
  });

  it('the Sidecar of a virtual node lets all else through if the mesh does', () => {
    const open = [
      aNamespace(),
      aMesh({ egressFilter: { type: 'ALLOW_ALL' } }),
      aNode('blue', { podSelector }),
    ];
    const { specs } = translated(...open);
    expect(specs['Sidecar/apps/blue']).toMatchObject({
      egress: [{ hosts: ['~/*'] }],
      outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
    });
    expect(Object.keys(specs)).toEqual(['Sidecar/apps/blue']);
  });

  it('a mesh that drops all else has a ServiceEntry for AWS in the root namespace', () => {
    expect(node({}).specs['ServiceEntry/istio-system/shop-amazonaws']).toMatchObject({
      ...{ hosts: ['*.amazonaws.com'], location: 'MESH_EXTERNAL', resolution: 'NONE' },
    });
  });

  it.each<[string, Members, Members]>([
    [
      'http',
      { maxConnections: 5, maxPendingRequests: 6 },
      { tcp: { maxConnections: 5 }, http: { http1MaxPendingRequests: 6 } },
    ],
    ['http2', { maxRequests: 7 }, { http: { http2MaxRequests: 7 } }],
    ['grpc', { maxRequests: 8 }, { http: { http2MaxRequests: 8 } }],
    ['tcp', { maxConnections: 9 }, { tcp: { maxConnections: 9 } }],
  ])(
    'the Sidecar of a virtual node limits what the pods take by %s, as App Mesh does, and not what callers send',
    (protocol, pool, connectionPool) => {
      const { specs } = node(listening({ connectionPool: { [protocol]: pool } }, protocol));
      expect(specs['Sidecar/apps/blue'].ingress).toEqual([
        {
          port: { number: 8080, name: `${protocol}-8080`, protocol: protocol.toUpperCase() },
          ...{ defaultEndpoint: '127.0.0.1:8080', connectionPool },
        },
      ]);
      expect(
        specs['DestinationRule/apps/blue']?.trafficPolicy.portLevelSettings[0].connectionPool?.tcp,
      ).toBeUndefined();
    },
  );

  it('the Sidecar of a virtual node is refused if the Mesh is invalid, since its egress filter is not known', () => {
    const mesh = aMesh({ egressFilter: { type: 'SOME' } });
    const { problems } = translated(aNamespace(), mesh, aNode('blue', { podSelector }));
    expect(problems['VirtualNode/apps/blue']?.[0]).toContain(
      'Mesh "shop" is invalid: its egressFilter is not known',
    );
  });

  it('the Sidecar of a virtual node waits for a backend that is missing', () => {
    const { problems, specs } = node(backends('missing'));
    expect(problems['VirtualNode/apps/blue']?.[0]).toContain('ReferenceMissing spec.backends[0]');
    expect(specs).not.toHaveProperty('Sidecar/apps/blue');
  });
});

describe('the access log of a virtual node', () => {
  it('the access log of a virtual node is Istio’s own, of its pods', () => {
    const logging = { accessLog: { file: { path: '/dev/stdout' } } };
    const { specs, differences } = node({ logging });
    expect(specs['Telemetry/apps/blue-virtual-node']).toEqual({
      selector: { matchLabels: { app: 'blue' } },
      accessLogging: [{ providers: [{ name: 'envoy' }] }],
    });
    expect(differences).toEqual({});
  });
});
