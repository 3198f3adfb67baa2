import fc from 'fast-check';

/** Routes that class istio can express, with matches that overlap much: what the order decides. */

const few = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 2 });

const valueMatch = fc.oneof(
  few({ exact: 'b' }, { exact: 'blue' }, { exact: 'red' }),
  few({ prefix: 'b' }, { prefix: 'bl' }, { suffix: 'e' }, { suffix: 'd' }),
  few({ regex: 'b.*' }, { regex: 'red|blue' }),
);
const values = fc
  .record({
    color: optional(fc.option(valueMatch)),
    'x-v': optional(fc.option(few({ exact: '1' }, { exact: '2' }))),
  })
  .map((byName) =>
    Object.entries(byName).flatMap(([name, match]) =>
      match === undefined ? [] : [{ name, ...(match && { match }) }],
    ),
  );
const queryParameters = few(
  [],
  [],
  [{ name: 'q' }],
  [{ name: 'q', match: { exact: '1' } }],
  [{ name: 'q', match: { exact: '' } }, { name: 'r' }],
);
const priority = optional(fc.integer({ min: 0, max: 3 }));
const listed = <T>(name: string, all: readonly T[]) => (all.length > 0 ? { [name]: all } : {});

export const anyPrefix = few('/', '/a', '/a/', '/ab', '/a/b', '/a.b', '/A');
/** Those of which whole segments are all. */
export const wholePrefix = few('/', '/a', '/b', '/a/b');
const exactPath = few('/', '/a', '/ab', '/a/b', '/a/b/c', '/a.b', '/b');
const regex = few('/a.*', '/[ab]+', '/a|/b', '/a/b/[0-9]+', '.*', '/a\\.b');

/** `regexes`: whether paths may be regular expressions, which a rewritten path cannot be matched by. */
export function httpMatches(prefix: fc.Arbitrary<string>, regexes: boolean) {
  const path = fc.oneof(
    { weight: 3, arbitrary: prefix.map((each) => ({ prefix: each })) },
    { weight: 1, arbitrary: exactPath.map((exact) => ({ path: { exact } })) },
    ...(regexes ? [{ weight: 1, arbitrary: regex.map((each) => ({ path: { regex: each } })) }] : []),
  );
  return fc
    .tuple(path, optional(few('GET', 'POST')), values, queryParameters)
    .map(([first, method, headers, query]) => ({
      ...first,
      ...(method && { method }),
      ...listed('headers', headers),
      ...listed('queryParameters', query),
    }));
}

const grpcMatches = fc
  .tuple(
    few<object>(
      {},
      { serviceName: 'shop.Cart' },
      { serviceName: 'shop.Cart', methodName: 'Get' },
      { serviceName: 'shop.Orders' },
    ),
    values,
  )
  .map(([call, metadata]) => ({ ...call, ...listed('metadata', metadata) }));

const weightedTargets = fc
  .uniqueArray(
    fc.record({
      virtualNodeRef: few(
        { name: 'blue' },
        { name: 'red', namespace: 'other' },
        { name: 'green', namespace: 'other' },
      ),
      weight: fc.integer({ min: 0, max: 3 }),
    }),
    {
      minLength: 1,
      maxLength: 2,
      selector: ({ virtualNodeRef }) => virtualNodeRef.name,
    },
  )
  .filter((all) => all.some(({ weight }) => weight > 0));

/** `spec.routes` of a router. */
export function routes(protocol: 'http' | 'grpc', matches: fc.Arbitrary<object> = grpcMatches) {
  return fc.array(fc.tuple(matches, weightedTargets, priority), { maxLength: 5 }).map((all) =>
    all.map(([match, targets, each], index) => ({
      name: `route-${index}`,
      ...(each !== undefined && { priority: each }),
      [`${protocol}Route`]: { match, action: { weightedTargets: targets } },
    })),
  );
}

const hostname = few(undefined, undefined, { exact: 'a.example.com' }, { suffix: '.example.com' });
const rewrites = few<object | undefined>(
  undefined,
  { prefix: { defaultPrefix: 'DISABLED' } },
  { prefix: { value: '/b/' } },
  { hostname: { defaultTargetHostname: 'DISABLED' } },
);
const pathRewrites = few<object | undefined>(undefined, { path: { exact: '/a/b' } });

/** Specs of gateway routes to the services `color` and `cart`. */
export const gatewayRoutes = fc
  .tuple(httpMatches(wholePrefix, true), hostname, rewrites, pathRewrites, few('color', 'cart'), priority)
  .map(([match, host, byPrefix, byPath, name, each]) => {
    const rewrite = 'prefix' in match ? byPrefix : byPath;
    const action = {
      target: { virtualService: { virtualServiceRef: { name } } },
      ...(rewrite && { rewrite }),
    };
    return {
      ...(each !== undefined && { priority: each }),
      httpRoute: { match: { ...match, ...(host && { hostname: host }) }, action },
    };
  });
