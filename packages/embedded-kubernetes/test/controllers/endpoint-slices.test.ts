import { describe, expect, it } from 'vitest';
import { endpointsOf } from '../../src/controllers/endpoint-slice/endpoints.ts';
import { slicesOf } from '../../src/controllers/endpoint-slice/plan.ts';
import type { JsonObject, KubernetesObject } from '../../src/model/objects.ts';

const service = (spec: JsonObject = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop', uid: 's', resourceVersion: '1', creationTimestamp: '' },
  spec: {
    ipFamilies: ['IPv4'],
    ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }],
    ...spec,
  },
});

interface PodState {
  readonly ready?: boolean;
  readonly phase?: string;
  readonly port?: number;
  readonly spec?: JsonObject;
  readonly deletionTimestamp?: string;
}
function pod(name: string, ips: readonly string[], state: PodState = {}): KubernetesObject {
  const { ready = true, phase = 'Running', port = 8080, spec = {}, deletionTimestamp } = state;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name, namespace: 'shop', uid: name, resourceVersion: '1', creationTimestamp: '' },
      ...(deletionTimestamp && { deletionTimestamp }),
    },
    spec: { nodeName: 'n1', containers: [{ ports: [{ name: 'web', containerPort: port }] }], ...spec },
    status: {
      phase,
      podIPs: ips.map((ip) => ({ ip })),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  };
}
const zones = (node: string) => (node === 'n1' ? 'us-west-2a' : '');
const conditionsOf = (given: KubernetesObject, of = service()) =>
  slicesOf(of, [given], zones)[0]?.endpoints[0]?.conditions;

describe('the EndpointSlices of a Service', () => {
  it('hold each pod with its address, its node and zone, and the port of its container', () => {
    expect(slicesOf(service(), [pod('a', ['10.0.0.1'])], zones)).toEqual([
      {
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        endpoints: [
          {
            addresses: ['10.0.0.1'],
            conditions: { ready: true, serving: true, terminating: false },
            nodeName: 'n1',
            zone: 'us-west-2a',
            targetRef: { kind: 'Pod', name: 'a', namespace: 'shop', uid: 'a' },
          },
        ],
      },
    ]);
  });

  it('say whether a pod is ready, serves and terminates', () => {
    expect(conditionsOf(pod('a', ['10.0.0.1'], { ready: false }))).toMatchObject({
      ready: false,
      serving: false,
    });
    const leaving = pod('a', ['10.0.0.1'], { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(conditionsOf(leaving)).toEqual({ ready: false, serving: true, terminating: true });
    const unready = pod('a', ['10.0.0.1'], { ready: false });
    expect(conditionsOf(unready, service({ publishNotReadyAddresses: true }))).toMatchObject({ ready: true });
  });

  it('leave out a pod that has no address or has ended', () => {
    expect(slicesOf(service(), [pod('a', [])], zones)).toEqual([]);
    expect(slicesOf(service(), [pod('a', ['10.0.0.1'], { phase: 'Succeeded' })], zones)).toEqual([]);
  });

  it('have one for each address family and each set of ports', () => {
    const pods = [pod('a', ['10.0.0.1', 'fd00::1']), pod('b', ['10.0.0.2', 'fd00::2'], { port: 9090 })];
    const slices = slicesOf(service({ ipFamilies: ['IPv4', 'IPv6'] }), pods, zones);
    expect(
      slices.map(({ addressType, ports, endpoints }) => [
        addressType,
        ports[0]?.port,
        endpoints[0]?.addresses,
      ]),
    ).toEqual([
      ['IPv4', 8080, ['10.0.0.1']],
      ['IPv4', 9090, ['10.0.0.2']],
      ['IPv6', 8080, ['fd00::1']],
      ['IPv6', 9090, ['fd00::2']],
    ]);
  });

  it('hold at most 100 endpoints each', () => {
    const pods = Array.from({ length: 250 }, (_, index) => pod(`p${index}`, [`10.0.${index}.1`]));
    expect(slicesOf(service(), pods, zones).map(({ endpoints }) => endpoints.length)).toEqual([100, 100, 50]);
  });

  it('have the hostname of a pod in the subdomain of the Service', () => {
    const named = pod('a', ['10.0.0.1'], { spec: { hostname: 'cart-0', subdomain: 'cart', containers: [] } });
    const numeric = service({ ports: [{ name: 'http', port: 80, targetPort: 8080 }] });
    expect(slicesOf(numeric, [named], zones)[0]?.endpoints[0]).toMatchObject({ hostname: 'cart-0' });
  });

  it('become Endpoints, ready and not', () => {
    const pods = [pod('a', ['10.0.0.1']), pod('b', ['10.0.0.2'], { ready: false })];
    expect(endpointsOf(slicesOf(service(), pods, zones))).toMatchObject([
      {
        addresses: [{ ip: '10.0.0.1', nodeName: 'n1' }],
        notReadyAddresses: [{ ip: '10.0.0.2' }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
  });
});
