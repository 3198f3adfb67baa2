import { describe, expect, it } from 'vitest';
import {
  type Entrance,
  gatewaySection,
  gatewaySpec,
  networkSection,
  networkSpec,
  routeKind,
} from '../../../../../shared/mesh/targets/gateway-api/translate/gateway.ts';
import type { VirtualGatewaySpec } from '../../../../../shared/model/mesh/kinds/virtual-gateway.ts';

type Protocol = 'http' | 'http2' | 'grpc';
const listener = (port: number, protocol: Protocol) => ({ portMapping: { port, protocol } });
const group = 'gateway.networking.k8s.io';

function listenersOf(spec: Partial<VirtualGatewaySpec>) {
  // biome-ignore lint/suspicious/noExplicitAny: tests read any part of a listener
  return gatewaySpec('istio', { listeners: [listener(80, 'http')], ...spec }).listeners as readonly any[];
}

describe('the Gateway of a virtual gateway', () => {
  it('has a listener for each port, with the kinds of routes of all its protocols', () => {
    const listeners = [
      listener(80, 'http'),
      listener(90, 'grpc'),
      listener(80, 'grpc'),
      listener(80, 'http2'),
    ];
    const sectionOf = (port: number, kinds: readonly string[]) => ({
      ...{ name: `port-${port}`, port, protocol: 'HTTP' },
      allowedRoutes: { namespaces: { from: 'Same' }, kinds: kinds.map((kind) => ({ group, kind })) },
    });
    expect(gatewaySpec('istio', { listeners })).toEqual({
      gatewayClassName: 'istio',
      listeners: [sectionOf(80, ['HTTPRoute', 'GRPCRoute']), sectionOf(90, ['GRPCRoute'])],
    });
  });

  it.each<readonly [selector: VirtualGatewaySpec['namespaceSelector'], namespaces: object]>([
    [undefined, { from: 'Same' }],
    [null, { from: 'Same' }],
    [{}, { from: 'Selector', selector: {} }],
    [{ matchLabels: { a: 'b' } }, { from: 'Selector', selector: { matchLabels: { a: 'b' } } }],
    [
      { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
      { from: 'Selector', selector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] } },
    ],
    [
      {
        matchExpressions: [
          { key: 'a', operator: 'Exists' },
          { key: 'b', operator: 'DoesNotExist', values: [] },
        ],
      },
      {
        from: 'Selector',
        selector: {
          matchExpressions: [
            { key: 'a', operator: 'Exists' },
            { key: 'b', operator: 'DoesNotExist' },
          ],
        },
      },
    ],
  ])('with the selector %j takes routes of %j', (namespaceSelector, namespaces) => {
    expect(listenersOf({ namespaceSelector })[0].allowedRoutes.namespaces).toEqual(namespaces);
  });

  it('has sections that are named by port', () => {
    expect(gatewaySection(8080)).toBe('port-8080');
  });

  it.each([
    ['http', 'HTTPRoute'],
    ['http2', 'HTTPRoute'],
    ['grpc', 'GRPCRoute'],
    ['tcp', 'TCPRoute'],
  ] as const)('has for %s routes of kind %s', (protocol, kind) => {
    expect(routeKind(protocol)).toBe(kind);
  });
});

describe('the Gateway of a service network', () => {
  const entrance = (port: number, protocol: Entrance['protocol']): Entrance => ({ port, protocol });

  it.each([
    ['http', 'http-80'],
    ['http2', 'http-80'],
    ['tcp', 'http-80'],
    ['grpc', 'https-80'],
  ] as const)('has for %s the section %s', (protocol, section) => {
    expect(networkSection(entrance(80, protocol))).toBe(section);
  });

  it('has each section once, by name, with TLS for gRPC', () => {
    const entrances = [
      entrance(90, 'http'),
      entrance(80, 'grpc'),
      entrance(80, 'http'),
      entrance(90, 'http2'),
    ];
    expect(networkSpec('amazon-vpc-lattice', entrances)).toEqual({
      gatewayClassName: 'amazon-vpc-lattice',
      listeners: [
        { name: 'http-80', port: 80, protocol: 'HTTP' },
        { name: 'http-90', port: 90, protocol: 'HTTP' },
        {
          ...{ name: 'https-80', port: 80, protocol: 'HTTPS' },
          tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: 'unused' }] },
        },
      ],
    });
  });
});
