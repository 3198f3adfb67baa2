import fc from 'fast-check';
import { anyOf, headerNames, hosts, often, seldom } from '../arbitrary/matches.ts';
import { requestsTo } from '../arbitrary/requests.ts';
import type { Manifest, Request } from '../request.ts';

/** Objects at random, in which every part that an evaluator knows occurs. */
export interface ObjectsCase {
  readonly objects: readonly Manifest[];
  readonly requests: readonly { readonly from: 'pod' | 'gateway'; readonly request: Request }[];
}

const backends = ['b0.ex', 'b1.ex', 'b2.ex'];

function object(kind: string, name: string, spec: object): Manifest {
  return { apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace: 'shop' }, spec };
}

const stringMatch = (...values: readonly object[]) => anyOf(values);
const uri = stringMatch(
  ...['/', '/a', '/a/', '/a/b'].map((prefix) => ({ prefix })),
  ...['/a', '/a/b', '/'].map((exact) => ({ exact })),
  ...['/a.*', '/a/[^/]+', '.*'].map((regex) => ({ regex })),
);
const value = stringMatch({}, { exact: 'a' }, { prefix: 'a' }, { regex: '[0-9]+' }, { exact: '5' });
const named = fc.dictionary(anyOf(headerNames.map((name) => name.toLowerCase())), value, {
  minKeys: 1,
  maxKeys: 2,
});

const match = (port: number) =>
  fc.record({
    uri: often(uri),
    method: seldom(stringMatch({ exact: 'GET' }, { regex: 'GET|PUT' })),
    scheme: seldom(stringMatch({ exact: 'https' })),
    authority: seldom(stringMatch({ exact: 'x.example.com' }, { prefix: 'x' }, { regex: '.*\\.com' })),
    headers: seldom(named),
    withoutHeaders: seldom(named),
    queryParams: seldom(fc.record({ q: stringMatch({}, { exact: '1' }, { regex: '[12]' }) })),
    port: seldom(anyOf([port, port + 1])),
    ignoreUriCase: seldom(fc.boolean()),
  });

const destination = anyOf(backends).chain((host) => anyOf([{ host }, { host, port: { number: 80 } }]));
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      route: fc
        .array(fc.record({ destination, weight: fc.integer({ min: 0, max: 2 }) }), {
          minLength: 1,
          maxLength: 3,
        })
        .filter((all) => all.some(({ weight }) => weight > 0)),
      rewrite: seldom(
        anyOf<object>([
          { uri: '/c' },
          { uri: '/' },
          { authority: 'other' },
          { uri: '/c/', authority: 'other' },
        ]),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ directResponse: { status: 404 } }) },
);
const routes = (port: number) =>
  fc.array(
    fc
      .tuple(often(fc.array(match(port), { minLength: 1, maxLength: 2 })), action)
      .map(([matches, rest]) => (matches ? { match: matches, ...rest } : rest)),
    { minLength: 1, maxLength: 4 },
  );

const gatewayHosts = [['*'], ['*.example.com'], ['x.example.com'], ['other.org', 'example.com']];
const ofGateway = (name: string) =>
  fc
    .tuple(anyOf(gatewayHosts), routes(8088), fc.boolean(), routes(8088))
    .map(([found, http, delegates, others]) => {
      const delegate = `${name}-delegate`;
      const root = { hosts: found, gateways: ['in'] };
      if (!delegates) return [object('VirtualService', name, { ...root, http })];
      return [
        object('VirtualService', name, { ...root, http: [{ delegate: { name: delegate } }, ...http] }),
        object('VirtualService', delegate, { http: others }),
      ];
    });

/** The registry, and a gateway. */
const fixed = [
  ...[...backends, 'cart.shop'].map((host) =>
    object('ServiceEntry', host, {
      ...{ hosts: [host], location: 'MESH_INTERNAL', resolution: 'STATIC' },
      ports: [{ number: 80, name: 'http', protocol: 'HTTP' }],
    }),
  ),
  object('Gateway', 'in', {
    selector: { app: 'gw' },
    servers: [{ port: { number: 8088, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
  }),
];

export const istioCases: fc.Arbitrary<ObjectsCase> = fc
  .tuple(
    often(routes(80)),
    ofGateway('v0'),
    ofGateway('v1'),
    fc.array(requestsTo([['cart.shop', 80], ...hosts.map((host) => [host, 8088] as const)]), {
      minLength: 12,
      maxLength: 16,
    }),
  )
  .map(([http, first, second, requests]) => ({
    objects: [
      ...fixed,
      ...(http ? [object('VirtualService', 'cart', { hosts: ['cart.shop'], http })] : []),
      ...first,
      ...second,
    ].map((each) => JSON.parse(JSON.stringify(each)) as Manifest),
    requests: requests.map((request) => ({ from: request.port === 8088 ? 'gateway' : 'pod', request })),
  }));
