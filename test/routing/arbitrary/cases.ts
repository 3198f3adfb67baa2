import fc from 'fast-check';
import type { Manifest, Request } from '../request.ts';
import {
  anyOf,
  everything,
  type GatewayProtocol,
  gatewayMatch,
  gatewayPorts,
  grpcMatch,
  hosts,
  httpMatch,
  type NodeKind,
  often,
  type Protocol,
  routerPorts,
  tcpMatch,
  type Vocabulary,
} from './matches.ts';
import { requestsTo } from './requests.ts';

/**
 * A mesh whose routes collide: few paths, headers and hosts, so that several routes take a request, and their order and
 * each of their conditions decide.
 */
export interface Case {
  readonly manifests: readonly Manifest[];
  /** The Services of Kubernetes that names of nodes and virtual services mean. */
  readonly services: readonly Manifest[];
  readonly requests: readonly { readonly from: 'pod' | 'gateway'; readonly request: Request }[];
}

export const gateway = { name: 'gw', namespace: 'shop' };
export const gatewayLabels = { app: 'gw' };
const nodePorts = { http: 8080, http2: 7070, grpc: 9090, tcp: 6060 } as const;
const isOfGateway = (protocol: Protocol): protocol is GatewayProtocol => protocol !== 'tcp';
/** A gateway has a listener at least. */
const ofGateway = (of: readonly Protocol[]): readonly GatewayProtocol[] =>
  of.some(isOfGateway) ? of.filter(isOfGateway) : ['http'];

const priority = often(fc.integer({ min: 0, max: 2 }));

function inShop(kind: string, name: string, spec: object): Manifest {
  return { apiVersion: 'appmesh.k8s.aws/v1beta2', kind, metadata: { name, namespace: 'shop' }, spec };
}

const listenersOf = <P extends Protocol>(of: readonly P[], ports: Readonly<Record<P, number>>) =>
  of.map((protocol) => ({ portMapping: { port: ports[protocol], protocol } }));

function node(kind: NodeKind, index: number, protocols: readonly Protocol[]): Manifest {
  const name = `n${index}`;
  const serviceDiscovery = {
    service: { dns: { hostname: `${name}.shop.svc.cluster.local` } },
    external: { dns: { hostname: `${name}.example.com` } },
    pods: { awsCloudMap: { namespaceName: 'shop.local', serviceName: name } },
  }[kind];
  const podSelector = kind === 'external' ? {} : { podSelector: { matchLabels: { app: name } } };
  return inShop('VirtualNode', name, {
    ...podSelector,
    listeners: listenersOf(protocols, nodePorts),
    serviceDiscovery,
  });
}

function service(name: string, ports: readonly (readonly [Protocol, number])[]): Manifest {
  const spec = {
    clusterIP: `10.1.0.${name.charCodeAt(0) + Number(name.slice(1))}`,
    selector: { app: name },
    ports: ports.map(([protocol, port]) => ({ name: `${protocol}-${port}`, port, protocol: 'TCP' })),
  };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec };
}

function action(vocabulary: Vocabulary, protocol: Protocol): fc.Arbitrary<object> {
  const target = fc.record({
    virtualNodeRef: fc.nat({ max: vocabulary.nodes.length - 1 }).map((index) => ({ name: `n${index}` })),
    weight: fc.integer({ min: 0, max: 3 }),
    port: fc.constant(nodePorts[protocol]),
  });
  const weightedTargets = fc
    .array(target, { minLength: 1, maxLength: 3 })
    .filter((targets) => targets.some(({ weight }) => weight > 0));
  return fc.record({ weightedTargets });
}

function routeMatch(vocabulary: Vocabulary, protocol: Protocol): fc.Arbitrary<object> {
  const port = routerPorts[protocol];
  if (protocol === 'tcp') return tcpMatch(port);
  return protocol === 'grpc' ? grpcMatch(vocabulary, port) : httpMatch(vocabulary, port);
}

function router(vocabulary: Vocabulary, name: string, of: readonly Protocol[]): fc.Arbitrary<Manifest> {
  const route = anyOf(of).chain((protocol) => {
    const match = routeMatch(vocabulary, protocol);
    return fc.record({
      priority,
      [`${protocol}Route`]: fc.record({ match, action: action(vocabulary, protocol) }),
    });
  });
  return fc.array(route, { maxLength: 5, size: 'max' }).map((routes) =>
    inShop('VirtualRouter', name, {
      listeners: listenersOf(of, routerPorts),
      routes: routes.map((each, index) => ({ name: `route-${index}`, ...each })),
    }),
  );
}

