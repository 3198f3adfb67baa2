import { describe, expect, it } from 'vitest';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
} from '../../harness/manifests.ts';
import { namesOf, objectIn, translated } from './harness.ts';

type Spec = Readonly<Record<string, unknown>>;
const svc = (name: string) => `${name}.apps.svc.cluster.local`;
const cluster = [aNamespace(), aMesh(), aNode('blue'), aNode('red')];
const color = aService('color', 'router/color', { awsName: svc('color') });
const route = 'HTTPRoute apps/virtual-service-color-8080';

function withRoutes(routes: readonly Spec[], gatewayClass?: string) {
  return translated([...cluster, color, aRouter('color', routes)], gatewayClass);
}
function rulesOf(routes: readonly Spec[]) {
  return objectIn(withRoutes(routes), route).spec.rules;
}
const matching = (match: Spec) => aRoute('only', { blue: 1 }, { match });
const path = (type: string, value: string) => ({ path: { type, value } });

describe('a match, for class istio', () => {
  it.each([
    [{ prefix: '/' }, path('PathPrefix', '/')],
    [{ prefix: '/a' }, path('RegularExpression', '/a.*')],
    [{ prefix: '/a.b/' }, path('RegularExpression', '/a\\.b/.*')],
    [{ path: { exact: '/a' } }, path('Exact', '/a')],
    [{ path: { exact: '/a b' } }, path('RegularExpression', '/a b')],
    [{ path: { exact: '/a//b' } }, path('RegularExpression', '/a//b')],
    [{ path: { regex: '/a|/b' } }, path('RegularExpression', '/a|/b')],
    [
      { prefix: '/', method: 'PUT' },
      { ...path('PathPrefix', '/'), method: 'PUT' },
    ],
    [{ prefix: '/', headers: [{ name: 'X-A' }] }, header('RegularExpression', '.*')],
    [{ prefix: '/', headers: [{ name: 'x-a', match: { exact: 'b' } }] }, header('Exact', 'b')],
    [
      { prefix: '/', headers: [{ name: 'x-a', match: { prefix: 'b+' } }] },
      header('RegularExpression', 'b\\+.*'),
    ],
    [{ prefix: '/', headers: [{ name: 'x-a', match: { suffix: 'b' } }] }, header('RegularExpression', '.*b')],
    [
      { prefix: '/', headers: [{ name: 'x-a', match: { regex: 'b|c' } }] },
      header('RegularExpression', 'b|c'),
    ],
    [{ prefix: '/', queryParameters: [{ name: 'q' }] }, query('RegularExpression', '.*')],
    [{ prefix: '/', queryParameters: [{ name: 'q', match: { exact: '1' } }] }, query('Exact', '1')],
    [
      { prefix: '/', queryParameters: [{ name: 'q', match: { exact: '' } }] },
      query('RegularExpression', '()'),
    ],
  ])('an App Mesh match %j becomes, for class istio, the HTTPRoute match %j', (match, expected) => {
    expect(rulesOf([matching(match)])[0].matches).toEqual([expected]);
  });

  it('a route is left out if the conditions of its match contradict each other', () => {
    const twice = ['a', 'b'].map((exact) => ({ name: 'x', match: { exact } }));
    const rules = rulesOf([matching({ prefix: '/', headers: twice }), aRoute('rest', { red: 1 })]);
    expect(rules).toHaveLength(1);
  });
});

function header(type: string, value: string) {
  return { ...path('PathPrefix', '/'), headers: [{ name: 'x-a', type, value }] };
}
function query(type: string, value: string) {
  return { ...path('PathPrefix', '/'), queryParams: [{ name: 'q', type, value }] };
}

describe('what a class cannot match', () => {
  const inHeader = (match: Spec) => ({ prefix: '/', headers: [{ name: 'x-a', ...match }] });
  const many = Array.from({ length: 6 }, (_, index) => ({ name: `h${index}`, match: { exact: 'a' } }));
  it.each([
    ['istio', { prefix: '/', scheme: 'https' }, 'scheme'],
    ['istio', inHeader({ match: { exact: 'a' }, invert: true }), 'headers[0].invert'],
    ['istio', inHeader({ match: { range: { start: 1, end: 2 } } }), 'headers[0].match.range'],
    ['istio', { prefix: '/', headers: [{ name: 'a b' }] }, 'headers[0].name'],
    [
      'istio',
      { prefix: '/', headers: ['a', 'b'].map((regex) => ({ name: 'x', match: { regex } })) },
      'headers[1]',
    ],
    ['amazon-vpc-lattice', { path: { regex: '/a' } }, 'path.regex'],
    ['amazon-vpc-lattice', { path: { exact: '/a b' } }, 'path.exact'],
    ['amazon-vpc-lattice', { prefix: `/${'a'.repeat(200)}` }, 'prefix'],
    ['amazon-vpc-lattice', { prefix: '/', queryParameters: [{ name: 'q' }] }, 'queryParameters'],
    ['amazon-vpc-lattice', inHeader({}), 'headers[0]'],
    ['amazon-vpc-lattice', inHeader({ match: { prefix: 'a' } }), 'headers[0].match.prefix'],
    ['amazon-vpc-lattice', { prefix: '/', headers: many }, 'headers'],
  ])('gateway class %s refuses the match %j', (gatewayClass, match, field) => {
    const { differences, problems, objects } = withRoutes([matching(match)], gatewayClass);
    const at = `spec.routes[0].httpRoute.match.${field}`;
    const refused = differences['VirtualRouter apps/color']?.filter(({ effect }) => effect === 'refused');
    expect(refused?.map((each) => each.path)).toEqual([at]);
    expect(problems['VirtualService apps/color']?.[0]).toContain(
      `Unsupported: VirtualRouter apps/color ${at}: `,
    );
    expect(objects.filter(({ kind }) => kind === 'HTTPRoute')).toEqual([]);
  });
});

