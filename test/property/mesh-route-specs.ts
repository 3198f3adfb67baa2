import fc from 'fast-check';
import {
  atLeast,
  awsName,
  duration,
  int,
  meshRef,
  name,
  one,
  oneOf,
  port,
  reference,
  some,
} from './mesh-specs.ts';

const arnOf = (kind: string) =>
  name.map((last) => `arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/${kind}/${last}`);

/** Few texts, so that matches overlap and are nested; and any. */
const prefix = fc.oneof(
  { weight: 9, arbitrary: oneOf('/', '/a', '/a/', '/ab', '/a/b', '/a.b', '/A') },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }).map((rest) => `/${rest}`) },
);
const exactPath = fc.oneof(
  { weight: 9, arbitrary: oneOf('/', '/a', '/ab', '/a/b', '/a/b/c', '/a.b') },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }).map((rest) => `/${rest}`) },
);
const pathMatch = one({
  exact: exactPath,
  regex: oneOf('/a.*', '/[ab]+', '/a|/b', '/a/b/[0-9]+', '.*', '/a\\.b'),
});

const text = oneOf('b', 'blue', 'bl', 'red', '1');
const valueMatch = one({
  exact: text,
  prefix: text,
  suffix: text,
  regex: oneOf('b.*', '.*e', 'red|blue'),
  range: int(-9, 9).chain((start) => fc.record({ start: fc.constant(start), end: int(start + 1, 20) })),
});
const namedMatches = fc.array(
  atLeast({ name: oneOf('color', 'Color', 'x-v', 'a b') }, { match: valueMatch, invert: fc.boolean() }),
  { minLength: 1, maxLength: 3 },
);
const queryParameters = fc.array(
  atLeast({ name: oneOf('q', 'r') }, { match: fc.record({ exact: oneOf('', '1', '2') }) }),
  { minLength: 1, maxLength: 2 },
);
const method = oneOf('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH');
const priority = int(0, 1000);

const httpRetryEvents = fc.array(oneOf('server-error', 'gateway-error', 'client-error', 'stream-error'), {
  minLength: 1,
  maxLength: 3,
});
const retryPolicy = atLeast(
  { maxRetries: int(0, 5), perRetryTimeout: duration, httpRetryEvents },
  { tcpRetryEvents: fc.constant(['connection-error']) },
);
const grpcRetryPolicy = fc
  .tuple(retryPolicy, some({ grpcRetryEvents: fc.constant(['unavailable', 'internal']) }))
  .map(([policy, events]) => ({ ...policy, ...events }));
const requestTimeout = some({ idle: duration, perRequest: duration });

export interface RouteNames {
  /** Of virtual nodes that routes lead to, and of virtual services that gateway routes lead to. */
  readonly nodes?: fc.Arbitrary<object>;
  readonly services?: fc.Arbitrary<object>;
  readonly ports?: fc.Arbitrary<number>;
  readonly prefixes?: fc.Arbitrary<string>;
  /** A reference with the uid of a gateway. */
  readonly gateway?: fc.Arbitrary<object>;
}

const anyReference = reference(name);

function actionTo({ nodes = anyReference, ports = port }: RouteNames) {
  const target = fc
    .tuple(
      fc.oneof(
        { weight: 14, arbitrary: fc.record({ virtualNodeRef: nodes }) },
        { weight: 1, arbitrary: fc.record({ virtualNodeARN: arnOf('virtualNode') }) },
      ),
      atLeast({ weight: int(0, 100) }, { port: ports }),
    )
    .map(([referred, rest]) => ({ ...referred, ...rest }));
  const isSome = (all: readonly object[]) => all.some((each) => 'weight' in each && each.weight !== 0);
  return fc.record({ weightedTargets: fc.array(target, { minLength: 1, maxLength: 3 }).filter(isSome) });
}

/** Every route of a virtual router, but for its name. */
function routeOf(names: RouteNames, protocol: string) {
  const action = actionTo(names);
  const { ports = port, prefixes = prefix } = names;
  const others = { method, headers: namedMatches, queryParameters, port: ports };
  const rare = fc.option(fc.record({ scheme: oneOf('http', 'https') }), { nil: {}, freq: 9 });
  const http = atLeast(
    {
      match: fc
        .tuple(one({ prefix: prefixes, path: pathMatch }), some(others), rare)
        .map((parts) => Object.assign({}, ...parts)),
      action,
    },
    { retryPolicy, timeout: requestTimeout },
  );
  const grpcName = some({
    serviceName: oneOf('shop.Cart', 'shop.Orders', 'a b', ''),
    metadata: namedMatches,
    port: ports,
  });
  const grpc = atLeast(
    {
      match: fc.oneof(
        grpcName,
        atLeast(
          { serviceName: oneOf('shop.Cart', 'shop.Orders'), methodName: oneOf('Get', 'Put') },
          { metadata: namedMatches },
        ),
      ),
      action,
    },
    { retryPolicy: grpcRetryPolicy, timeout: requestTimeout },
  );
  const tcp = atLeast({ action }, { match: some({ port: ports }), timeout: some({ idle: duration }) });
  const types: Readonly<Record<string, fc.Arbitrary<object>>> = { http, http2: http, grpc, tcp };
  const any = one({ httpRoute: http, http2Route: http, grpcRoute: grpc, tcpRoute: tcp });
  const mostly = one({ [`${protocol}Route`]: types[protocol] ?? http });
  return fc
    .tuple(fc.oneof({ weight: 19, arbitrary: mostly }, { weight: 1, arbitrary: any }), some({ priority }))
    .map(([route, rest]) => ({ ...route, ...rest }));
}

