/** What an object says, and App Mesh takes as it is. */
export type Row = readonly [said: object];
/** The same, with a name. */
type Said = readonly [what: string, said: object];
/** What an object says, and what App Mesh takes for it. */
export type Translated = readonly [what: string, said: object, expected: object];
/** A wrong value, and what is reported behind the path of where it stands. */
export type Fault = readonly [wrong: unknown, received: string];

/** One header, or one entry of a gRPC call's metadata. */
export const namedMatches: readonly Said[] = [
  ['a name alone', { name: 'x-a' }],
  ['a name of 50 characters', { name: 'n'.repeat(50) }],
  ['exact', { name: 'x-a', match: { exact: 'b' } }],
  ['a value of 255 characters', { name: 'x-a', match: { exact: 'v'.repeat(255) } }],
  ['prefix', { name: 'x-a', match: { prefix: 'b' } }],
  ['suffix', { name: 'x-a', match: { suffix: 'b' } }],
  ['regex', { name: 'x-a', match: { regex: '^b.*' } }],
  ['range', { name: 'x-a', match: { range: { start: -1, end: 10 } } }],
  ['invert', { name: 'x-a', match: { exact: 'b' }, invert: true }],
  ['invert false', { name: 'x-a', match: { exact: 'b' }, invert: false }],
];

const oneValue = 'expected exactly one of exact, prefix, suffix, regex, range; found';
export const namedMatchFaults: readonly Fault[] = [
  [{}, '.name: Invalid input: expected string, received undefined'],
  [{ name: '' }, '.name: Too small: expected string to have >=1 characters'],
  [{ name: 'n'.repeat(51) }, '.name: Too big: expected string to have <=50 characters'],
  [{ name: 'a', match: {} }, `.match: ${oneValue} none`],
  [{ name: 'a', match: { exact: 'b', regex: 'b' } }, `.match: ${oneValue} exact and regex`],
  [{ name: 'a', match: { exact: '' } }, '.match.exact: Too small: expected string to have >=1 characters'],
  [
    { name: 'a', match: { prefix: 'v'.repeat(256) } },
    '.match.prefix: Too big: expected string to have <=255 characters',
  ],
  [{ name: 'a', match: { suffix: 1 } }, '.match.suffix: Invalid input: expected string, received number'],
  [{ name: 'a', match: { regex: '' } }, '.match.regex: Too small: expected string to have >=1 characters'],
  [
    { name: 'a', match: { range: { start: 1 } } },
    '.match.range.end: Invalid input: expected number, received undefined',
  ],
  [
    { name: 'a', match: { range: { start: 1.5, end: 2 } } },
    '.match.range.start: Invalid input: expected int, received number',
  ],
  [
    { name: 'a', match: { range: { start: 2, end: 2 } } },
    '.match.range: expected a start below the end, which is not in the range itself',
  ],
  [{ name: 'a', invert: 'no' }, '.invert: Invalid input: expected boolean, received string'],
];

/** By prefix or by path, in the match of an HTTP route. */
export const pathMatches: readonly Said[] = [
  ['prefix', { prefix: '/orders' }],
  ['path.exact', { path: { exact: '/orders' } }],
  ['path.regex', { path: { regex: '/orders/[0-9]+' } }],
  ['method', { prefix: '/', method: 'PATCH' }],
  ['a query parameter', { prefix: '/', queryParameters: [{ name: 'a' }] }],
  ['its value', { prefix: '/', queryParameters: [{ name: 'a', match: { exact: '' } }, { name: 'b' }] }],
  ['port', { prefix: '/', port: 8080 }],
];

const methods = '"GET"|"HEAD"|"POST"|"PUT"|"DELETE"|"CONNECT"|"OPTIONS"|"TRACE"|"PATCH"';
export const pathMatchFaults: readonly Fault[] = [
  [{ prefix: 'orders' }, '.prefix: expected a path that begins with /'],
  [{ path: {} }, '.path: expected exactly one of exact, regex; found none'],
  [
    { path: { exact: '/', regex: '/' } },
    '.path: expected exactly one of exact, regex; found exact and regex',
  ],
  [{ path: { exact: 'orders' } }, '.path.exact: expected a path that begins with /'],
  [
    { path: { exact: `/${'p'.repeat(255)}` } },
    '.path.exact: Too big: expected string to have <=255 characters',
  ],
  [{ path: { regex: '' } }, '.path.regex: Too small: expected string to have >=1 characters'],
  [{ prefix: '/', method: 'get' }, `.method: Invalid option: expected one of ${methods}`],
  [{ prefix: '/', headers: [] }, '.headers: Too small: expected array to have >=1 items'],
  [
    { prefix: '/', headers: Array.from({ length: 11 }, (_, index) => ({ name: `h${index}` })) },
    '.headers: Too big: expected array to have <=10 items',
  ],
  [{ prefix: '/', queryParameters: [] }, '.queryParameters: Too small: expected array to have >=1 items'],
  [
    { prefix: '/', queryParameters: Array.from({ length: 11 }, () => ({ name: 'a' })) },
    '.queryParameters: Too big: expected array to have <=10 items',
  ],
  [
    { prefix: '/', queryParameters: [{}] },
    '.queryParameters[0].name: Invalid input: expected string, received undefined',
  ],
  [
    { prefix: '/', queryParameters: [{ name: 'a', match: {} }] },
    '.queryParameters[0].match.exact: Invalid input: expected string, received undefined',
  ],
  [{ prefix: '/', port: 0 }, '.port: Too small: expected number to be >=1'],
  [{ prefix: '/', port: 65536 }, '.port: Too big: expected number to be <=65535'],
  [{ prefix: '/', paths: [] }, ': Unrecognized key: "paths"'],
];

export const httpTypes = ['httpRoute', 'http2Route'] as const;
export const requestTypes = [...httpTypes, 'grpcRoute'] as const;
export const allTypes = [...requestTypes, 'tcpRoute'] as const;

/** Every row for every type of route. */
export const each = <R extends readonly unknown[]>(types: readonly string[], rows: readonly R[]) =>
  types.flatMap((type) => rows.map((row): [string, ...R] => [type, ...row]));

export const second = { unit: 's', value: 1 };

/** What a match must say at least. */
export const minMatch = (type: string) => (type === 'grpcRoute' ? {} : { prefix: '/' });

/** A router's route of a type, to the node `orders`, but for what is said. */
export const routeOf = (type: string, said: object) => ({
  [type]: {
    action: { weightedTargets: [{ virtualNodeRef: { name: 'orders' }, weight: 1 }] },
    ...(type === 'tcpRoute' ? {} : { match: minMatch(type) }),
    ...said,
  },
});

/** What the match of a gateway route must say at least. */
export const minGatewayMatch = (type: string) =>
  type === 'grpcRoute' ? { serviceName: 'Orders' } : { prefix: '/' };

export const toOrders = { virtualService: { virtualServiceRef: { name: 'orders' } } };

/** A gateway route of a type to the service `orders`, but for what is said. */
export const gatewayRouteOf = (type: string, said: object) => ({
  [type]: { match: minGatewayMatch(type), action: { target: toOrders }, ...said },
});
