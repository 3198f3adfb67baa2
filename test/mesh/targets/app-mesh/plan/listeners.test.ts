import { describe, expect, it } from 'vitest';
import {
  areServed,
  listenersOf,
  uniqueListeners,
} from '../../../../../shared/mesh/targets/app-mesh/plan/listeners.ts';
import type { ListenerAlternatives } from '../../../../../shared/mesh/targets/app-mesh/plan/mesh-listener.ts';

const http = { protocol: 'http' };
const on = (port: number, protocol = 'http') => ({ protocol, port });

describe('the listeners of a resource', () => {
  it.each([
    ['virtualRouter', {}, []],
    [
      'virtualRouter',
      { listeners: [{ portMapping: on(80) }, { portMapping: on(81, 'grpc') }] },
      [on(80), on(81, 'grpc')],
    ],
    ['route', {}, []],
    ['route', { priority: 1, httpRoute: { match: { port: 80 } } }, [on(80)]],
    ['route', { httpRoute: { match: {} } }, [http]],
    ['route', { http2Route: {} }, [{ protocol: 'http2' }]],
    ['route', { grpcRoute: { match: { port: 80 } } }, [on(80, 'grpc')]],
    ['route', { tcpRoute: { match: { port: 80 } } }, [on(80, 'tcp')]],
    ['virtualNode', { listeners: [{ portMapping: on(80) }] }, undefined],
  ] as const)('of a %s with %j are %j', (kind, spec, expected) => {
    expect(listenersOf(kind, spec)).toStrictEqual(expected);
  });
});

describe('whether a router serves a route', () => {
  it.each<[string, ListenerAlternatives | undefined, ListenerAlternatives | undefined, boolean]>([
    ['not if the route is not known', undefined, [[on(80)]], false],
    ['not if the router is not known', [[on(80)]], undefined, false],
    ['by protocol and port', [[on(80)]], [[on(80)]], true],
    ['not on another port', [[on(80)]], [[on(81)]], false],
    ['not with another protocol', [[on(80)]], [[on(80, 'grpc')]], false],
    ['on its only listener without a port', [[http]], [[on(80)]], true],
    ['not without a port by another protocol', [[http]], [[on(80, 'tcp')]], false],
    ['not without a port if there are several', [[http]], [[on(80), on(81)]], false],
    ['on one of several', [[on(81)]], [[on(80), on(81)]], true],
    ['on none of several', [[on(82)]], [[on(80), on(81)]], false],
    ['any without listeners', [[on(80)], [http]], [[]], true],
    ['in every state of the router', [[on(80)]], [[on(80)], [on(80), on(81)]], true],
    ['not in one state only', [[on(80)]], [[on(80)], [on(81)]], false],
    ['in every state of the route', [[on(80)], [on(81)]], [[on(80), on(81)]], true],
    ['not in one state of the route only', [[on(80)], [on(82)]], [[on(80), on(81)]], false],
    ['one that does not exist', [], [[on(80)]], true],
    ['one without a listener', [[]], [[on(80)]], true],
  ])('%s', (_, route, router, expected) => {
    expect(areServed(route, router)).toBe(expected);
  });
});

it.each<[ListenerAlternatives, ListenerAlternatives]>([
  [[], []],
  [[[on(80)], [on(80)]], [[on(80)]]],
  [
    [[on(80)], [on(81)], [on(80)]],
    [[on(80)], [on(81)]],
  ],
  [
    [[http], [on(80)], [{ protocol: 'grpc' }]],
    [[http], [on(80)], [{ protocol: 'grpc' }]],
  ],
  [
    [[on(80), on(81)], [on(80)]],
    [[on(80), on(81)], [on(80)]],
  ],
])('the states %j are %j without repeated ones', (all, expected) => {
  expect(uniqueListeners(all)).toEqual(expected);
});
