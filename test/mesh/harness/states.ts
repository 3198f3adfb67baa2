import type { Manifest } from './harness.ts';
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
} from './manifests.ts';

const logging = { logging: { accessLog: { file: { path: '/dev/stdout' } } } };

/** Each object in states of which every combination is sound. The last ones nothing refers to. */
export const states: readonly (readonly [Manifest, ...Manifest[]])[] = [
  [aNamespace()],
  [aMesh(), aMesh({ egressFilter: { type: 'ALLOW_ALL' } })],
  [aNode('blue'), aNode('blue', logging), aNode('blue', backends('color'))],
  [aNode('green'), aNode('green', { awsName: 'verde' })],
  [
    aRouter('color', [aRoute('a', { blue: 1 })]),
    aRouter('color', [aRoute('a', { blue: 1, green: 1 }), aRoute('b', { green: 1 })]),
    aRouter('color', [aRoute('b', { blue: 2 })], { awsName: 'colours' }),
  ],
  [aService('color', 'router/color'), aService('color', 'node/blue'), aService('color')],
  [aGateway('entry'), aGateway('entry', { awsName: 'door' })],
  [aGatewayRoute('color', 'color'), aGatewayRoute('color', 'color', { priority: 5 })],
  [aNode('spare'), aNode('spare', logging)],
  [aService('spare'), aService('spare', 'node/blue')],
];
