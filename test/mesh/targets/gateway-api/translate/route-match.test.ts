import { describe, expect, it } from 'vitest';
import { grpcMatchOf, httpMatchOf } from '../../../../../shared/mesh/routing/match.ts';
import type { GatewayClass } from '../../../../../shared/mesh/targets/gateway-api/plan/gateway-class.ts';
import { Report } from '../../../../../shared/mesh/targets/gateway-api/plan/report.ts';
import { matchOf } from '../../../../../shared/mesh/targets/gateway-api/translate/route-match.ts';
import { limitsIn } from '../plan/findings.ts';

type Kind = GatewayClass['kind'];

/** A match as text: `prefix /a GET x=exact:1 ?q=exact:2`, with what is found. */
function matched(kind: Kind, match: object, protocol: 'http' | 'grpc' = 'http') {
  const report = new Report();
  const request = protocol === 'grpc' ? grpcMatchOf(match) : httpMatchOf(match);
  const found = matchOf(request, { path: 'r', protocol, kind, report });
  const values = (all: NonNullable<typeof found>['headers'], sign: string) =>
    [...all].map(([name, value]) => `${sign}${name}=${value.kind}:${'value' in value ? value.value : ''}`);
  const text =
    found &&
    [
      `${found.path.kind} ${found.path.value}`,
      ...(found.method === undefined ? [] : [found.method]),
      ...values(found.headers, ''),
      ...values(found.query, '?'),
    ].join(' ');
  return { text, found: limitsIn(report.differences).map((each) => each.replace('r.match.', '')) };
}
const a = (length: number) => `/${'1'.repeat(length - 1)}`;

type Row = readonly [kind: Kind, match: object, text: string, ...found: string[]];
const rows = (...all: readonly Row[]) =>
  all.map(([kind, match, text, ...found]) => [kind, match, text, found] as const);

describe('the path of a match', () => {
  it.each(
    rows(
      ['istio', {}, 'prefix /'],
      ['lattice', { prefix: '/' }, 'prefix /'],
      ['standard', { prefix: '/' }, 'prefix /'],
      ['istio', { prefix: '/a' }, 'prefix /a'],
      ['standard', { prefix: '/a' }, 'segments /a', 'differs prefix: prefix'],
      ['standard', { prefix: '/a/' }, 'segments /a', 'differs prefix: prefix'],
      ['lattice', { prefix: '/1' }, 'segments /1'],
      ['lattice', { prefix: '/1/' }, 'segments /1/'],
      ['lattice', { prefix: '/a' }, 'segments /a', 'differs prefix: latticePath'],
      ['lattice', { path: { exact: '/A' } }, 'exact /A', 'differs path.exact: latticePath'],
      ['lattice', { path: { exact: '/1' } }, 'exact /1'],
      ['standard', { path: { exact: '/' } }, 'exact /'],
      ['standard', { path: { exact: '/a' } }, 'exact /a'],
      ['standard', { path: { exact: '/a b' } }, 'exact /a b', 'refused path.exact: path'],
      ['istio', { path: { exact: '/a b' } }, 'exact /a b'],
      ['standard', { path: { exact: "/a'(b)" } }, "exact /a'(b)"],
      ['lattice', { path: { exact: "/1'(2)" } }, "exact /1'(2)", 'refused path.exact: path'],
      ['lattice', { path: { exact: "/'1" } }, "exact /'1", 'refused path.exact: path'],
      ['standard', { path: { exact: a(200) } }, `exact ${a(200)}`],
      ['standard', { path: { exact: a(201) } }, `exact ${a(201)}`, 'refused path.exact: path'],
      ['lattice', { path: { exact: a(201) } }, `exact ${a(201)}`, 'refused path.exact: path'],
      ['istio', { path: { exact: a(450) } }, `exact ${a(450)}`],
      ['istio', { prefix: a(451) }, `prefix ${a(451)}`, 'refused prefix: path'],
      ['istio', { path: { regex: `/.${a(451)}` } }, `regex /.${a(451)}`],
      ['standard', { path: { regex: '/.' } }, 'regex /.', 'refused path.regex: pathRegex'],
      ['lattice', { path: { regex: '/.' } }, 'regex /.', 'refused path.regex: pathRegex'],
    ),
  )('for class %s of %j is %s', (kind, match, text, found) => {
    expect(matched(kind, match)).toEqual({ text, found });
  });

  const service = (name: string) => ({ serviceName: name });
  const long = (length: number) => `a.${'b'.repeat(length - 2)}`;
  it.each(
    rows(
      ['istio', {}, 'prefix /'],
      ['istio', service('shop.Orders'), 'prefix /shop.Orders/'],
      ['istio', { ...service('Orders_2'), methodName: 'get_1' }, 'exact /Orders_2/get_1'],
      ['istio', service('_a._b'), 'prefix /_a._b/'],
      ['istio', service(long(400)), `prefix /${long(400)}/`],
      ['istio', service(long(401)), `prefix /${long(401)}/`, 'refused serviceName: grpcName'],
      ['istio', service('2a'), 'prefix /2a/', 'refused serviceName: grpcName'],
      ['istio', service('a.2'), 'prefix /a.2/', 'refused serviceName: grpcName'],
      ['istio', service('a.'), 'prefix /a./', 'refused serviceName: grpcName'],
      ['istio', service('a-b'), 'prefix /a-b/', 'refused serviceName: grpcName'],
      ['istio', { ...service('a'), methodName: 'a-b' }, 'exact /a/a-b', 'refused methodName: grpcName'],
      ['istio', { ...service('a'), methodName: '2' }, 'exact /a/2', 'refused methodName: grpcName'],
    ),
  )('for class %s of the gRPC call %j is %s', (first, match, text, found) => {
    for (const kind of [first, 'standard', 'lattice'] as const)
      expect(matched(kind, match, 'grpc')).toEqual({ text, found });
  });
});

