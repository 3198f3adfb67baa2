import fc from 'fast-check';
import { anyOf, headerNames, hosts, often, seldom } from '../arbitrary/matches.ts';
import { requestsTo } from '../arbitrary/requests.ts';
import type { Manifest } from '../request.ts';
import type { ObjectsCase } from './istio-cases.ts';
import { gatewayAddress, gatewayClass, managedGateway } from './managed-gateway.ts';

/** Objects of the Gateway API at random, in which every part that the evaluator knows occurs. */

const backends = ['b0', 'b1', 'b2'];
const cart = 'cart.shop.svc.cluster.local';

function object(kind: string, name: string, spec: object): Manifest {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name, namespace: 'shop' }, spec };
}

const path = anyOf([
  ...['/', '/a', '/a/', '/a/b'].map((value) => ({ type: 'PathPrefix', value })),
  ...['/a', '/a/b', '/'].map((value) => ({ type: 'Exact', value })),
  ...['/a.*', '/a/[^/]+', '/.*'].map((value) => ({ type: 'RegularExpression', value })),
]);
const named = (names: readonly string[]) =>
  fc.uniqueArray(
    fc.record({
      name: anyOf(names),
      type: anyOf(['Exact', 'RegularExpression']),
      value: anyOf(['a', '5', '1', 'ab']),
    }),
    { minLength: 1, maxLength: 2, selector: ({ name }) => name.toLowerCase() },
  );

const match = fc.record({
  path: often(path),
  method: seldom(anyOf(['GET', 'POST'])),
  headers: seldom(named(headerNames)),
  queryParams: seldom(named(['q'])),
});

const backendRef = fc.record({
  name: anyOf(backends),
  port: fc.constant(80),
  weight: often(fc.integer({ min: 0, max: 2 })),
});
const backendRefs = fc.array(backendRef, { maxLength: 3 });

/** A prefix can be replaced where all matches are of a prefix. */
const rules = fc.array(
  fc
    .tuple(
      often(fc.array(match, { minLength: 1, maxLength: 2 })),
      backendRefs,
      seldom(anyOf(['', '/', '/c', '/c/'])),
    )
    .map(([matches, refs, prefix]) => {
      const all: readonly {
        readonly path?: { readonly type: string; readonly value: string } | undefined;
      }[] = matches ?? [{}];
      const paths = all.map(({ path: one }) => one ?? { type: 'PathPrefix', value: '/' });
      const isPrefix = paths.length === 1 && paths[0]?.type === 'PathPrefix';
      // Istio replaces the prefix / of /a by /c, or /c/, to get /ca, where the API has /c/a.
      const by = paths[0]?.value === '/' ? '/' : prefix;
      const replaced = { type: 'ReplacePrefixMatch', replacePrefixMatch: by };
      const whole = { type: 'ReplaceFullPath', replaceFullPath: '/whole' };
      const urlRewrite = { hostname: 'other', path: isPrefix ? replaced : whole };
      const filters = prefix === undefined ? {} : { filters: [{ type: 'URLRewrite', urlRewrite }] };
      return { ...(matches && { matches }), ...filters, backendRefs: refs };
    }),
  { minLength: 1, maxLength: 4 },
);

const inMesh = rules.map((all) =>
  object('HTTPRoute', 'mesh', {
    parentRefs: [{ group: '', kind: 'Service', name: 'cart', port: 80 }],
    rules: all,
  }),
);
const inGateway = (name: string) =>
  fc
    .tuple(anyOf([undefined, ['*.example.com'], ['x.example.com', 'other.org']]), rules)
    .map(([hostnames, all]) =>
      object('HTTPRoute', name, {
        parentRefs: [{ name: 'in' }],
        ...(hostnames && { hostnames }),
        rules: all,
      }),
    );

const fixed = [
  ...[...backends, 'cart'].map((name, index) => ({
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' } },
    spec: { clusterIP: `10.1.0.${index + 1}`, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  })),
  ...managedGateway('in', 'shop', [8088], gatewayAddress),
  gatewayClass,
  object('Gateway', 'in', {
    gatewayClassName: 'istio',
    listeners: [{ name: 'http', port: 8088, protocol: 'HTTP' }],
  }),
];

export const gatewayApiCases: fc.Arbitrary<ObjectsCase> = fc
  .tuple(
    often(inMesh),
    inGateway('a'),
    often(inGateway('b')),
    fc.array(requestsTo([[cart, 80], ...hosts.map((host) => [host, 8088] as const)]), {
      minLength: 12,
      maxLength: 16,
    }),
  )
  .map(([mesh, first, second, requests]) => ({
    objects: [...fixed, ...[mesh, first, second].flatMap((each) => each ?? [])].map(
      (each) => JSON.parse(JSON.stringify(each)) as Manifest,
    ),
    requests: requests.map((request) => ({ from: request.port === 8088 ? 'gateway' : 'pod', request })),
  }));
