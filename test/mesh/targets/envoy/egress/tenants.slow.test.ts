import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../harness/harness.ts';
import { aMesh, aNamespace, aNode, aService } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { contentIn, desiredEnvoys } from '../desired-envoys.ts';
import type { Fields } from './harness.ts';

/** Text that somebody could put into a field to reach beyond it, and any other. */
const text = fc.oneof(
  fc.constantFrom(
    ...[
      '*',
      '*.apps',
      'own.apps',
      'OWN.APPS',
      'own.apps:8080',
      'passthrough',
      'a b',
      'x\r\ny: z',
      '%REQ(X)%',
    ],
    ...[
      '\u0000',
      '../../admin',
      '"}]}',
      ':authority',
      ':path',
      'host',
      'a'.repeat(250),
      '(?=a)',
      '(a{900}){900}',
    ],
    ...['[', '/', '/%00', '::1', '10.0.0.1', 'egress-80', '__proto__', 'constructor'],
  ),
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }),
);
/** Seldom something else, so that most objects are valid. */
const nearly = <T>(...usual: readonly T[]) =>
  fc.oneof({ weight: 15, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: text });
const number = fc.oneof(fc.constantFrom(0, 1, 80, 443, 8080, 65_535, 2 ** 31, 2 ** 53 - 1), fc.nat());
const protocol = fc.constantFrom('http', 'http2', 'grpc', 'tcp');
const port = fc.constantFrom(80, 443, 8080, 8081);
const seldom = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const oneMember = (members: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.oneof(...Object.entries(members).map(([name, value]) => fc.record({ [name]: value })));
const duration = fc.record({ unit: fc.constantFrom('s', 'ms'), value: number });

const valueMatch = oneMember({
  ...{
    exact: text,
    prefix: text,
    suffix: text,
    regex: fc.constantFrom('a+', '[^/]*', '(?=a)', '(a{900}){900}'),
  },
  range: fc
    .record({ start: fc.nat(), end: fc.nat() })
    .map(({ start, end }) => ({ start, end: start + end + 1 })),
});
const named = fc.array(
  fc.record({
    name: fc.constantFrom('x-a', 'X-B', ':authority', 'host', 'x-c', 'a\r\nb'),
    match: some(valueMatch),
    invert: some(fc.boolean()),
  }),
  {
    minLength: 1,
    maxLength: 3,
  },
);
const path = fc.oneof(
  fc.record({ prefix: text.map((each) => `/${each}`) }),
  fc.record({ path: oneMember({ exact: text.map((each) => `/${each}`), regex: nearly('/a+', '/[^/]+/b') }) }),
);
const query = fc.array(
  fc.record({ name: nearly('q', '__proto__', 'q=1'), match: some(fc.record({ exact: text })) }),
  { minLength: 1 },
);
const action = fc.record({
  weightedTargets: fc.array(
    fc.record({
      virtualNodeRef: fc.record({ name: fc.constantFrom('one', 'two') }),
      weight: fc.nat(100),
      port: some(port),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
const retryPolicy = fc.record({
  ...{ maxRetries: number, perRetryTimeout: duration },
  httpRetryEvents: fc.constant(['server-error']),
});
const timeout = fc.record({ idle: some(duration), perRequest: some(duration) });
const httpRoute = fc.record({
  match: fc
    .record({
      path,
      others: fc.record({ headers: some(named), queryParameters: some(query), port: seldom(port) }),
    })
    .map((match) => ({ ...match.path, ...match.others })),
  ...{ action, retryPolicy: some(retryPolicy), timeout: some(timeout) },
});
const grpcRoute = fc.record({
  match: fc.record({ serviceName: some(nearly('shop.Cart')), metadata: some(named) }),
  ...{ action, timeout: some(timeout) },
});
const tcpRoute = fc.record({ action, timeout: some(fc.record({ idle: some(duration) })) });
const route = oneMember({ httpRoute, http2Route: httpRoute, grpcRoute, tcpRoute });
const portMapping = fc.record({ port, protocol });
const every = [80, 8080, 8081, 443].map((each, index) => ({
  portMapping: { port: each, protocol: ['http', 'http2', 'grpc', 'tcp'][index] },
}));
const router = fc.record({
  listeners: fc.oneof(
    { weight: 9, arbitrary: fc.constant(every) },
    { weight: 1, arbitrary: fc.array(fc.record({ portMapping }), { minLength: 1, maxLength: 3 }) },
  ),
  routes: fc
    .array(fc.record({ route, name: nearly('a', 'b') }), { maxLength: 4 })
    .map((all) => all.map(({ route: each, name }, index) => ({ ...each, name: `${index}${name}` }))),
});

const healthCheck = fc.record({
  ...{
    healthyThreshold: fc.constant(2),
    unhealthyThreshold: fc.constant(2),
    intervalMillis: fc.constant(5000),
  },
  ...{ timeoutMillis: fc.constant(2000), path: some(nearly('/ping', 'ping')), port: some(port), protocol },
});
const outlierDetection = fc.record({
  ...{ baseEjectionDuration: duration, interval: duration, maxServerErrors: number.map((each) => each + 1) },
  maxEjectionPercent: fc.nat(100),
});
const tls = fc.record({
  mode: fc.constantFrom('STRICT', 'PERMISSIVE', 'DISABLED'),
  certificate: oneMember({
    file: fc.record({ certificateChain: nearly('/a.pem'), privateKey: nearly('/b.pem') }),
    sds: fc.record({ secretName: nearly('own', 'default') }),
  }),
});
const node = fc.record({
  listeners: fc.array(
    fc.record({
      ...{
        portMapping,
        healthCheck: some(healthCheck),
        outlierDetection: some(outlierDetection),
        tls: some(tls),
      },
    }),
    { minLength: 1, maxLength: 1 },
  ),
  serviceDiscovery: oneMember({
    dns: fc.record({
      hostname: nearly('a.b', '10.0.0.1', '::1', 'A_b.', 'localhost'),
      responseType: some(fc.constantFrom('ENDPOINTS', 'LOADBALANCER')),
    }),
    awsCloudMap: fc.record({ namespaceName: fc.constant('shop.local'), serviceName: fc.constant('a') }),
  }),
  podSelector: some(
    fc.record({ matchLabels: fc.dictionary(nearly('app'), nearly('a', 'b'), { minKeys: 1, maxKeys: 2 }) }),
  ),
});

/** Objects of a namespace, whose owner wants to harm who calls its virtual services. */
const others = fc.record({
  router,
  one: node,
  two: node,
  names: fc.tuple(nearly('one.shop', 'a.b', 'x_y-z'), nearly('two.shop', 'Own.apps', 's3.amazonaws.com')),
});

function manifestsOf({
  router: spec,
  one,
  two,
  names,
}: typeof others extends fc.Arbitrary<infer T> ? T : never) {
  const there = (kind: string, name: string, fields: object): Manifest => ({
    ...{ kind, metadata: { name, namespace: 'others' } },
    spec: JSON.parse(JSON.stringify(fields)) as Fields,
  });
  const provider = (kind: string, name: string) => ({ [kind]: { [`${kind}Ref`]: { name } } });
  return [
    there('VirtualRouter', 'router', spec),
    there('VirtualNode', 'one', one),
    there('VirtualNode', 'two', two),
    there('VirtualService', 'by-router', {
      awsName: names[0],
      provider: provider('virtualRouter', 'router'),
    }),
    there('VirtualService', 'by-node', { awsName: names[1], provider: provider('virtualNode', 'one') }),
  ];
}

/** The client, whose own backend is `own`; `calls`: it names all services of the others, too. */
function clientOf(calls: boolean): readonly Manifest[] {
  const virtualService = { virtualServiceRef: { name: 'own' } };
  const backendGroups = [{ name: '*', namespace: 'others' }];
  return [
    aMesh(),
    aNode('blue'),
    aService('own', 'node/blue'),
    aNode('front', { backends: [{ virtualService }], ...(calls && { backendGroups }) }),
  ];
}

function hostsOf(data: Readonly<Record<string, string>>): Readonly<Record<string, Fields>> {
  const tables = Object.entries(data).filter(([file]) => file.startsWith('rds-egress'));
  const hosts = tables.flatMap(([, content]) => JSON.parse(content).resources[0].virtual_hosts as Fields[]);
  return Object.fromEntries(hosts.map((host) => [host.name, host]));
}

describe('what other namespaces can do to the proxy of a virtual node', () => {
  it('whatever they write, Envoy takes the proxy of who calls them, and its own backend is the same', () => {
    const alone = desiredEnvoys(directoryOf(aNamespace(), ...clientOf(false)));
    const expected = hostsOf(contentIn(alone, 'ConfigMap/apps/front.virtual-node').data ?? {})['own.apps'];
    fc.assert(
      fc.property(others, (each) => {
        const manifests = [aNamespace(), aNamespace('others'), ...clientOf(true), ...manifestsOf(each)];
        const desired = desiredEnvoys(directoryOf(...manifests));
        const front = desired.objects.find(({ entry }) => entry.id.name === 'front');
        expect(front?.problems).toEqual([]);
        const { data = {} } = contentIn(desired, 'ConfigMap/apps/front.virtual-node');
        const { 'own.apps': own, '*.amazonaws.com': aws, ...further } = hostsOf(data);
        expect(own).toEqual(expected);
        expect(aws?.domains[0]).toBe('*.amazonaws.com');
        for (const { domains } of Object.values(further))
          for (const domain of domains) expect(domain).toMatch(/^[\w.-]+(:\d+)?$/);
      }),
      { numRuns: 500 },
    );
  });

  it('whatever they write, nothing of it is in the proxy of a virtual node that does not call them', () => {
    const alone = desiredEnvoys(directoryOf(aNamespace(), ...clientOf(false)));
    const expected = contentIn(alone, 'ConfigMap/apps/front.virtual-node');
    fc.assert(
      fc.property(others, (each) => {
        const manifests = [aNamespace(), aNamespace('others'), ...clientOf(false), ...manifestsOf(each)];
        const desired = desiredEnvoys(directoryOf(...manifests));
        expect(contentIn(desired, 'ConfigMap/apps/front.virtual-node')).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});