describe('the method and the scheme of a match', () => {
  it('are kept, and cannot be matched', () => {
    expect(matched('standard', { prefix: '/', method: 'GET' })).toEqual({ text: 'prefix / GET', found: [] });
    expect(matched('istio', { prefix: '/', scheme: 'http' }).found).toEqual(['refused scheme: scheme']);
  });
});

describe('the headers of a match', () => {
  const header = (match?: object, more: object = {}) => ({
    headers: [{ name: 'X', ...(match && { match }), ...more }],
  });
  it.each(
    rows(
      ['istio', header(), 'prefix / x=present:'],
      ['standard', header(), 'prefix / x=present:', 'refused headers[0]: present'],
      ['lattice', header(), 'prefix / x=present:', 'refused headers[0]: present'],
      ['standard', header({ exact: '1' }), 'prefix / x=exact:1'],
      ['lattice', header({ exact: '1' }), 'prefix / x=exact:1'],
      ['istio', header({ prefix: '1' }), 'prefix / x=prefix:1'],
      ['istio', header({ suffix: '1' }), 'prefix / x=suffix:1'],
      ['istio', header({ regex: '1' }), 'prefix / x=regex:1'],
      [
        'standard',
        header({ prefix: '1' }),
        'prefix / x=prefix:1',
        'refused headers[0].match.prefix: valueRegex',
      ],
      [
        'lattice',
        header({ suffix: '1' }),
        'prefix / x=suffix:1',
        'refused headers[0].match.suffix: valueRegex',
      ],
      [
        'standard',
        header({ regex: '1' }),
        'prefix / x=regex:1',
        'refused headers[0].match.regex: valueRegex',
      ],
      [
        'istio',
        header({ range: { start: 1, end: 2 } }),
        'prefix / x=present:',
        'refused headers[0].match.range: range',
      ],
      [
        'istio',
        header({ exact: '1' }, { invert: true }),
        'prefix / x=exact:1',
        'refused headers[0].invert: invert',
      ],
      ['istio', header({ exact: '1' }, { invert: false }), 'prefix / x=exact:1'],
      [
        'istio',
        header({ exact: '1' }, { name: 'a b' }),
        'prefix / a b=exact:1',
        'refused headers[0].name: name',
      ],
      ['istio', header({ exact: '1' }, { name: "a!#$%&'*+.^`|~-_9" }), "prefix / a!#$%&'*+.^`|~-_9=exact:1"],
      ['istio', header({ exact: '1' }, { name: 'a'.repeat(256) }), `prefix / ${'a'.repeat(256)}=exact:1`],
      [
        'istio',
        header({ exact: '1' }, { name: 'a'.repeat(257) }),
        `prefix / ${'a'.repeat(257)}=exact:1`,
        'refused headers[0].name: name',
      ],
    ),
  )('for class %s of %j are %s', (kind, match, text, found) => {
    expect(matched(kind, match)).toEqual({ text, found });
  });

  const named = (...matches: readonly object[]) => matches.map((match) => ({ name: 'x', match }));
  it('of one name are one condition, or none that can be written, or one that no request fulfils', () => {
    const [one, two] = [{ exact: '1' }, { exact: '2' }];
    expect(matched('istio', { headers: named(one, one) })).toEqual({ text: 'prefix / x=exact:1', found: [] });
    expect(matched('istio', { headers: named(one, two) })).toEqual({ text: null, found: [] });
    expect(matched('istio', { headers: named({ regex: '1' }, { regex: '2' }) })).toEqual({
      text: 'prefix / x=regex:1',
      found: ['refused headers[1]: twice'],
    });
  });

  it('are at most five for VPC Lattice', () => {
    const many = (count: number) => ({
      headers: Array.from({ length: count }, (_, index) => ({ name: `h${index}`, match: { exact: '1' } })),
    });
    expect(matched('lattice', many(5)).found).toEqual([]);
    expect(matched('lattice', many(6)).found).toEqual(['refused headers: headers']);
    expect(matched('istio', many(6)).found).toEqual([]);
  });

  it('of a gRPC call are its metadata', () => {
    const metadata = [{ name: 'X', match: { prefix: '1' } }];
    expect(matched('standard', { metadata }, 'grpc')).toEqual({
      text: 'prefix / x=prefix:1',
      found: ['refused metadata[0].match.prefix: valueRegex'],
    });
  });
});

