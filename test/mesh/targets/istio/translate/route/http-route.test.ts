import { describe, expect, it } from 'vitest';
import { Report } from '../../../../../../shared/mesh/plan/report.ts';
import type { RequestMatch } from '../../../../../../shared/mesh/routing/match.ts';
import type { Destination } from '../../../../../../shared/mesh/targets/istio/translate/route/destination.ts';
import {
  matchesOf,
  reachable,
  routedTo,
  type Taken,
} from '../../../../../../shared/mesh/targets/istio/translate/route/http-route.ts';

describe('the routes that a request can reach', () => {
  const [a, b] = [{ uri: { prefix: '/a' } }, { uri: { prefix: '/b' } }];
  const route = (name: string, ...match: readonly object[]) => ({ name, match });

  it('are without matches that an earlier route has', () => {
    expect(reachable([route('1', a), route('2', a, b), route('3', b)])).toEqual([
      route('1', a),
      route('2', b),
    ]);
    expect(reachable([route('1', a, a)])).toEqual([route('1', a)]);
    expect(reachable([route('1', { ...a, port: 1 }), route('2', { ...a, port: 2 })])).toHaveLength(2);
  });

  it('are all that have no match, and none that match nothing', () => {
    const any = { name: 'any' };
    expect(reachable([any, route('1', a), any, route('2')])).toEqual([any, route('1', a), any]);
    expect(reachable([])).toEqual([]);
  });
});

describe('the matches of a route', () => {
  const request = (parts: Partial<RequestMatch> = {}): RequestMatch => ({
    ...{ path: undefined, headers: [], queryParameters: [] },
    ...parts,
  });
  function matched(taken: Partial<Taken>, at = 'spec.routes[0].httpRoute.match') {
    const report = new Report();
    const all = { paths: { uris: [] }, matches: [request()], ports: [], ...taken };
    return { matches: matchesOf(all, report, at), found: report.differences };
  }
  const paths = { uris: [{ prefix: '/a/' }, { exact: '/a' }] };

  it('are one for each path on each port, with what else is required', () => {
    expect(matched({ paths, ports: [80, 81], matches: [request({ method: 'GET' })] })).toEqual({
      matches: [
        { uri: { prefix: '/a/' }, method: { exact: 'GET' }, port: 80 },
        { uri: { exact: '/a' }, method: { exact: 'GET' }, port: 80 },
        { uri: { prefix: '/a/' }, method: { exact: 'GET' }, port: 81 },
        { uri: { exact: '/a' }, method: { exact: 'GET' }, port: 81 },
      ],
      found: [],
    });
    expect(matched({ paths })).toEqual({ matches: paths.uris.map((uri) => ({ uri })), found: [] });
    expect(matched({ ports: [80] })).toEqual({ matches: [{ port: 80 }], found: [] });
    expect(matched({})).toEqual({ matches: [{}], found: [] });
  });

  const faulty = request({ headers: [{ name: 'a b' }] });
  const unnamed = request({ queryParameters: [{ name: '' }] });
  const refused = (path: string, message: string, instead: string) => ({
    matches: [],
    found: [{ path, effect: 'refused', message, instead }],
  });

  it('are none if no request can match, whatever else is wrong', () => {
    const two = [request({ method: 'GET' }), request({ method: 'PUT' })];
    expect(matched({ paths: 'never', matches: [faulty] })).toEqual({ matches: [], found: [] });
    expect(matched({ paths: { fault: 'is wrong' }, matches: two })).toEqual({ matches: [], found: [] });
  });

  it('are none if Istio cannot have them, which is reported of the path first', () => {
    const at = 'spec.routes[0].httpRoute.match';
    const path = refused(`${at}.path`, 'is wrong', 'a prefix or an exact path');
    expect(matched({ paths: { fault: 'is wrong' }, matches: [faulty] })).toEqual(path);
    const one = 'one condition that Istio has';
    const name = '"a b" is not the name of a header';
    expect(matched({ matches: [faulty] })).toEqual(refused(`${at}.headers`, name, one));
    const query = refused(`${at}.queryParameters`, 'a query parameter without a name', one);
    expect(matched({ matches: [unnamed] })).toEqual(query);
  });

  it('are of the metadata of gRPC, in which headers are', () => {
    const at = 'spec.routes[0].grpcRoute.match';
    expect(matched({ matches: [faulty] }, at).found[0]?.path).toBe(`${at}.metadata`);
    expect(matched({ matches: [unnamed] }, at).found[0]?.path).toBe(`${at}.queryParameters`);
  });
});

describe('where a route leads', () => {
  const to = (host: string, timeoutMs = 15_000): Destination => ({
    ...{ node: undefined as never, host, port: 8080, weight: 1, timeoutMs },
  });
  const unset = { retryPolicy: undefined, timeout: undefined };
  const retries = { attempts: 2, retryOn: 'reset,connect-failure,refused-stream,unavailable,503' };
  const destination = (host: string) => ({ host, port: { number: 8080 } });

  it('has destinations, a timeout and retries', () => {
    expect(routedTo(unset, [to('a')])).toEqual({
      ...{ route: [{ destination: destination('a') }], timeout: '15s', retries },
    });
    expect(routedTo(unset, [to('a'), to('b')]).route).toEqual([
      { destination: destination('a'), weight: 1 },
      { destination: destination('b'), weight: 1 },
    ]);
  });

  const infinite = Number.POSITIVE_INFINITY;
  const seconds = (value: number) => ({ perRequest: { unit: 's', value } }) as const;
  it.each<
    readonly [
      timeout: object | undefined,
      received: readonly number[],
      maxMs: number | undefined,
      string | undefined,
    ]
  >([
    [undefined, [20_000], undefined, '15s'],
    [{ idle: { unit: 's', value: 1 } }, [20_000], undefined, '15s'],
    [seconds(30), [20_000], undefined, '20s'],
    [seconds(30), [20_000, 40_000], undefined, '30s'],
    [seconds(30), [infinite], 15_000, '15s'],
    [seconds(30), [infinite], undefined, '30s'],
    [seconds(0), [infinite], undefined, undefined],
    [seconds(0), [1500], undefined, '1500ms'],
  ])(
    'with the timeout %j, those of the nodes %j and at most %s ms has %s',
    (timeout, received, maxMs, expected) => {
      const nodes = received.map((timeoutMs) => to('a', timeoutMs));
      const found = routedTo({ retryPolicy: undefined, timeout: timeout as never }, nodes, maxMs);
      expect(found.timeout).toBe(expected);
      expect('timeout' in found).toBe(expected !== undefined);
    },
  );

  it.each([
    [0, 250, { attempts: 0 }],
    [1, 0, { attempts: 1, retryOn: '409' }],
    [3_000_000_000, 250, { attempts: 2_147_483_647, perTryTimeout: '250ms', retryOn: '409' }],
  ])('has with %i retries of %i ms: %j', (maxRetries, value, expected) => {
    const perRetryTimeout = { unit: 'ms', value } as const;
    const retryPolicy = { maxRetries, perRetryTimeout, httpRetryEvents: ['client-error' as const] };
    expect(routedTo({ ...unset, retryPolicy }, [to('a')]).retries).toEqual(expected);
  });
});