/** Specs of virtual routers of every field, and every field absent, null and set; most routes are of one protocol. */
export function virtualRouterSpecs(
  names: RouteNames = {},
  protocols = ['http', 'http', 'http2', 'grpc', 'tcp'],
) {
  return oneOf(...protocols).chain((protocol) => {
    const portMapping = fc.record({ port: names.ports ?? port, protocol: fc.constant(protocol) });
    const routes = fc
      .array(routeOf(names, protocol), { maxLength: 5 })
      .map((all) => all.map((route, index) => ({ name: `route-${index}`, ...route })));
    const listeners = fc.array(fc.record({ portMapping }), { minLength: 1, maxLength: 2 });
    return some({ awsName, meshRef, listeners, routes });
  });
}

/** Specs of virtual services, likewise. */
export function virtualServiceSpecs(providers: fc.Arbitrary<object> = anyProvider) {
  return some({ awsName, meshRef, provider: providers });
}

export function providersOf(nodes: fc.Arbitrary<object>, routers: fc.Arbitrary<object>) {
  const reference = one({
    virtualNode: one({ virtualNodeRef: nodes }),
    virtualRouter: one({ virtualRouterRef: routers }),
  });
  const byArn = one({
    virtualNode: one({ virtualNodeARN: arnOf('virtualNode') }),
    virtualRouter: one({ virtualRouterARN: arnOf('virtualRouter') }),
  });
  return fc.oneof({ weight: 19, arbitrary: reference }, { weight: 1, arbitrary: byArn });
}
const anyProvider = providersOf(anyReference, anyReference);

const hostname = one({
  exact: oneOf('a.example.com', 'A.example.com', 'example.com', 'x_y'),
  suffix: oneOf('.example.com', 'example.com', '.com'),
});
const onOrOff = oneOf('ENABLED', 'DISABLED');
const hostnameRewrite = some({ defaultTargetHostname: onOrOff });
const rewriteOfPrefix = one({ defaultPrefix: onOrOff, value: oneOf('/', '/v1/', '/a/b/') });

/** Specs of gateway routes, likewise. */
export function gatewayRouteSpecs(names: RouteNames = {}) {
  const { services = anyReference, ports = port, prefixes = prefix, gateway } = names;
  const virtualService = fc.oneof(
    { weight: 19, arbitrary: fc.record({ virtualServiceRef: services }) },
    { weight: 1, arbitrary: fc.record({ virtualServiceARN: arnOf('virtualService') }) },
  );
  const target = atLeast({ virtualService }, { port: ports });
  const others = some({ method, headers: namedMatches, queryParameters, port: ports, hostname });
  const route = (match: fc.Arbitrary<object>, rewrite: fc.Arbitrary<object>) =>
    fc.record({
      match: fc.tuple(match, others).map(([first, rest]) => ({ ...first, ...rest })),
      action: atLeast({ target }, { rewrite }),
    });
  const http = fc.oneof(
    route(
      fc.record({ prefix: prefixes }),
      atLeast({ hostname: hostnameRewrite }, { prefix: rewriteOfPrefix }),
    ),
    route(
      fc.record({ path: pathMatch }),
      atLeast({ hostname: hostnameRewrite }, { path: fc.record({ exact: exactPath }) }),
    ),
    route(fc.record({ hostname }), fc.record({ hostname: hostnameRewrite })).map(withHostname),
  );
  const grpc = fc.record({
    match: atLeast(
      { serviceName: oneOf('shop.Cart', 'shop.Orders') },
      { metadata: namedMatches, hostname, port: ports },
    ),
    action: atLeast({ target }, { rewrite: some({ hostname: hostnameRewrite }) }),
  });
  return fc
    .tuple(
      fc.oneof(
        { weight: 3, arbitrary: one({ httpRoute: http }) },
        { weight: 1, arbitrary: one({ httpRoute: http, http2Route: http, grpcRoute: grpc }) },
      ),
      some({ awsName, priority, meshRef, ...(gateway && { virtualGatewayRef: gateway }) }),
    )
    .map(([spec, rest]) => ({ ...spec, ...rest }));
}

/** The match has nothing else that it must have. */
function withHostname<R extends { readonly match: { readonly hostname?: unknown } }>(route: R): R {
  return route.match.hostname
    ? route
    : { ...route, match: { ...route.match, hostname: { exact: 'a.example.com' } } };
}

/** Specs of backend groups, likewise. */
export const backendGroupSpecs = some({
  virtualservices: fc.array(reference(fc.oneof(fc.constant('*'), name)), { maxLength: 3 }),
  meshRef,
});
