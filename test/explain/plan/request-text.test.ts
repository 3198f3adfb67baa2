import { describe, expect, it } from 'vitest';
import type { RequestExplanation } from '../../../shared/explain/plan/request-explanation.ts';
import { requestText } from '../../../shared/explain/plan/request-text.ts';
import type { Evaluation } from '../../../shared/mesh/routing/evaluate/evaluation.ts';
import { asked } from '../../mesh/routing/evaluate/evaluated.ts';
import { section } from '../harness/section.ts';

const objectName = (kind: 'VirtualService' | 'VirtualRouter') => ({ kind, namespace: 'apps', name: 'cart' });

function textOf(
  evaluation?: Partial<Evaluation>,
  request: Partial<Evaluation['request']> = {},
  targets: RequestExplanation['targets'] = [],
): readonly string[] {
  const whole = { ...asked, ...request };
  const none = { gatewayRoutes: [], routes: [], targets: [], timeouts: [], objects: [] };
  return requestText({
    ...{ subject: 'request', cluster: 'local', request: whole, targets, readFailures: [] },
    ...{ missingPermissions: [], cause: { kind: '', reason: '', advice: '' } },
    ...(evaluation && {
      evaluation: { request: whole, outcome: 'Routed', reason: 'r', ...none, ...evaluation },
    }),
  });
}

describe('the first line about a request', () => {
  const gateway = { kind: 'VirtualGateway', namespace: 'apps', name: 'in' } as const;

  it.each<readonly [Partial<Evaluation['request']>, string]>([
    [{}, 'GET / to cart.apps:8080 from VirtualNode apps/front of cluster local'],
    [
      { method: 'POST', path: '/a?b', host: 'cart.apps:8080' },
      'POST /a?b to cart.apps:8080 from VirtualNode apps/front of cluster local',
    ],
    [{ host: 'cart.apps:80' }, 'GET / to port 8080 from VirtualNode apps/front of cluster local'],
    [{ from: gateway, port: 8088 }, 'GET / to cart.apps:8088 at VirtualGateway apps/in of cluster local'],
  ])('%j', (request, expected) => {
    expect(textOf(undefined, request)).toEqual([expected]);
  });

  it('is followed by each value of each header', () => {
    expect(textOf(undefined, { headers: { a: '1', b: ['2', '3'] } }).slice(1)).toEqual([
      '  a: 1',
      '  b: 2',
      '  b: 3',
    ]);
  });
});

describe('the way of a request', () => {
  it('has no section about what it does not reach', () => {
    expect(textOf({})).toHaveLength(1);
  });

  it('has the routes of the gateway and of the virtual service, and why each is not taken', () => {
    const gatewayRoutes = [{ name: 'GatewayRoute apps/cart', outcome: 'taken' } as const];
    const routes = [
      { name: 'a', outcome: 'not matched', reason: 'the method is "GET"' },
      { name: 'b', outcome: 'not known', reason: 'not known whether' },
      { name: 'c', outcome: 'taken' },
      { name: 'd', outcome: 'not reached', reason: 'matches, too' },
    ] as const;
    const service = { service: objectName('VirtualService'), serviceName: 'cart.apps' };
    const provider = objectName('VirtualRouter');
    expect(textOf({ gatewayRoutes, routes, ...service, provider }).slice(1)).toEqual([
      '',
      'Gateway routes, in their order',
      '  ✓ GatewayRoute apps/cart',
      '',
      'Virtual service',
      '  VirtualService apps/cart, named cart.apps, provider VirtualRouter apps/cart',
      '',
      'Routes, in their order',
      '  ✗ a: the method is "GET"',
      '  ? b: not known whether',
      '  ✓ c',
      '  - d: matches, too',
    ]);
    expect(section(textOf(service), 'Virtual service')).toEqual([
      'VirtualService apps/cart, named cart.apps',
    ]);
  });

  it('has the targets with their share', () => {
    const targets = [
      { node: 'VirtualNode apps/a', port: 80, weight: 1, share: 1 / 3 },
      { node: 'arn:b', port: undefined, weight: 2, share: 2 / 3, problem: 'is missing' },
    ];
    expect(section(textOf({ targets }), 'Targets')).toEqual([
      '✓ VirtualNode apps/a port 80: 33.3 % (weight 1)',
      '✗ arn:b: 66.7 % (weight 2); is missing',
    ]);
  });
});

describe('what happens to a request on the way', () => {
  const sent = { host: 'cart.apps', path: '/' };
  const way = (evaluation: Partial<Evaluation>) => section(textOf(evaluation), 'On the way');

  it('is nothing if it is not sent', () => {
    const timeouts = [{ of: 'a', milliseconds: 1, isDefault: true }];
    expect(way({ timeouts })).toBeUndefined();
    expect(way({ sent })).toBeUndefined();
  });

  it.each([
    [{ ...sent, path: '/b' }, ['arrives with path /b']],
    [{ ...sent, host: 'b' }, ['arrives with host b']],
    [{ host: 'b', path: '/b' }, ['arrives with path /b and host b']],
  ])('is a rewrite: %j', (rewritten, expected) => {
    expect(way({ sent: rewritten })).toEqual(expected);
  });

  it('is each timeout, before the retries', () => {
    const timeouts = [
      { of: 'route a', milliseconds: 1500, isDefault: false },
      { of: 'listener b', milliseconds: 15_000, isDefault: true },
      { of: 'listener c', milliseconds: null, isDefault: false },
    ];
    const policy = {
      attempts: 2,
      perTryMs: undefined,
      conditions: ['reset', 'refused-stream'],
      codes: [503],
    };
    const lines = [
      'timeout of route a: 1.5 s',
      'timeout of listener b: 15 s (default)',
      'timeout of listener c: none',
    ];
    expect(way({ sent, timeouts, retries: { ...policy, isDefault: true } })).toEqual([
      ...lines,
      '2 retries on reset, refused-stream, 503 (default)',
    ]);
    expect(way({ sent, retries: { ...policy, perTryMs: 250, isDefault: false } })).toEqual([
      '2 retries on reset, refused-stream, 503, each try up to 0.25 s',
    ]);
  });
});

it('the text about a request has what each target does not apply and does in another way', () => {
  const targets = [
    { name: 'istio', target: 'Istio', problems: ['VirtualNode apps/a: no'], differences: [] },
    { name: 'envoy', target: 'Envoy', problems: [], differences: ['VirtualNode apps/b: other'] },
  ];
  expect(textOf(undefined, {}, targets).slice(1)).toEqual([
    '',
    'Not applied in Istio',
    '  ✗ VirtualNode apps/a: no',
    '',
    'Differences in Envoy',
    '  - VirtualNode apps/b: other',
  ]);
});
