import { describe, expect, it } from 'vitest';
import { gatewayRouteSpec } from '../../../shared/model/mesh/kinds/gateway-route.ts';
import { arn, expectedArn, expectedName } from '../../mesh/targets/app-mesh/translate/harness.ts';
import {
  each,
  type Fault,
  gatewayRouteOf,
  httpTypes,
  namedMatchFaults,
  pathMatchFaults,
  requestTypes,
  toOrders,
} from '../../mesh/targets/app-mesh/translate/route-tables.ts';
import { faultsOf } from './specs.ts';

const owner = { name: 'ingress', namespace: 'gateways', uid: 'uid-1' };
const faultsIn = (spec: object) => faultsOf(gatewayRouteSpec, spec);

describe('faults of a GatewayRoute', () => {
  const oneType = 'expected exactly one of httpRoute, http2Route, grpcRoute; found';
  const http = gatewayRouteOf('httpRoute', {});
  it.each([
    [{}, `: ${oneType} none`],
    [{ ...http, ...gatewayRouteOf('grpcRoute', {}) }, `: ${oneType} httpRoute and grpcRoute`],
    [{ ...http, awsName: 'x'.repeat(256) }, '.awsName: Too big: expected string to have <=255 characters'],
    [{ ...http, priority: 1001 }, '.priority: Too big: expected number to be <=1000'],
    [{ ...http, priority: -1 }, '.priority: Too small: expected number to be >=0'],
    [{ ...http, meshRef: 'shop' }, '.meshRef: Invalid input: expected object, received string'],
    [
      { ...http, virtualGatewayRef: { name: 'ingress' } },
      '.virtualGatewayRef.uid: Invalid input: expected string, received undefined',
    ],
    [{ ...http, virtualGatewayRef: { ...owner, name: '' } }, `.virtualGatewayRef.name: ${expectedName}`],
    [{ ...http, tcpRoute: {} }, ': Unrecognized key: "tcpRoute"'],
  ])('%j', (spec, written) => {
    expect(faultsIn(spec)).toBe(`spec${written}`);
  });

  const oneHostname = 'expected exactly one of exact, suffix; found';
  it.each([
    ...each<Fault>(httpTypes, pathMatchFaults),
    ...each<Fault>(
      httpTypes,
      namedMatchFaults.map(
        ([header, written]): Fault => [{ prefix: '/', headers: [header] }, `.headers[0]${written}`],
      ),
    ),
    ...each<Fault>(httpTypes, [
      [{}, ': expected at least one of prefix, path, hostname; found none'],
      [{ port: 80 }, ': expected at least one of prefix, path, hostname; found none'],
      [
        { prefix: '/', path: { exact: '/' } },
        ': expected at most one of prefix, path; found prefix and path',
      ],
      [{ prefix: '/', scheme: 'http' }, ': Unrecognized key: "scheme"'],
    ]),
    ...each<Fault>(requestTypes, [
      [{ hostname: {} }, `.hostname: ${oneHostname} none`],
      [{ hostname: { exact: 'a', suffix: 'b' } }, `.hostname: ${oneHostname} exact and suffix`],
      [{ hostname: { exact: '' } }, '.hostname.exact: Too small: expected string to have >=1 characters'],
      [
        { hostname: { suffix: 's'.repeat(254) } },
        '.hostname.suffix: Too big: expected string to have <=253 characters',
      ],
    ]),
    ...each<Fault>(
      ['grpcRoute'],
      [
        [{}, ': expected at least one of serviceName, hostname; found none'],
        [{ serviceName: 5 }, '.serviceName: Invalid input: expected string, received number'],
        [{ serviceName: 's', metadata: [] }, '.metadata: Too small: expected array to have >=1 items'],
        [{ serviceName: 's', port: 65536 }, '.port: Too big: expected number to be <=65535'],
        [{ serviceName: 's', methodName: 'm' }, ': Unrecognized key: "methodName"'],
        ...namedMatchFaults.map(
          ([metadata, written]): Fault => [
            { serviceName: 's', metadata: [metadata] },
            `.metadata[0]${written}`,
          ],
        ),
      ],
    ),
  ])('%s: match %j', (type, match, written) => {
    expect(faultsIn(gatewayRouteOf(type, { match }))).toBe(`spec.${type}.match${written}`);
  });

  const oneService = 'expected exactly one of virtualServiceRef, virtualServiceARN; found';
  it.each(
    each<Fault>(requestTypes, [
      [{}, '.virtualService: Invalid input: expected object, received undefined'],
      [{ virtualService: {} }, `.virtualService: ${oneService} none`],
      [
        { virtualService: { ...toOrders.virtualService, virtualServiceARN: arn('virtualService', 'a') } },
        `.virtualService: ${oneService} virtualServiceRef and virtualServiceARN`,
      ],
      [
        { virtualService: { virtualServiceRef: { name: '*' } } },
        `.virtualService.virtualServiceRef.name: ${expectedName}`,
      ],
      [
        { virtualService: { virtualServiceARN: arn('virtualNode', 'a') } },
        `.virtualService.virtualServiceARN: ${expectedArn('virtualService')}`,
      ],
      [{ ...toOrders, port: 0 }, '.port: Too small: expected number to be >=1'],
    ]),
  )('%s: target %j', (type, said, written) => {
    expect(faultsIn(gatewayRouteOf(type, { action: { target: said } }))).toBe(
      `spec.${type}.action.target${written}`,
    );
  });

  const onOrOff = 'Invalid option: expected one of "ENABLED"|"DISABLED"';
  const onePrefix = 'expected exactly one of defaultPrefix, value; found';
  const slashes = 'expected a prefix that begins and ends with /';
  it.each([
    ...each<Fault>(requestTypes, [
      [{ hostname: { defaultTargetHostname: true } }, `.hostname.defaultTargetHostname: ${onOrOff}`],
    ]),
    ...each<Fault>(httpTypes, [
      [{}, ': expected at least one of prefix, path, hostname; found none'],
      [{ prefix: {} }, `.prefix: ${onePrefix} none`],
      [{ prefix: { defaultPrefix: 'ENABLED', value: '/' } }, `.prefix: ${onePrefix} defaultPrefix and value`],
      [{ prefix: { defaultPrefix: 'enabled' } }, `.prefix.defaultPrefix: ${onOrOff}`],
      [{ prefix: { value: 'b/' } }, `.prefix.value: ${slashes}`],
      [{ prefix: { value: '/b' } }, `.prefix.value: ${slashes}`],
      [{ prefix: { value: '' } }, `.prefix.value: ${slashes}`],
      [
        { prefix: { value: `/${'b'.repeat(254)}/` } },
        '.prefix.value: Too big: expected string to have <=255 characters',
      ],
      [{ path: {} }, '.path.exact: Invalid input: expected string, received undefined'],
      [{ path: { exact: '/b' } }, '.path: expected no rewrite of a path where the match is by prefix'],
    ]),
    ...each<Fault>(['grpcRoute'], [[{ prefix: {} }, ': Unrecognized key: "prefix"']]),
  ])('%s: rewrite %j', (type, rewrite, written) => {
    expect(faultsIn(gatewayRouteOf(type, { action: { target: toOrders, rewrite } }))).toBe(
      `spec.${type}.action.rewrite${written}`,
    );
  });

  it.each(
    each<Fault>(httpTypes, [
      [{ prefix: { value: '/b/' } }, '.prefix: expected no rewrite of a prefix where the match is by path'],
      [{ path: { exact: 'b' } }, '.path.exact: expected a path that begins with /'],
    ]),
  )('%s: rewrite %j of a matched path', (type, rewrite, written) => {
    const said = { match: { path: { exact: '/a' } }, action: { target: toOrders, rewrite } };
    expect(faultsIn(gatewayRouteOf(type, said))).toBe(`spec.${type}.action.rewrite${written}`);
  });

  it.each(httpTypes)('%s: no rewrite of both', (type) => {
    const rewrite = { prefix: { value: '/b/' }, path: { exact: '/b' } };
    const match = { hostname: { exact: 'a.example.com' } };
    expect(faultsIn(gatewayRouteOf(type, { match, action: { target: toOrders, rewrite } }))).toBe(
      `spec.${type}.action.rewrite: expected at most one of prefix, path; found prefix and path`,
    );
  });

  it.each(each<readonly [missing: string]>(requestTypes, [['match'], ['action']]))(
    '%s: without its %s',
    (type, missing) => {
      expect(faultsIn(gatewayRouteOf(type, { [missing]: undefined }))).toBe(
        `spec.${type}.${missing}: Invalid input: expected object, received undefined`,
      );
    },
  );
});