describe('the query parameters of a match', () => {
  const query = (match?: object, name = 'Q') => ({ queryParameters: [{ name, ...(match && { match }) }] });
  const exact = (length: number) => query({ exact: 'a'.repeat(length) });
  const text = (length: number) => `prefix / ?Q=exact:${'a'.repeat(length)}`;
  it.each(
    rows(
      ['istio', query(), 'prefix / ?Q=present:'],
      ['standard', query(), 'prefix / ?Q=present:', 'refused queryParameters[0]: present'],
      ['standard', query({ exact: '1' }), 'prefix / ?Q=exact:1'],
      ['istio', query({ exact: '' }), 'prefix / ?Q=regex:()'],
      [
        'standard',
        query({ exact: '' }),
        'prefix / ?Q=regex:()',
        'refused queryParameters[0].match.exact: value',
      ],
      ['standard', exact(1024), text(1024)],
      ['istio', exact(1025), text(1025), 'refused queryParameters[0].match.exact: value'],
      [
        'istio',
        query({ exact: '1' }, 'a b'),
        'prefix / ?a b=exact:1',
        'refused queryParameters[0].name: name',
      ],
      ['lattice', query({ exact: '1' }), 'prefix /', 'refused queryParameters: query'],
      ['lattice', { queryParameters: [] }, 'prefix /'],
    ),
  )('for class %s of %j are %s', (kind, match, expected, found) => {
    expect(matched(kind, match)).toEqual({ text: expected, found });
  });

  it('that contradict each other are of no request', () => {
    const queryParameters = ['1', '2'].map((value) => ({ name: 'q', match: { exact: value } }));
    expect(matched('istio', { queryParameters })).toEqual({ text: null, found: [] });
  });
});