function gatewayRoute(
  vocabulary: Vocabulary,
  protocol: GatewayProtocol,
  index: number,
): fc.Arbitrary<Manifest> {
  return fc
    .record({
      priority,
      match: gatewayMatch(vocabulary, protocol),
      service: anyOf(['s0', 's1']),
      rewrite: often(anyOf(vocabulary.rewrites)),
    })
    .map(({ match, rewrite, service: name, ...rest }) => {
      const fitting = rewrite !== undefined && fits(rewrite, match, protocol) ? { rewrite } : {};
      const target = { virtualService: { virtualServiceRef: { name } }, port: routerPorts[protocol] };
      const route = { match, action: { target, ...fitting } };
      return inShop('GatewayRoute', `g${index}`, {
        ...rest,
        [`${protocol}Route`]: route,
      });
    });
}

function fits(rewrite: object, match: object, protocol: Protocol): boolean {
  if ('hostname' in rewrite) return true;
  return protocol !== 'grpc' && ('prefix' in rewrite ? 'prefix' in match : 'path' in match);
}

function requests(vocabulary: Vocabulary, of: readonly Protocol[]): fc.Arbitrary<Case['requests']> {
  const inGateway = ofGateway(of).flatMap((protocol) =>
    hosts.map((host) => [host, gatewayPorts[protocol], protocol] as const),
  );
  // Without an address of its own, a name tells nothing apart in TCP.
  const inMesh = of.flatMap((protocol) =>
    vocabulary.names.flatMap((name, index) =>
      protocol === 'tcp' && !name.includes('.svc.')
        ? []
        : [[name, (index === 2 ? nodePorts : routerPorts)[protocol], protocol] as const],
    ),
  );
  const asked = fc.oneof(
    ...(
      [
        ['pod', inMesh],
        ['gateway', inGateway],
      ] as const
    ).map(([from, to]) =>
      requestsTo(to, from === 'pod' ? vocabulary.paths : vocabulary.gatewayPaths).map((request) => ({
        from,
        request,
      })),
    ),
  );
  return fc.array(asked, { minLength: 10, maxLength: 16 });
}

export function cases(vocabulary: Vocabulary = everything): fc.Arbitrary<Case> {
  const served = fc.subarray([...vocabulary.protocols], {
    minLength: 1,
    maxLength: Math.min(2, vocabulary.protocols.length),
  });
  return served.chain((of) => {
    const routes = fc
      .array(anyOf(ofGateway(of)), { minLength: 1, maxLength: 4, size: 'max' })
      .chain((each) => fc.tuple(...each.map((protocol, index) => gatewayRoute(vocabulary, protocol, index))));
    return fc
      .tuple(router(vocabulary, 'r0', of), router(vocabulary, 'r1', of), routes, requests(vocabulary, of))
      .map(([first, second, gatewayRoutes, sent]) => ({
        manifests: [...fixed(of, vocabulary), first, second, ...gatewayRoutes].map(withoutUndefined),
        services: servicesOf(of, vocabulary),
        requests: sent,
      }));
  });
}

function fixed(of: readonly Protocol[], { nodes, names, protocols }: Vocabulary): readonly Manifest[] {
  const selector = { matchLabels: { mesh: 'shop' } };
  const provider = (index: number) =>
    index === 2
      ? { virtualNode: { virtualNodeRef: { name: 'n0' } } }
      : { virtualRouter: { virtualRouterRef: { name: `r${index}` } } };
  return [
    { kind: 'Namespace', metadata: { name: 'shop', labels: { mesh: 'shop' } } },
    {
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'Mesh',
      metadata: { name: 'shop' },
      spec: { namespaceSelector: selector },
    },
    ...nodes.map((kind, index) => node(kind, index, protocols)),
    ...names.map((awsName, index) =>
      inShop('VirtualService', `s${index}`, { awsName, provider: provider(index) }),
    ),
    inShop('VirtualGateway', gateway.name, {
      namespaceSelector: selector,
      podSelector: { matchLabels: gatewayLabels },
      listeners: listenersOf(ofGateway(of), gatewayPorts),
    }),
  ];
}

function servicesOf(of: readonly Protocol[], { nodes, names, protocols }: Vocabulary): readonly Manifest[] {
  const ofNodes = nodes.flatMap((kind, index) =>
    kind === 'service'
      ? [
          service(
            `n${index}`,
            protocols.map((protocol) => [protocol, nodePorts[protocol]]),
          ),
        ]
      : [],
  );
  const inRouter = of.map((protocol) => [protocol, routerPorts[protocol]] as const);
  const inNode = protocols.map((protocol) => [protocol, nodePorts[protocol]] as const);
  const ofNames = names.flatMap((name, index) =>
    name.includes('.svc.') ? [service(`s${index}`, index === 2 ? inNode : inRouter)] : [],
  );
  return [...ofNodes, ...ofNames];
}

/** As an API server would have it. */
function withoutUndefined<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
