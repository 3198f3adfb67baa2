import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../shared/mesh/targets/gateway-api/plan/limits.ts';
import {
  orderLimit,
  type RouteRow,
  rowOf,
  rulesOf,
  tableOf,
} from '../../../../../shared/mesh/targets/gateway-api/plan/route-tables.ts';
import { anyRequest, type Match } from '../../../../../shared/mesh/targets/gateway-api/translate/match.ts';
import type { Path } from '../../../../../shared/mesh/targets/gateway-api/translate/path.ts';
import type { Action } from '../../../../../shared/mesh/targets/gateway-api/translate/rules.ts';

/** `prefix /a` */
function at(text: string): Match {
  const [kind = '', value = ''] = text.split(/ (.*)/s);
  return { ...anyRequest, path: { kind: kind as Path['kind'], value } };
}
const to = (name: string, more: Partial<Action> = {}): Action => ({
  backends: [{ namespace: 'apps', name, port: 8080, weight: 1 }],
  ...more,
});
/** A row to a Service of the name; `more`: what else it does. */
const row = (path: string, name: string, more?: Partial<Action>, object = ''): RouteRow =>
  rowOf(at(path), to(name, more), object, `route "${name}"`);
const pathsIn = ({ rows }: { readonly rows: readonly RouteRow[] }) =>
  rows.map(({ match: { path }, action }) => `${path.kind} ${path.value} ${action.backends[0]?.name}`);

describe('a row', () => {
  it('has its action as text, by which it is compared with others', () => {
    const action = to('blue', { timeoutMs: 1000 });
    expect(rowOf(at('exact /a'), action, 'GatewayRoute apps/way', 'route "a"')).toEqual({
      match: at('exact /a'),
      action,
      actionText: '{"backends":[{"namespace":"apps","name":"blue","port":8080,"weight":1}],"timeoutMs":1000}',
      object: 'GatewayRoute apps/way',
      rewritesPrefix: false,
      label: 'route "a"',
    });
  });

  it.each([
    [undefined, false],
    [{ replacement: '/new' }, false],
    [{ prefix: '/old', replacement: '/new' }, true],
  ])('whose action has the path %j rewrites a prefix: %s', (path, expected) => {
    expect(row('exact /a', 'blue', { path }).rewritesPrefix).toBe(expected);
  });
});

describe('the paths of a table', () => {
  it.each<readonly [protocol: string, paths: readonly string[], asRegex: boolean]>([
    ['http', ['prefix /', 'exact /a', 'segments /a'], false],
    ['http', ['prefix /', 'prefix /a'], true],
    ['http', ['regex /a.'], true],
    ['http', ['exact /a b'], true],
    ['http', [], false],
    ['grpc', ['prefix /'], true],
    ['grpc', ['exact /shop.Cart/Add'], true],
  ])('for %s with %j are regular expressions: %s', (protocol, paths, asRegex) => {
    const rows = paths.map((path) => row(path, 'blue'));
    expect(tableOf(rows, protocol, 'istio')).toEqual({ rows, conflicts: [], asRegex });
  });
});

