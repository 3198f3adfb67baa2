import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeshManifest } from '../../../property/mesh-manifests.ts';
import { AppMesh } from '../../../routing/app-mesh.ts';
import { GatewayApi } from '../../../routing/gateway-api.ts';
import { request } from '../../../routing/harness.ts';
import { podsOf } from '../../../routing/registry.ts';
import type { Choice, Request } from '../../../routing/request.ts';
import { type Translated, translated } from './harness.ts';
import { anyPrefix, gatewayRoutes, httpMatches, routes, wholePrefix } from './routes.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 150);

const listener = { portMapping: { port: 8080, protocol: 'http' } };

function inNamespace(kind: string, name: string, spec: object, namespace = 'apps'): MeshManifest {
  return { kind, metadata: { name, namespace }, spec: { ...spec } };
}

function aNode(name: string, serviceDiscovery: object, namespace?: string): MeshManifest {
  const podSelector = { matchLabels: { color: name } };
  return inNamespace(
    'VirtualNode',
    name,
    { listeners: [listener], serviceDiscovery, podSelector },
    namespace,
  );
}

const service = (name: string, provider: object) =>
  inNamespace('VirtualService', name, { awsName: nameOf(name), provider });
const nameOf = (name: string) => `${name}.apps.svc.cluster.local`;

const fixed: readonly MeshManifest[] = [
  ...['apps', 'other'].map((name) => ({ kind: 'Namespace', metadata: { name, labels: {} } })),
  { kind: 'Mesh', metadata: { name: 'shop' }, spec: { namespaceSelector: {} } },
  aNode('blue', { dns: { hostname: nameOf('blue') } }),
  aNode('red', { dns: { hostname: 'red.other.svc.cluster.local' } }, 'other'),
  aNode('green', { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'green' } }, 'other'),
  service('color', { virtualRouter: { virtualRouterRef: { name: 'color' } } }),
  service('cart', { virtualNode: { virtualNodeRef: { name: 'blue' } } }),
  inNamespace('VirtualGateway', 'entry', { namespaceSelector: {}, listeners: [listener] }),
];

/** The Services that users have. */
const services = ['apps/color', 'apps/cart', 'apps/blue', 'other/red'].map((each) => {
  const [namespace = '', name = ''] = each.split('/');
  return { kind: 'Service', metadata: { namespace, name }, spec: { ports: [{ port: 8080 }] } };
});

const router = (protocol: string, all: readonly object[]) =>
  inNamespace('VirtualRouter', 'color', {
    listeners: [{ portMapping: { port: 8080, protocol } }],
    routes: all,
  });
const routersOfPods = {
  http: routes('http', httpMatches(anyPrefix, true)).map((all) => router('http', all)),
  grpc: routes('grpc').map((all) => router('grpc', all)),
};
const routersBehindGateways = routes('http', httpMatches(wholePrefix, false)).map((all) =>
  router('http', all),
);
const routesOfGateway = fc
  .array(gatewayRoutes, { minLength: 1, maxLength: 4 })
  .map((specs) => specs.map((spec, index) => inNamespace('GatewayRoute', `r${index}`, spec)));

const paths = ['/', '/a', '/a/', '/ab', '/a/b', '/a/b/', '/a/b/c', '/a/b/7', '/A', '/a.b', '/axb', '/z'];
const requests = (pathPool: readonly string[], hosts: readonly string[]): fc.Arbitrary<Request> =>
  fc
    .record({
      path: fc.constantFrom(...pathPool),
      query: fc.constantFrom('', '', '?q=1', '?q=', '?r=2&q=1'),
      method: fc.constantFrom('GET', 'POST', 'PUT'),
      host: fc.constantFrom(...hosts),
      headers: fc.record(
        {
          color: fc.constantFrom('b', 'blue', 'bl', 'red', '1', 'xe'),
          'x-v': fc.constantFrom('1', 'red', 'b'),
        },
        { requiredKeys: [] },
      ),
    })
    .map(({ path, query, ...rest }) => request({ ...rest, path: path + query, port: 8080 }));

