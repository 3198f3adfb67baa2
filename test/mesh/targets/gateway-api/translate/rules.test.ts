import { describe, expect, it } from 'vitest';
import { anyRequest, type Match } from '../../../../../shared/mesh/targets/gateway-api/translate/match.ts';
import type { Path } from '../../../../../shared/mesh/targets/gateway-api/translate/path.ts';
import {
  type Action,
  backendRefs,
  grpcRules,
  httpRules,
  type Rule,
} from '../../../../../shared/mesh/targets/gateway-api/translate/rules.ts';

const blue = { namespace: 'apps', name: 'blue', port: 8080, weight: 1 };
const blueRef = { group: '', kind: 'Service', name: 'blue', port: 8080, weight: 1 };
const at = (kind: Path['kind'], value: string): Match => ({ ...anyRequest, path: { kind, value } });
const exact = (value: string) => at('exact', value);
const rule = (match: Match, action: Partial<Action> = {}, actionText = 'blue'): Rule => ({
  match,
  action: { backends: [blue], ...action },
  actionText,
});
// biome-ignore lint/suspicious/noExplicitAny: tests read any part of a rule
const http = (...rules: readonly Rule[]): readonly any[] =>
  httpRules(rules, { from: 'apps', asRegex: false });

describe('the backends of a rule', () => {
  it('name their namespace only if it is another one', () => {
    expect(backendRefs([blue, { ...blue, namespace: 'other', weight: 0 }], 'apps')).toEqual([
      blueRef,
      { ...blueRef, namespace: 'other', weight: 0 },
    ]);
    expect(backendRefs([], 'apps')).toEqual([]);
  });
});

