import { describe, expect, it } from 'vitest';
import { gatewayRouteSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/gateway-route.ts';
import { gatewayRouteSpec } from '../../../../../shared/model/mesh/kinds/gateway-route.ts';
import { aResolver, arn } from './harness.ts';
import {
  each,
  gatewayRouteOf,
  httpTypes,
  minGatewayMatch,
  namedMatches,
  pathMatches,
  type Row,
  requestTypes,
  type Translated,
  toOrders,
} from './route-tables.ts';

const actionInput = { target: { virtualService: { virtualServiceName: 'orders.shop' } } };
type Rewrite = readonly [match: object, rewrite: object];
const inputOf = (spec: object) => gatewayRouteSpecInput(gatewayRouteSpec.parse(spec), aResolver());

describe('a GatewayRoute in App Mesh', () => {
  it.each([
    ['awsName', { awsName: 'orders' }, {}],
    ['priority 0', { priority: 0 }, { priority: 0 }],
    ['priority 1000', { priority: 1000 }, { priority: 1000 }],
    ['meshRef', { meshRef: { name: 'shop', uid: 'uid-1' } }, {}],
    [
      'virtualGatewayRef',
      { virtualGatewayRef: { name: 'ingress', namespace: 'gateways', uid: 'uid-1' } },
      {},
    ],
    [
      'null for nothing',
      {
        awsName: null,
        priority: null,
        meshRef: null,
        virtualGatewayRef: null,
        http2Route: null,
        grpcRoute: null,
      },
      {},
    ],
  ])('%s', (_, said, expected) => {
    expect(inputOf({ ...gatewayRouteOf('httpRoute', {}), ...said })).toEqual({
      httpRoute: { match: { prefix: '/' }, action: actionInput },
      ...expected,
    });
  });

  it.each([
    ...each<Row>(httpTypes, [
      ...pathMatches.map(([, match]): Row => [match]),
      ...namedMatches.map(([, header]): Row => [{ prefix: '/', headers: [header] }]),
      [{ hostname: { exact: 'orders.example.com' } }],
      [{ hostname: { suffix: '.example.com' } }],
      [{ prefix: '/', hostname: { exact: 'h'.repeat(253) } }],
    ]),
    ...each<Row>(
      ['grpcRoute'],
      [
        [{ serviceName: 'color.ColorService' }],
        [{ hostname: { exact: 'orders.example.com' } }],
        [{ hostname: { suffix: '.example.com' }, serviceName: 'color.ColorService' }],
        [{ serviceName: 'color.ColorService', port: 8443 }],
        ...namedMatches.map(([, metadata]): Row => [{ serviceName: 's', metadata: [metadata] }]),
      ],
    ),
  ])('%s: match %j', (type, match) => {
    expect(inputOf(gatewayRouteOf(type, { match }))).toEqual({ [type]: { match, action: actionInput } });
  });

  it.each(
    each<Translated>(requestTypes, [
      ['by reference', toOrders, actionInput.target],
      [
        'in another namespace',
        {
          virtualService: { virtualServiceRef: { name: 'a', namespace: 'b' }, virtualServiceARN: null },
          port: null,
        },
        { virtualService: { virtualServiceName: 'a.b' } },
      ],
      [
        'by ARN',
        { virtualService: { virtualServiceARN: arn('virtualService', 'a.example.com') } },
        { virtualService: { virtualServiceName: 'a.example.com' } },
      ],
      ['at a port', { ...toOrders, port: 8080 }, { ...actionInput.target, port: 8080 }],
    ]),
  )('%s: a target %s', (type, _, said, expected) => {
    expect(inputOf(gatewayRouteOf(type, { action: { target: said } }))).toEqual({
      [type]: { match: minGatewayMatch(type), action: { target: expected } },
    });
  });

  it.each([
    ...each<Rewrite>(requestTypes, [
      [{}, { hostname: { defaultTargetHostname: 'ENABLED' } }],
      [{}, { hostname: { defaultTargetHostname: 'DISABLED' } }],
    ]),
    ...each<Rewrite>(httpTypes, [
      [{ prefix: '/a' }, { prefix: { defaultPrefix: 'ENABLED' } }],
      [{ prefix: '/a' }, { prefix: { defaultPrefix: 'DISABLED' } }],
      [{ prefix: '/a/' }, { prefix: { value: '/b/' } }],
      [{ prefix: '/a/' }, { prefix: { value: '/' } }],
      [{ hostname: { exact: 'a.example.com' } }, { prefix: { value: '/b/' } }],
      [{ path: { exact: '/a' } }, { path: { exact: '/b' } }],
      [
        { path: { regex: '/a.*' } },
        { path: { exact: '/b' }, hostname: { defaultTargetHostname: 'DISABLED' } },
      ],
      [{ hostname: { suffix: '.com' } }, { path: { exact: '/b' } }],
    ]),
  ])('%s: match %j, rewrite %j', (type, said, rewrite) => {
    const match = Object.keys(said).length === 0 ? minGatewayMatch(type) : said;
    expect(inputOf(gatewayRouteOf(type, { match, action: { target: toOrders, rewrite } }))).toEqual({
      [type]: { match, action: { ...actionInput, rewrite } },
    });
  });

  it.each([
    [
      'httpRoute',
      {
        match: {
          prefix: null,
          path: { exact: null, regex: '/a' },
          hostname: { exact: null, suffix: '.com' },
          method: null,
          headers: null,
          queryParameters: [{ name: 'a', match: null }],
          port: null,
        },
        action: {
          target: toOrders,
          rewrite: { prefix: null, path: null, hostname: { defaultTargetHostname: null } },
        },
      },
      {
        match: { path: { regex: '/a' }, hostname: { suffix: '.com' }, queryParameters: [{ name: 'a' }] },
        action: { ...actionInput, rewrite: { hostname: {} } },
      },
    ],
    [
      'http2Route',
      {
        match: { prefix: '/', path: null, hostname: null },
        action: { target: toOrders, rewrite: { prefix: { defaultPrefix: 'DISABLED', value: null } } },
      },
      {
        match: { prefix: '/' },
        action: { ...actionInput, rewrite: { prefix: { defaultPrefix: 'DISABLED' } } },
      },
    ],
    [
      'grpcRoute',
      {
        match: { serviceName: 's', hostname: null, metadata: null, port: null },
        action: { target: toOrders, rewrite: { hostname: null } },
      },
      { match: { serviceName: 's' }, action: { ...actionInput, rewrite: {} } },
    ],
  ])('%s: null is nothing', (type, said, expected) => {
    expect(inputOf(gatewayRouteOf(type, said))).toEqual({ [type]: expected });
  });

  it.each(requestTypes)('%s: says where its reference stands', (type) => {
    const resolver = aResolver();
    gatewayRouteSpecInput(gatewayRouteSpec.parse(gatewayRouteOf(type, {})), resolver);
    expect(resolver.asked).toEqual([
      `VirtualService spec.${type}.action.target.virtualService.virtualServiceRef`,
    ]);
  });
});