describe('the order of routes', () => {
  const blue = (match: Spec, priority: number) => aRoute('first', { blue: 1 }, { match, priority });
  const red = (match: Spec, priority: number) => aRoute('second', { red: 1 }, { match, priority });
  const matchesOf = (routes: readonly Spec[]) =>
    rulesOf(routes).map(({ matches, backendRefs }: { matches: unknown; backendRefs: { name: string }[] }) => [
      backendRefs[0]?.name,
      matches,
    ]);

  it('routes get no further match where the Gateway API has the order of App Mesh', () => {
    expect(matchesOf([blue({ prefix: '/a' }, 1), red({ prefix: '/' }, 2)])).toEqual([
      ['blue', [path('RegularExpression', '/a.*')]],
      ['red', [path('RegularExpression', '/.*')]],
    ]);
  });

  it('a route gets a further match for requests that the Gateway API would give to a later route', () => {
    const get = { prefix: '/', method: 'GET' };
    const header = { prefix: '/', headers: [{ name: 'x', match: { exact: 'a' } }] };
    const headers = [{ name: 'x', type: 'Exact', value: 'a' }];
    expect(matchesOf([blue(header, 1), red(get, 2)])).toEqual([
      [
        'blue',
        [
          { ...path('PathPrefix', '/'), headers },
          { ...path('PathPrefix', '/'), method: 'GET', headers },
        ],
      ],
      ['red', [{ ...path('PathPrefix', '/'), method: 'GET' }]],
    ]);
  });

  it('a route that an earlier one covers is left out', () => {
    expect(matchesOf([blue({ prefix: '/' }, 1), red({ path: { exact: '/a' } }, 2)])).toEqual([
      ['blue', [path('PathPrefix', '/'), path('Exact', '/a')]],
    ]);
  });

  it('overlapping routes are ordered by the lengths of regular expressions where one match of both cannot be written', () => {
    const both = matchesOf([blue({ path: { regex: '/[ab]' } }, 1), red({ path: { exact: '/a' } }, 2)]);
    expect(both).toEqual([
      ['blue', [path('RegularExpression', '/[ab]')]],
      ['red', [path('RegularExpression', '/a')]],
    ]);
    const longer = matchesOf([blue({ path: { regex: '/.' } }, 1), red({ prefix: '/abc' }, 2)]);
    expect(longer).toEqual([
      ['blue', [path('RegularExpression', '/.(?:)(?:)')]],
      ['red', [path('RegularExpression', '/abc.*')]],
    ]);
  });

  it('a gateway route whose rewritten prefix has characters that no PathPrefix may have is refused', () => {
    const target = { virtualService: { virtualServiceRef: { name: 'color' } } };
    const httpRoute = { match: { prefix: '/a b' }, action: { target } };
    const manifests = [...cluster, aService('color', undefined), aGateway('entry')];
    const result = translated([...manifests, aGatewayRoute('spaced', 'color', { httpRoute })]);
    expect(result.problems['GatewayRoute apps/spaced']).toEqual([
      expect.stringContaining('spec.httpRoute.match.prefix: such a path cannot be matched'),
    ]);
    expect(namesOf(result).filter((name) => name.includes('gateway-route'))).toEqual([]);
  });

  it('the second of two gateway routes that cannot be ordered is refused, and both are named', () => {
    const toColor = (name: string, match: Spec, priority: number) =>
      aGatewayRoute(name, 'color', {
        priority,
        httpRoute: {
          match,
          action: { target: { virtualService: { virtualServiceRef: { name: 'color' } } } },
        },
      });
    const result = translated([
      ...[...cluster, color, aRouter('color', [aRoute('all', { blue: 1 })]), aGateway('entry')],
      toColor('by-regex', { path: { regex: '/.*' } }, 1),
      toColor('by-prefix', { prefix: '/a' }, 2),
    ]);
    expect(result.problems['GatewayRoute apps/by-regex']).toEqual([]);
    expect(result.problems['GatewayRoute apps/by-prefix']?.[0]).toMatch(
      /^Unsupported: spec\.priority: App Mesh tries GatewayRoute apps\/by-regex .*before GatewayRoute apps\/by-prefix/,
    );
    expect(namesOf(result)).toContain('HTTPRoute apps/gateway-route-by-regex-8088');
    expect(namesOf(result)).not.toContain('HTTPRoute apps/gateway-route-by-prefix-8088');
  });
});

