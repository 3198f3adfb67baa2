import { describe, expect, it } from 'vitest';
import { virtualGatewaySpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-gateway.ts';
import { virtualGatewaySpec } from '../../../../../shared/model/mesh/kinds/virtual-gateway.ts';
import { type Faulty, faultsOf, type Translated } from '../../../../model/mesh/specs.ts';
import { expectedName } from './harness.ts';

const listeners = [{ portMapping: { port: 8088, protocol: 'http' } }];

describe('the spec of a VirtualGateway', () => {
  it.each<Translated>([
    [{}],
    [{ awsName: 'ingress', meshRef: { name: 'shop', uid: 'uid-1' } }, {}],
    [{ namespaceSelector: { matchLabels: { gateway: 'ingress' } } }, {}],
    [{ gatewayRouteSelector: { matchExpressions: [{ key: 'public', operator: 'Exists' }] } }, {}],
    [{ podSelector: { matchLabels: { app: 'ingress' } } }, {}],
    [
      {
        awsName: null,
        meshRef: null,
        namespaceSelector: null,
        gatewayRouteSelector: null,
        podSelector: null,
        backendDefaults: null,
        logging: null,
      },
      {},
    ],
    [{ logging: { accessLog: { file: { path: '/dev/stdout' } } } }],
  ])('%j becomes %j', (spec, expected = spec) => {
    const input = virtualGatewaySpecInput(virtualGatewaySpec.parse({ listeners, ...spec }));
    expect(input).toStrictEqual({ listeners, ...expected });
  });

  it.each<Faulty>([
    [{ listeners: undefined }, 'spec.listeners: Invalid input: expected array, received undefined'],
    [{ listeners: [] }, 'spec.listeners: Too small: expected array to have >=1 items'],
    [{ awsName: 1 }, 'spec.awsName: Invalid input: expected string, received number'],
    [{ meshRef: { name: '', uid: 'uid-1' } }, `spec.meshRef.name: ${expectedName}`],
    [{ namespaceSelector: { gateway: 'x' } }, 'spec.namespaceSelector: Unrecognized key: "gateway"'],
    [
      { gatewayRouteSelector: { matchLabels: [] } },
      'spec.gatewayRouteSelector.matchLabels: Invalid input: expected record, received array',
    ],
    [
      { podSelector: { matchExpressions: [{ operator: 'Exists' }] } },
      'spec.podSelector.matchExpressions[0].key: Invalid input: expected string, received undefined',
    ],
    [{ serviceDiscovery: {} }, 'spec: Unrecognized key: "serviceDiscovery"'],
  ])('%j is wrong', (spec, expected) => {
    expect(faultsOf(virtualGatewaySpec, { listeners, ...spec })).toBe(expected);
  });
});
