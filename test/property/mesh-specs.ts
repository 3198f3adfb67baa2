import fc from 'fast-check';

/** Some of the members; each of those that are not there is absent or null, as an API server may have it. */
export function some(members: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  const orNull = Object.entries(members).map(([name, value]) => [name, fc.option(value)] as const);
  return fc.record(Object.fromEntries(orNull), { requiredKeys: [] });
}

/** The members of `required`, and some of the others. */
export function atLeast(required: object, others: Readonly<Record<string, fc.Arbitrary<unknown>>> = {}) {
  const all = fc.record(required as Record<string, fc.Arbitrary<unknown>>);
  return fc.tuple(all, some(others)).map(([first, second]) => ({ ...first, ...second }));
}

/** One of the members; the others are absent or null. */
export function one(members: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  const none = fc.record(Object.fromEntries(Object.keys(members).map((name) => [name, fc.constant(null)])), {
    requiredKeys: [],
  });
  const set = fc.oneof(
    ...Object.entries(members).map(([name, value]) => value.map((chosen) => ({ [name]: chosen }))),
  );
  return fc.tuple(none, set).map(([nulls, chosen]) => ({ ...nulls, ...chosen }));
}

export const int = (min: number, max: number) => fc.integer({ min, max });
export const oneOf = (...names: readonly string[]) => fc.constantFrom(...names);
const short = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 });
export const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?$/);
export const port = int(1, 65535);
export const duration = fc.record({ unit: oneOf('s', 'ms'), value: fc.nat() });
const ipPreference = oneOf('IPv4_ONLY', 'IPv6_ONLY', 'IPv4_PREFERRED', 'IPv6_PREFERRED');
const selector = some({
  matchLabels: fc.dictionary(name, name, { maxKeys: 2 }),
  matchExpressions: fc.array(atLeast({ key: name, operator: oneOf('Exists', 'DoesNotExist') }), {
    maxLength: 2,
  }),
});
export const awsName = fc
  .string({ maxLength: 20 })
  .filter((name) => !name.includes('/') && name !== '.' && name !== '..');
export const meshRef = fc.record({ name, uid: short });

const file = fc.record({ certificateChain: short, privateKey: short });
const sds = fc.record({ secretName: short });
const trustFile = fc.record({ certificateChain: short });
const acmTrust = fc.record({
  certificateAuthorityARNs: fc.array(fc.constant('arn:aws:acm-pca:x'), { minLength: 1, maxLength: 3 }),
});
const subjectAlternativeNames = fc.record({ match: fc.record({ exact: fc.array(short, { maxLength: 2 }) }) });
const clientPolicy = some({
  tls: atLeast(
    {
      validation: atLeast(
        { trust: one({ acm: acmTrust, file: trustFile, sds }) },
        { subjectAlternativeNames },
      ),
    },
    { enforce: fc.boolean(), ports: fc.array(port, { maxLength: 2 }), certificate: one({ file, sds }) },
  ),
});
const backendDefaults = some({ clientPolicy });
const tls = atLeast(
  {
    mode: oneOf('STRICT', 'PERMISSIVE', 'DISABLED'),
    certificate: one({ acm: fc.constant({ certificateARN: 'arn:aws:acm:x' }), file, sds }),
  },
  { validation: atLeast({ trust: one({ file: trustFile, sds }) }, { subjectAlternativeNames }) },
);
const logging = some({
  accessLog: some({
    file: atLeast(
      { path: short },
      {
        format: one({
          json: fc.array(fc.record({ key: short, value: short }), { maxLength: 2 }),
          text: short,
        }),
      },
    ),
  }),
});

const pools: Readonly<Record<string, fc.Arbitrary<object>>> = {
  http: atLeast({ maxConnections: int(1, 9) }, { maxPendingRequests: int(1, 9) }),
  http2: fc.record({ maxRequests: int(1, 9) }),
  grpc: fc.record({ maxRequests: int(1, 9) }),
  tcp: fc.record({ maxConnections: int(1, 9) }),
};
const requestTimeout = some({ idle: duration, perRequest: duration });
const forNodes = {
  outlierDetection: fc.record({
    baseEjectionDuration: duration,
    interval: duration,
    maxEjectionPercent: int(0, 100),
    maxServerErrors: int(1, 9),
  }),
  timeout: one({
    http: requestTimeout,
    http2: requestTimeout,
    grpc: requestTimeout,
    tcp: some({ idle: duration }),
  }),
};

function listener(protocols: readonly string[], others: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  const healthCheck = atLeast(
    {
      protocol: oneOf(...protocols),
      healthyThreshold: int(2, 10),
      unhealthyThreshold: int(2, 10),
      intervalMillis: int(5000, 300_000),
      timeoutMillis: int(2000, 60_000),
    },
    { path: short, port },
  );
  return oneOf(...protocols).chain((protocol) => {
    const connectionPool = one({ [protocol]: pools[protocol] ?? fc.constant({}) });
    const portMapping = fc.record({ port, protocol: fc.constant(protocol) });
    return atLeast({ portMapping }, { healthCheck, connectionPool, tls, ...others });
  });
}

const serviceDiscovery = one({
  dns: atLeast({ hostname: name }, { responseType: oneOf('LOADBALANCER', 'ENDPOINTS'), ipPreference }),
  awsCloudMap: atLeast(
    { namespaceName: name, serviceName: name },
    { attributes: fc.array(fc.record({ key: name, value: name }), { maxLength: 2 }), ipPreference },
  ),
});
const arn = name.map((last) => `arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualService/${last}`);
export const reference = (names: fc.Arbitrary<string>) => atLeast({ name: names }, { namespace: name });
const backend = fc.record({
  virtualService: fc
    .tuple(one({ virtualServiceRef: reference(name), virtualServiceARN: arn }), some({ clientPolicy }))
    .map(([referred, policy]) => ({ ...referred, ...policy })),
});

/** Specs of virtual nodes of every field, and every field absent, null and set. */
export const virtualNodeSpecs = atLeast(
  { serviceDiscovery },
  {
    awsName,
    podSelector: selector,
    meshRef,
    listeners: fc.array(listener(['http', 'http2', 'grpc', 'tcp'], forNodes), { maxLength: 2 }),
    backends: fc.uniqueArray(backend, {
      maxLength: 3,
      selector: (backend) =>
        JSON.stringify(backend, (key, value) =>
          key === 'clientPolicy' || value === null ? undefined : value,
        ),
    }),
    backendGroups: fc.array(reference(fc.oneof(fc.constant('*'), name)), { maxLength: 2 }),
    backendDefaults,
    logging,
  },
);

/** Specs of virtual gateways, likewise. */
export const virtualGatewaySpecs = atLeast(
  { listeners: fc.array(listener(['http', 'http2', 'grpc'], {}), { minLength: 1, maxLength: 2 }) },
  {
    awsName,
    meshRef,
    namespaceSelector: selector,
    gatewayRouteSelector: selector,
    podSelector: selector,
    backendDefaults,
    logging,
  },
);

/** Specs of meshes, likewise. */
export const meshSpecs = some({
  awsName,
  namespaceSelector: selector,
  egressFilter: fc.record({ type: oneOf('ALLOW_ALL', 'DROP_ALL') }),
  meshOwner: fc.constant('111122223333'),
  meshServiceDiscovery: some({ ipPreference }),
});
