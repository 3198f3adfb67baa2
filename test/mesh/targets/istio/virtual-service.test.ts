import { describe, expect, it } from 'vitest';
import {
  aGateway,
  aGatewayRoute,
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

const base = [aNamespace(), aMesh()];
const blue = { host: 'blue.apps.svc.cluster.local', port: { number: 8080 } };
const retries = { attempts: 2, retryOn: 'reset,connect-failure,refused-stream,unavailable,503' };

describe('a virtual service', () => {
  it('a virtual service whose name is no Kubernetes Service gets a ServiceEntry with the ports of its router', () => {
    const service = aService('orders', 'router/router');
    const { specs } = translated(
      ...base,
      aNode('blue'),
      aRouter('router', [aRoute('a', { blue: 1 })]),
      service,
    );
    expect(specs['ServiceEntry/apps/orders-virtual-service']).toEqual({
      ...{ hosts: ['orders.apps'], exportTo: ['apps'], location: 'MESH_INTERNAL', resolution: 'STATIC' },
      ports: [{ number: 8080, name: 'http-8080', protocol: 'HTTP' }],
    });
  });

  it('a virtual service with a virtual node as provider leads to each of its ports', () => {
    const node = aNode('blue', listenersOn('http/8080', 'tcp/9000'));
    const { specs } = translated(...base, node, aService('orders', 'node/blue'));
    expect(specs['VirtualService/apps/orders']).toEqual({
      ...{ hosts: ['orders.apps'], exportTo: ['apps'] },
      http: [{ match: [{ port: 8080 }], route: [{ destination: blue }], timeout: '15s', retries }],
      tcp: [{ match: [{ port: 9000 }], route: [{ destination: { ...blue, port: { number: 9000 } } }] }],
    });
  });

  it('a virtual service without a provider answers 404', () => {
    const { specs } = translated(...base, aService('orders'));
    expect(specs['VirtualService/apps/orders'].http).toEqual([{ directResponse: { status: 404 } }]);
  });

  it('a virtual service name of one label is a Kubernetes Service of its namespace, and gateways send it as it is', () => {
    const client = aNode('web', { podSelector: { matchLabels: { app: 'web' } }, ...backends('orders') });
    const edge = aGateway('edge', { podSelector: { matchLabels: { app: 'edge' } } });
    const service = aService('orders', 'node/web', { awsName: 'orders' });
    const { specs, differences } = translated(...base, client, service, edge, aGatewayRoute('r', 'orders'));
    expect(specs['VirtualService/apps/orders'].hosts).toEqual(['orders.apps.svc.cluster.local']);
    expect(specs['Sidecar/apps/web'].egress[0].hosts[0]).toBe('*/orders.apps.svc.cluster.local');
    expect(specs['VirtualService/apps/r-gateway-route'].http[0].rewrite.authority).toBe('orders');
    expect(differences['VirtualService/apps/orders']).toEqual(['differs spec.awsName']);
  });

  it.each(['Or ders.apps', '10.0.0.1', 'a_b.apps', '*.apps'])(
    'a virtual service with the name %s is refused',
    (awsName) => {
      const { problems, specs } = translated(...base, aService('orders', undefined, { awsName }));
      expect(problems['VirtualService/apps/orders']?.[0]).toContain('spec.awsName: is not a DNS name');
      expect(specs).not.toHaveProperty('VirtualService/apps/orders');
    },
  );

  it.each([
    'blue.apps.virtual-node',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'istiod.istio-system.svc',
  ])('a virtual service with the name of a host of the cluster is refused: %s', (awsName) => {
    const { problems } = translated(...base, aService('orders', undefined, { awsName }));
    expect(problems['VirtualService/apps/orders']?.[0]).toContain('spec.awsName: is a host of the cluster');
  });

  it('a virtual service is seen only in the namespaces of its mesh', () => {
    const other = [
      aNamespace('other', { mesh: 'other' }),
      aMesh({ namespaceSelector: { matchLabels: { mesh: 'other' } } }, 'other'),
      {
        ...aService('a', undefined, { awsName: 'sts.amazonaws.com' }),
        metadata: { name: 'a', namespace: 'other' },
      },
    ];
    const { specs } = translated(...base, ...other, aService('orders'));
    expect(specs['VirtualService/apps/orders'].exportTo).toEqual(['apps']);
    expect(specs['VirtualService/other/a'].exportTo).toEqual(['other']);
    expect(specs['ServiceEntry/other/a-virtual-service'].exportTo).toEqual(['other']);
  });

  it('a virtual service has its name in small letters, in which host names are equal', () => {
    const { specs } = translated(...base, aService('orders', undefined, { awsName: 'Orders.Apps.' }));
    expect(specs['VirtualService/apps/orders'].hosts).toEqual(['orders.apps']);
  });

  it('a virtual service of a name that an earlier one has is refused, whichever mesh it is in', () => {
    const other = [
      aNamespace('other', { mesh: 'other' }),
      aMesh({ namespaceSelector: { matchLabels: { mesh: 'other' } } }, 'other'),
    ];
    const second = {
      ...aService('a', undefined, { awsName: 'orders.apps' }),
      metadata: { name: 'a', namespace: 'other' },
    };
    const { problems } = translated(...base, ...other, aService('orders'), second);
    expect(Object.keys(problems)).toEqual(['VirtualService/other/a']);
    expect(problems['VirtualService/other/a']?.[0]).toContain(
      'is the name of VirtualService "apps/orders", too',
    );
  });
});