describe('rows whose requests no match has in common', () => {
  // A regular expression ranks by its length: the second would be chosen for /ab.
  const [first, second] = [row('regex /a.', 'blue'), row('regex /ab?b', 'green')];

  it('become regular expressions of Istio, each longer than the next', () => {
    const table = tableOf([first, second], 'http', 'istio');
    expect({ ...table, rows: pathsIn(table) }).toEqual({
      rows: ['regex /a.(?:) blue', 'regex /ab?b green'],
      conflicts: [],
      asRegex: true,
    });
    expect(table.rows.map(({ label }) => label)).toEqual(['route "blue"', 'route "green"']);
  });

  it('are made longer as far as is necessary, and in the order of the rows', () => {
    const rows = [
      row('regex /a.', 'first'),
      row('exact /a.b', 'second'),
      row('prefix /a', 'third'),
      row('regex /a....', 'last'),
    ];
    expect(pathsIn(tableOf(rows, 'http', 'istio'))).toEqual([
      'regex /a.(?:)(?:) first',
      'regex /a\\.b(?:) second',
      'regex /a.*(?:) third',
      'regex /a.... last',
    ]);
  });

  it.each(['lattice', 'standard'] as const)('stay in conflict for class %s', (kind) => {
    const { conflicts, rows } = tableOf([first, second], 'http', kind);
    expect(conflicts).toEqual([{ first, second }]);
    expect(rows).toEqual([first, second]);
  });

  it('stay in conflict for gRPC, whose matches are no regular expressions', () => {
    const values = (value: string) => new Map([['x', { kind: 'regex', value } as const]]);
    const calls = [
      { ...row('prefix /', 'blue'), match: { ...at('prefix /'), headers: values('a.') } },
      {
        ...row('exact /shop.Cart/Add', 'green'),
        match: { ...at('exact /shop.Cart/Add'), headers: values('.b') },
      },
    ] as const;
    expect(tableOf(calls, 'grpc', 'istio').conflicts).toEqual([{ first: calls[0], second: calls[1] }]);
  });

  it('stay in conflict if one needs a PathPrefix: for a rewritten prefix, or for whole segments', () => {
    const rewriting = row('prefix /ab', 'green', { path: { prefix: '/ab', replacement: '/' } });
    const later = row('segments /ab', 'green');
    const both = [row('regex /a.*', 'blue'), later] as const;
    expect(tableOf([first, rewriting], 'http', 'istio').conflicts).toEqual([{ first, second: rewriting }]);
    expect(tableOf(both, 'http', 'istio').conflicts).toEqual([{ first: both[0], second: later }]);
  });

  it('stay in conflict if a path would be longer than an HTTPRoute accepts', () => {
    const short = row('regex /a..', 'blue');
    const long = (length: number) => row(`regex /a.?${'b'.repeat(length - 4)}`, 'green');
    const table = tableOf([short, long(1023)], 'http', 'istio');
    expect(table.conflicts).toEqual([]);
    expect(table.rows[0]?.match.path.value).toHaveLength(1024);
    expect(tableOf([short, long(1024)], 'http', 'istio').conflicts).toHaveLength(1);
  });
});

describe('the rules of a route', () => {
  /** Each with an action of its own. */
  const many = (count: number, name = (index: number) => `${index}`) =>
    Array.from({ length: count }, (_, index) => row(`exact /a/${index}`, name(index)));
  const counts = (rows: readonly RouteRow[], protocol: string) =>
    rulesOf(rows, { asRegex: false }, protocol, 'apps')?.map(({ matches }) => (matches as unknown[]).length);

  it.each(['http', 'grpc'])('for %s are at most 16 with at most 128 matches', (protocol) => {
    const all = (index: number) => (index < 64 ? 'blue' : 'green');
    expect(counts(many(16), protocol)).toEqual(Array.from({ length: 16 }, () => 1));
    expect(counts(many(17), protocol)).toBeUndefined();
    expect(counts(many(128, all), protocol)).toEqual([64, 64]);
    expect(counts(many(129, all), protocol)).toBeUndefined();
  });

  it('are those of the protocol, in the namespace of the route', () => {
    const rows = [row('prefix /', 'blue')];
    const backendRefs = [
      { group: '', kind: 'Service', name: 'blue', port: 8080, weight: 1, namespace: 'apps' },
    ];
    expect(rulesOf(rows, { asRegex: true }, 'http', 'other')).toEqual([
      { matches: [{ path: { type: 'RegularExpression', value: '/.*' } }], backendRefs },
    ]);
    expect(rulesOf(rows, { asRegex: true }, 'grpc', 'other')).toEqual([{ matches: [{}], backendRefs }]);
  });
});

describe('the limit that a conflict reports', () => {
  const [first, second] = [row('exact /a', 'blue'), row('exact /b', 'green')];

  it('names both routes in their order', () => {
    expect(orderLimit({ first, second })).toEqual([
      `App Mesh tries route "blue" before route "green"; ${limits.order[0]}`,
      limits.order[1],
    ]);
  });

  it('is that of too many rules if the conflict is of a row with itself', () => {
    expect(orderLimit({ first, second: first })).toEqual(limits.rules);
  });
});