describe('virtual services of class istio', () => {
  it.each([
    [svc('color'), []],
    ['color.apps.svc', []],
    ['color', ['spec.awsName differs']],
    ['color.apps', ['spec.awsName differs']],
    ['color.other.svc.cluster.local', ['spec.awsName refused']],
    ['color.example.com', ['spec.awsName refused']],
  ])('a virtual service of class istio with the name %s has the differences %j', (awsName, expected) => {
    const { differences } = translated([...cluster, aService('color', 'node/blue', { awsName })]);
    const found = differences['VirtualService apps/color'] ?? [];
    expect(found.map((each) => `${each.path} ${each.effect}`)).toEqual(expected);
  });

  it('a virtual service without a provider answers with an error', () => {
    const result = translated([...cluster, aService('color', undefined, { awsName: svc('color') })]);
    expect(objectIn(result, 'HTTPRoute apps/virtual-service-color').spec).toEqual({
      parentRefs: [{ group: '', kind: 'Service', name: 'color' }],
      rules: [{ matches: [path('PathPrefix', '/')] }],
    });
  });

  it('an HTTPRoute keeps weights of 0 and gets a ReferenceGrant for Services of other namespaces', () => {
    const farSpec = { serviceDiscovery: { dns: { hostname: 'far.other.svc.cluster.local' } } };
    const far = aNode('far', farSpec, 'other');
    const weightedTargets = [
      { virtualNodeRef: { name: 'blue' }, weight: 3 },
      { virtualNodeRef: { name: 'red' }, weight: 0 },
      { virtualNodeRef: { name: 'far', namespace: 'other' }, weight: 1 },
    ];
    const mixed = { name: 'mixed', httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
    const result = translated([...cluster, aNamespace('other'), far, color, aRouter('color', [mixed])]);
    const refs = objectIn(result, route).spec.rules[0].backendRefs;
    expect(refs.map((ref: { name: string; weight: number }) => [ref.name, ref.weight])).toEqual([
      ['blue', 3],
      ['red', 0],
      ['far', 1],
    ]);
    const grant = result.objects.find(({ kind }) => kind === 'ReferenceGrant');
    expect(grant?.metadata.namespace).toBe('other');
    expect(grant?.spec).toEqual({
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'apps' }],
      to: [{ group: '', kind: 'Service', name: 'far' }],
    });
  });

  it.each(['istio', 'amazon-vpc-lattice'])(
    'no object is written into a namespace that has no virtual node for its Service (class %s)',
    (gatewayClass) => {
      const serviceDiscovery = { dns: { hostname: 'secret.kube-system.svc.cluster.local' } };
      const intruder = aNode('intruder', { serviceDiscovery });
      const service = aService('color', 'node/intruder', { awsName: svc('color') });
      const { objects, problems } = translated([...cluster, intruder, service], gatewayClass);
      expect(objects.filter(({ metadata }) => metadata.namespace !== 'apps')).toEqual([]);
      expect(problems['VirtualNode apps/intruder']).toEqual([
        expect.stringContaining(
          'spec.serviceDiscovery.dns.hostname: the Service is in another namespace, which only a virtual node there',
        ),
      ]);
      expect(problems['VirtualService apps/color']).not.toEqual([]);
    },
  );

  it.each([
    [{}, '15s'],
    [{ perRequest: { unit: 's', value: 5 } }, '5s'],
    [{ perRequest: { unit: 'ms', value: 1500 } }, '1s500ms'],
    [{ perRequest: { unit: 's', value: 60 } }, '15s'],
    [{ perRequest: { unit: 's', value: 0 } }, '15s'],
  ])(
    'a route with the timeout %j to a node with a timeout of 15 s has the time limit %s',
    (timeout, expected) => {
      const limited = aRoute('only', { blue: 1 });
      const httpRoute = { ...(limited.httpRoute as Spec), timeout };
      expect(rulesOf([{ ...limited, httpRoute }])[0].timeouts).toEqual({ request: expected });
    },
  );

  it('a virtual service with more rules than one HTTPRoute can have is refused', () => {
    const routes = Array.from({ length: 17 }, (_, index) =>
      aRoute(`r${index}`, { [index % 2 ? 'blue' : 'red']: 1 }, { match: { path: { exact: `/${index}` } } }),
    );
    expect(withRoutes(routes).problems['VirtualService apps/color']?.[0]).toContain(
      'more rules than one HTTPRoute',
    );
    expect(withRoutes(routes.slice(1)).problems['VirtualService apps/color']).toEqual([]);
  });
});
