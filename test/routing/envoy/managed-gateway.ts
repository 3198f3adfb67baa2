import type { Manifest } from '../request.ts';

/** The addresses of the two proxies that are asked: a pod's, and a gateway's. */
export const podAddress = '10.0.0.9';
export const gatewayAddress = '10.0.0.8';

export const gatewayClass: Manifest = {
  ...{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'istio' } },
  spec: { controllerName: 'istio.io/gateway-controller' },
};

/** What Istio itself makes for a Gateway: a Service and a pod with this address, by which istiod knows the gateway's proxy. */
export function managedGateway(
  name: string,
  namespace: string,
  ports: readonly number[],
  ip: string,
): readonly Manifest[] {
  const labels = { 'gateway.networking.k8s.io/gateway-name': name };
  const service = `${name}-istio`;
  const named = ports.map((port) => ({ name: `http-${port}`, port, targetPort: port, protocol: 'TCP' }));
  const object = (apiVersion: string, kind: string, own: object, rest: object) =>
    ({ apiVersion, kind, metadata: { name: service, namespace, ...own }, ...rest }) as Manifest;
  return [
    object('v1', 'Service', {}, { spec: { clusterIP: '10.1.9.9', selector: labels, ports: named } }),
    object('v1', 'Pod', { labels }, { spec: { containers: [] }, status: { phase: 'Running', podIP: ip } }),
    object(
      'discovery.k8s.io/v1',
      'EndpointSlice',
      { labels: { 'kubernetes.io/service-name': service } },
      {
        addressType: 'IPv4',
        endpoints: [{ addresses: [ip] }],
        ports: named.map(({ name: port, port: number }) => ({ name: port, port: number })),
      },
    ),
  ];
}