describe('the rules of an HTTPRoute', () => {
  it('have one rule for neighbours that do the same', () => {
    const rules = [rule(exact('/a')), rule(exact('/b')), rule(exact('/c'), {}, 'other'), rule(exact('/d'))];
    const paths = http(...rules).map(({ matches }) => matches.map(({ path }: { path: Path }) => path.value));
    expect(paths).toEqual([['/a', '/b'], ['/c'], ['/d']]);
    expect(http()).toEqual([]);
  });

  it('have at most 64 matches in one rule', () => {
    const rules = Array.from({ length: 65 }, (_, index) => rule(exact(`/${index}`)));
    expect(http(...rules.slice(1)).map(({ matches }) => matches.length)).toEqual([64]);
    expect(http(...rules).map(({ matches }) => matches.length)).toEqual([64, 1]);
  });

  it('have a rule for each match with a path that is replaced', () => {
    const path = { replacement: '/new' };
    expect(http(rule(exact('/a'), { path }), rule(exact('/b'), { path }))).toHaveLength(2);
  });

  it('state of a match what it has, and no more', () => {
    const headers = new Map([['x', { kind: 'exact', value: '1' } as const]]);
    const query = new Map([['q', { kind: 'exact', value: '2' } as const]]);
    expect(http(rule({ ...exact('/a'), method: 'GET', headers, query }), rule(exact('/b')))).toStrictEqual([
      {
        matches: [
          {
            path: { type: 'Exact', value: '/a' },
            method: 'GET',
            headers: [{ name: 'x', type: 'Exact', value: '1' }],
            queryParams: [{ name: 'q', type: 'Exact', value: '2' }],
          },
          { path: { type: 'Exact', value: '/b' } },
        ],
        backendRefs: [blueRef],
      },
    ]);
  });

  it('match paths by regular expressions where that is requested', () => {
    const rules = httpRules([rule(anyRequest)], { from: 'apps', asRegex: true });
    expect(rules).toEqual([
      { matches: [{ path: { type: 'RegularExpression', value: '/.*' } }], backendRefs: [blueRef] },
    ]);
  });

  it('without backends change and limit nothing', () => {
    const action = { backends: [], timeoutMs: 1000, host: 'a.example.com', path: { replacement: '/new' } };
    expect(http(rule(exact('/a'), action))).toEqual([
      { matches: [{ path: { type: 'Exact', value: '/a' } }] },
    ]);
  });

  it.each<readonly [Partial<Action>, Match, object]>([
    [{ host: 'a.example.com' }, exact('/a'), { hostname: 'a.example.com' }],
    [
      { path: { replacement: '/new' } },
      at('segments', '/a'),
      { path: { type: 'ReplaceFullPath', replaceFullPath: '/new' } },
    ],
    [
      { host: 'a.example.com', path: { replacement: '/new' } },
      exact('/a'),
      { hostname: 'a.example.com', path: { type: 'ReplaceFullPath', replaceFullPath: '/new' } },
    ],
    // `/` replaces `/chapter`: of /chapter/1 it leaves /1, of /chapter /.
    ...(
      [
        ['exact', '/chapter/1', '/', '/1'],
        ['exact', '/chapter', '/', '/'],
        ['exact', '/chapter/', '/', '/'],
        ['segments', '/chapter', '/', '/'],
        ['segments', '/chapter/1', '/book/', '/book/1'],
      ] as const
    ).map(([kind, value, replacement, expected]): [Partial<Action>, Match, object] => [
      { path: { prefix: '/chapter', replacement } },
      at(kind, value),
      {
        path:
          kind === 'exact'
            ? { type: 'ReplaceFullPath', replaceFullPath: expected }
            : { type: 'ReplacePrefixMatch', replacePrefixMatch: expected },
      },
    ]),
  ])('with %j and the match %j rewrite %j', (action, match, urlRewrite) => {
    expect(http(rule(match, action))[0].filters).toStrictEqual([{ type: 'URLRewrite', urlRewrite }]);
  });

  it.each([
    [0, '0s'],
    [1, '1ms'],
    [999, '999ms'],
    [1000, '1s'],
    [1001, '1s1ms'],
    [59_999, '59s999ms'],
    [60_000, '1m'],
    [3_600_000, '1h'],
    [3_661_001, '1h1m1s1ms'],
    [7_200_000, '2h'],
    [99_999 * 3_600_000, '99999h'],
    [100_000 * 3_600_000, '0s'],
    [Number.POSITIVE_INFINITY, '0s'],
  ])('with a limit of %s ms have the timeout %s', (timeoutMs, request) => {
    expect(http(rule(exact('/a'), { timeoutMs }))[0].timeouts).toEqual({ request });
  });
});

describe('the rules of a GRPCRoute', () => {
  it('state service and method, and nothing for any call', () => {
    const headers = new Map([['x', { kind: 'exact', value: '1' } as const]]);
    const rules = [
      rule(exact('/shop.Cart/Add')),
      rule(at('prefix', '/shop.Cart/')),
      rule(anyRequest),
      rule({ ...anyRequest, headers }),
    ];
    expect(grpcRules(rules, 'apps')).toEqual([
      {
        matches: [
          { method: { type: 'Exact', service: 'shop.Cart', method: 'Add' } },
          { method: { type: 'Exact', service: 'shop.Cart' } },
          {},
          { headers: [{ name: 'x', type: 'Exact', value: '1' }] },
        ],
        backendRefs: [blueRef],
      },
    ]);
  });

  it('have no empty list of backends, and at most 64 matches each', () => {
    expect(grpcRules([rule(anyRequest, { backends: [] })], 'apps')).toEqual([{ matches: [{}] }]);
    const rules = Array.from({ length: 65 }, (_, index) => rule(exact(`/shop.Cart/Add${index}`)));
    expect(grpcRules(rules, 'other').map(({ matches }) => (matches as unknown[]).length)).toEqual([64, 1]);
    expect(grpcRules(rules, 'other')[1]?.backendRefs).toEqual([{ ...blueRef, namespace: 'apps' }]);
  });
});
