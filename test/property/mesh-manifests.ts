import fc from 'fast-check';
import {
  backendGroupSpecs,
  gatewayRouteSpecs,
  providersOf,
  virtualRouterSpecs,
  virtualServiceSpecs,
} from './mesh-route-specs.ts';
import { atLeast, meshSpecs, oneOf, virtualGatewaySpecs, virtualNodeSpecs } from './mesh-specs.ts';

/** An object as in the cluster. */
export interface MeshManifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

const namespaces = ['apps', 'other'];
const ports = fc.constantFrom(8080, 9090);
const usual = <T>(arbitrary: fc.Arbitrary<T>, weight = 9) => ({ weight, arbitrary });

/** References to some names, sometimes to one that is not there, and to the other namespace. */
const referenceTo = (...names: readonly string[]) =>
  atLeast(
    { name: fc.oneof(usual(oneOf(...names), 99), usual(oneOf('missing'), 1)) },
    { namespace: fc.constantFrom(...namespaces) },
  );

const expression = (...values: readonly string[]) =>
  fc.constant({ matchExpressions: [{ key: 'color', operator: 'In', values }] });
const podSelector = fc.oneof(
  usual(oneOf('blue', 'red').map((color) => ({ matchLabels: { color } }))),
  usual(expression('red'), 1),
  usual(expression('red', 'blue'), 1),
);

/** Stands for the namespace of the object in a spec. */
const ownNamespace = '{namespace}';

/** Nodes as people write them, with what most targets can express. */
const plainNodes = fc.record({
  podSelector,
  listeners: fc.array(
    fc.record({
      portMapping: fc.record({ port: ports, protocol: oneOf('http', 'http', 'http2', 'grpc', 'tcp') }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  serviceDiscovery: fc.oneof(
    usual(
      oneOf('blue', 'red').map((name) => ({
        dns: { hostname: `${name}.${ownNamespace}.svc.cluster.local` },
      })),
      3,
    ),
    usual(fc.constant({ dns: { hostname: 'blue.apps.svc.cluster.local' } }), 1),
    usual(fc.constant({ awsCloudMap: { namespaceName: 'shop.local', serviceName: 'color' } }), 3),
  ),
});

/** Most of some objects, `namespace/name`, each with a spec. */
function most(
  kind: string,
  names: readonly string[],
  specs: fc.Arbitrary<object>,
): fc.Arbitrary<MeshManifest[]> {
  const objects = names.map((each) => {
    const [namespace = '', name = ''] = each.split('/');
    const manifest = specs.map((spec) => ({
      kind,
      metadata: { name, namespace },
      spec: inShop(inNamespace(spec, namespace)),
    }));
    return fc.option(manifest, { freq: 20, nil: undefined });
  });
  return fc.tuple(...objects).map((all) => all.filter((each) => each !== undefined));
}

function inNamespace(spec: object, namespace: string): object {
  return JSON.parse(JSON.stringify(spec).replaceAll(ownNamespace, namespace));
}

function inShop(spec: object): Readonly<Record<string, unknown>> {
  return 'meshRef' in spec && spec.meshRef ? { ...spec, meshRef: { name: 'shop', uid: 'uid' } } : { ...spec };
}

const nodes = referenceTo('blue', 'red');
const services = referenceTo('color', 'cart');
const hosted = fc
  .tuple(
    virtualServiceSpecs(providersOf(nodes, referenceTo('router'))),
    fc.oneof(usual(oneOf('', 'cart')), usual(oneOf('color.apps.svc.cluster.local', 'example.com'), 1)),
  )
  .map(([spec, awsName]) => ({ ...spec, awsName }));

const selectsAll = { namespaceSelector: {} };
const plainListeners = oneOf('http', 'http2', 'grpc').map((second) => [
  { portMapping: { port: 8080, protocol: 'http' } },
  { portMapping: { port: 9090, protocol: second } },
]);
const gateways = fc
  .tuple(virtualGatewaySpecs, fc.option(plainListeners, { freq: 4 }))
  .map(([spec, listeners]) => ({
    ...{ ...spec, ...selectsAll, gatewayRouteSelector: null },
    ...(listeners && { listeners }),
  }));

const gateway = fc.constant({ namespace: 'apps', name: 'entry', uid: 'uid' });

/** All objects of a cluster with one mesh: each valid, most references right. */
export const meshManifests: fc.Arbitrary<readonly MeshManifest[]> = fc
  .tuple(
    meshSpecs.map((spec) => [
      { kind: 'Mesh', metadata: { name: 'shop' }, spec: { ...spec, ...selectsAll, awsName: null } },
    ]),
    most(
      'VirtualNode',
      ['apps/blue', 'apps/red', 'other/blue', 'other/red'],
      fc.oneof(usual(plainNodes, 4), usual(virtualNodeSpecs, 1)),
    ),
    most('VirtualRouter', ['apps/router', 'other/router'], virtualRouterSpecs({ nodes, ports })),
    most('VirtualService', ['apps/color', 'apps/cart', 'other/color', 'other/cart'], hosted),
    most('VirtualGateway', ['apps/entry'], gateways),
    most('GatewayRoute', ['apps/r1', 'apps/r2', 'other/r3'], gatewayRouteSpecs({ services, ports, gateway })),
    most('BackendGroup', ['apps/group'], backendGroupSpecs),
  )
  .map((kinds) => [
    ...namespaces.map((name) => ({ kind: 'Namespace', metadata: { name, labels: {} } })),
    ...kinds.flat(),
  ]);
