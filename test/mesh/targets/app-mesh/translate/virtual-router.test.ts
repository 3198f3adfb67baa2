import { describe, expect, it } from 'vitest';
import { virtualRouterSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-router.ts';
import { virtualRouterSpec } from '../../../../../shared/model/mesh/kinds/virtual-router.ts';
import { faultsOf } from '../../../../model/mesh/specs.ts';
import { routeOf, type Translated } from './route-tables.ts';

const listening = (...portMappings: readonly unknown[]) => ({
  listeners: portMappings.map((portMapping) => ({ portMapping })),
});
const several = listening({ port: 1, protocol: 'http' }, { port: 65535, protocol: 'tcp' });

describe('a VirtualRouter in App Mesh', () => {
  it.each<Translated>([
    ['nothing', {}, {}],
    ['null for nothing', { awsName: null, listeners: null, routes: null, meshRef: null }, {}],
    ['awsName and meshRef', { awsName: 'orders', meshRef: { name: 'shop', uid: 'uid-1' } }, {}],
    [
      'routes, which are resources of their own',
      { routes: [{ name: 'r', ...routeOf('httpRoute', {}) }] },
      {},
    ],
    ...['http', 'http2', 'grpc', 'tcp'].map((protocol): Translated => {
      const spec = listening({ port: 8080, protocol });
      return [`a listener for ${protocol}`, spec, spec];
    }),
    ['several listeners', several, several],
  ])('%s', (_, spec, expected) => {
    expect(virtualRouterSpecInput(virtualRouterSpec.parse(spec))).toEqual(expected);
  });
});

describe('faults of a VirtualRouter', () => {
  it.each([
    [{ awsName: [] }, 'spec.awsName: Invalid input: expected string, received array'],
    [{ meshRef: { uid: 'uid-1' } }, 'spec.meshRef.name: Invalid input: expected string, received undefined'],
    [{ listeners: [] }, 'spec.listeners: Too small: expected array to have >=1 items'],
    [
      { listeners: [{}] },
      'spec.listeners[0].portMapping: Invalid input: expected object, received undefined',
    ],
    [
      listening({ port: 0, protocol: 'http' }),
      'spec.listeners[0].portMapping.port: Too small: expected number to be >=1',
    ],
    [
      listening({ port: '80', protocol: 'http' }),
      'spec.listeners[0].portMapping.port: Invalid input: expected number, received string',
    ],
    [
      listening({ port: 80, protocol: 'https' }),
      'spec.listeners[0].portMapping.protocol: Invalid option: expected one of "http"|"http2"|"grpc"|"tcp"',
    ],
    [{ route: [] }, 'spec: Unrecognized key: "route"'],
    [{ routes: {} }, 'spec.routes: Invalid input: expected array, received object'],
    [
      { routes: ['a', 'b', 'a'].map((name) => ({ name, ...routeOf('tcpRoute', {}) })) },
      'spec.routes[2].name: the name "a" is already used by an earlier route; route names must be unique within a router',
    ],
  ])('%j', (spec, received) => {
    expect(faultsOf(virtualRouterSpec, spec)).toBe(received);
  });
});
