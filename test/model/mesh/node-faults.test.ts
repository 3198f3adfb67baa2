import { describe, expect, it } from 'vitest';
import { virtualGatewaySpec } from '../../../shared/model/mesh/kinds/virtual-gateway.ts';
import { virtualNodeSpec } from '../../../shared/model/mesh/kinds/virtual-node.ts';
import { virtualRouterSpec } from '../../../shared/model/mesh/kinds/virtual-router.ts';
import { meshContentOf } from '../../../shared/model/mesh/object.ts';
import { anObject } from '../../fakes/objects.ts';
import { faultsOf } from './specs.ts';

const http = { portMapping: { port: 8080, protocol: 'http' } };
const dns = { serviceDiscovery: { dns: { hostname: 'cart.shop' } } };
const node = (spec: object) => faultsOf(virtualNodeSpec, spec);

describe('the service discovery of a virtual node', () => {
  it('is needed with a listener', () => {
    const needed =
      'spec.serviceDiscovery: expected dns or awsCloudMap, as the virtual node has a listener; found none';
    expect(node({ listeners: [http] })).toBe(needed);
    expect(node({ listeners: [http], serviceDiscovery: null })).toBe(needed);
    expect(node({ listeners: [http], ...dns })).toBe('');
  });

  it.each([{}, { listeners: null }, { listeners: [] }, dns])('is not needed with %j', (spec) => {
    expect(node(spec)).toBe('');
  });
});

describe('the backends of a virtual node', () => {
  const arn = 'arn:aws:appmesh:us-west-2:111122223333:mesh/shop/virtualService/pay';
  const named = (name: string, namespace?: string) => ({
    virtualService: { virtualServiceRef: { name, ...(namespace && { namespace }) } },
  });
  const byArn = (virtualServiceARN: string) => ({ virtualService: { virtualServiceARN } });
  const backends = (...all: readonly object[]) => node({ backends: all });
  const twice = (index: number, name: string) =>
    `spec.backends[${index}].virtualService: expected each virtual service once; ${name} is also an earlier backend`;

  it('name each virtual service once', () => {
    expect(backends(named('a'), named('b'), named('a'))).toBe(twice(2, 'a'));
    expect(backends(named('a', 'x'), named('a', 'x'), named('a', 'x'))).toBe(
      `${twice(1, 'x/a')}\n${twice(2, 'x/a')}`,
    );
    expect(backends(byArn(arn), byArn(arn))).toBe(twice(1, arn));
  });

  it('may name those of different namespaces, and by ARN', () => {
    expect(backends(named('a'), named('a', 'x'), named('a', 'y'), byArn(arn), byArn(`${arn}-2`))).toBe('');
    expect(node({ backends: null })).toBe('');
  });
});

describe('the connection pool of a listener', () => {
  const pool = (connectionPool: object | null, protocol = 'http') =>
    node({ listeners: [{ portMapping: { port: 80, protocol }, connectionPool }], ...dns });
  const expected = 'spec.listeners[0].connectionPool: expected';

  it('is of its protocol', () => {
    const http2 = { http2: { maxRequests: 1 } };
    expect(pool({ http: { maxConnections: 1 } })).toBe('');
    expect(pool(http2, 'http2')).toBe('');
    expect(pool(null)).toBe('');
    expect(pool(http2)).toBe(`${expected} http, as the listener's protocol is; found http2`);
    expect(pool({ http: { maxConnections: 1 }, ...http2 })).toBe(
      `${expected} exactly one of http, http2, grpc, tcp; found http and http2\n${expected} http, as the listener's protocol is; found http and http2`,
    );
  });

  it('is of its protocol in a virtual gateway, too', () => {
    const listener = { portMapping: { port: 80, protocol: 'grpc' } };
    const gateway = (connectionPool: object) =>
      faultsOf(virtualGatewaySpec, { listeners: [{ ...listener, connectionPool }] });
    expect(gateway({ grpc: { maxRequests: 1 } })).toBe('');
    expect(gateway({ http: { maxConnections: 1 } })).toBe(
      `${expected} grpc, as the listener's protocol is; found http`,
    );
  });
});

it('the routes of a virtual router have different names', () => {
  const route = (name: string) => ({
    ...{ name, tcpRoute: { action: { weightedTargets: [{ virtualNodeRef: { name: 'a' }, weight: 1 }] } } },
  });
  const routes = (...names: readonly string[]) => faultsOf(virtualRouterSpec, { routes: names.map(route) });
  expect(routes('a', 'b', 'a')).toBe(
    'spec.routes[2].name: the name "a" is already used by an earlier route; route names must be unique within a router',
  );
  expect(routes('a', 'b')).toBe('');
});

describe('the values of a label selector', () => {
  const fault =
    'spec.podSelector.matchExpressions[0].values: expected at least one value with In and NotIn, and none with Exists and DoesNotExist';
  const selector = (operator: string, values?: readonly string[] | null) =>
    node({ podSelector: { matchExpressions: [{ key: 'a', operator, values }] } });

  it.each(['In', 'NotIn'])('are needed with %s', (operator) => {
    expect(selector(operator, ['x'])).toBe('');
    for (const values of [[], null, undefined]) expect(selector(operator, values)).toBe(fault);
  });

  it.each(['Exists', 'DoesNotExist'])('are not allowed with %s', (operator) => {
    expect(selector(operator, ['x'])).toBe(fault);
    for (const values of [[], null, undefined]) expect(selector(operator, values)).toBe('');
  });
});

describe('the content of a mesh object', () => {
  it('is the spec by the schema of its kind', () => {
    expect(meshContentOf(anObject('BackendGroup', { virtualservices: [] }))).toEqual({
      content: { kind: 'BackendGroup', spec: { virtualservices: [] } },
    });
    expect(meshContentOf(anObject('VirtualNode', undefined))).toEqual({
      content: { kind: 'VirtualNode', spec: {} },
    });
  });

  it('is each of its faults', () => {
    expect(meshContentOf(anObject('VirtualNode', { a: 1, listeners: 2 }))).toEqual({
      fault: 'spec.listeners: Invalid input: expected array, received number\nspec: Unrecognized key: "a"',
    });
  });
});