/** With the pods of the Services that are made for nodes of Cloud Map. */
function withPods(choice: Choice, { objects }: Translated): Choice {
  return (
    choice && {
      ...choice,
      destinations: choice.destinations
        .map(({ host, ...rest }) => {
          const made = objects.find(
            ({ kind, metadata }) =>
              kind === 'Service' && host.startsWith(`${metadata.name}.${metadata.namespace}.`),
          );
          return { ...rest, host: made ? podsOf(made.metadata.namespace, made.spec.selector) : host };
        })
        .sort((a, b) => (`${a.host}:${a.port}` < `${b.host}:${b.port}` ? -1 : 1)),
    }
  );
}

function apiOf({ objects }: Translated): GatewayApi {
  const made = objects.map((object) =>
    object.kind === 'Gateway' ? { ...object, spec: { ...object.spec } } : object,
  );
  return new GatewayApi([...services, ...made]);
}

describe('a request of a pod', () => {
  it.each(['http', 'grpc'] as const)(
    'a %s request of a pod goes through the Gateway API to where App Mesh sends it',
    (protocol) => {
      let compared = 0;
      const calls = ['/shop.Cart/Get', '/shop.Cart/Put', '/shop.Orders/Get', '/other/Get'];
      const sent = requests(protocol === 'grpc' ? calls : paths, [nameOf('color'), nameOf('cart')]).map(
        (each) =>
          protocol === 'grpc'
            ? { ...each, protocol, method: 'POST' as const, path: each.path.split('?')[0] ?? '' }
            : each,
      ) as fc.Arbitrary<Request>;
      fc.assert(
        fc.property(routersOfPods[protocol], fc.array(sent, { minLength: 8, maxLength: 16 }), (spec, all) => {
          const manifests = [...fixed, spec];
          const result = translated(manifests);
          const problems = Object.values(result.problems).flat();
          // The methods of calls are not matched by regular expressions, whose length could say the order.
          expect(protocol === 'http' ? problems : []).toEqual([]);
          if (problems.length > 0) return;
          compared += all.length;
          const [mesh, api] = [new AppMesh(manifests), apiOf(result)];
          for (const each of all) {
            if (protocol === 'grpc' && each.host === nameOf('cart')) continue;
            expect(withPods(api.fromPod(each, 'apps'), result)).toEqual(mesh.fromPod(each));
          }
        }),
        { numRuns },
      );
      expect(compared).toBeGreaterThan(numRuns);
    },
  );
});

describe('a request at a gateway', () => {
  it('a request at a Gateway goes where App Mesh sends it, with the same path and host', () => {
    let compared = 0;
    const hosts = ['a.example.com', 'b.example.com', 'example.com', 'x.org'];
    const whole = ['/', '/a', '/a/', '/a/b', '/a/b/', '/a/b/c', '/b', '/b/a', '/b/a/b', '/a/b/a/b', '/z'];
    fc.assert(
      fc.property(
        routersBehindGateways,
        routesOfGateway,
        fc.array(requests(whole, hosts), { minLength: 8, maxLength: 16 }),
        (spec, attached, all) => {
          const manifests = [...fixed, spec, ...attached];
          const result = translated(manifests);
          const taken = attached.filter(
            ({ metadata }) => !result.problems[`GatewayRoute apps/${metadata.name}`]?.length,
          );
          const [mesh, api] = [new AppMesh([...fixed, spec, ...taken]), apiOf(result)];
          for (const each of all) {
            compared += taken.length > 0 ? 1 : 0;
            expect(withPods(api.fromGateway({ name: 'entry', namespace: 'apps' }, each), result)).toEqual(
              mesh.fromGateway({ name: 'entry', namespace: 'apps' }, each),
            );
          }
        },
      ),
      { numRuns },
    );
    expect(compared).toBeGreaterThan(numRuns);
  });
});
