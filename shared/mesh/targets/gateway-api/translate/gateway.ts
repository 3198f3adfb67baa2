import type { VirtualGatewaySpec } from '../../../../model/mesh/kinds/virtual-gateway.ts';
import type { Spec } from '../../../plan/resource.ts';

/** A port with its protocol: a listener of a virtual router, a virtual node or a virtual gateway. */
export interface Entrance {
  readonly port: number;
  readonly protocol: 'http' | 'http2' | 'grpc' | 'tcp';
}

/** The name of a listener in the Gateway of a virtual gateway. */
export function gatewaySection(port: number): string {
  return `port-${port}`;
}

/** The Gateway of a virtual gateway. Its routes may be in the namespaces that may have gateway routes. */
export function gatewaySpec(className: string, { listeners, namespaceSelector }: VirtualGatewaySpec): Spec {
  const ports = Map.groupBy(listeners, ({ portMapping }) => portMapping.port);
  return {
    gatewayClassName: className,
    listeners: [...ports].map(([port, those]) => ({
      ...{ name: gatewaySection(port), port, protocol: 'HTTP' },
      allowedRoutes: {
        namespaces: namespacesOf(namespaceSelector),
        kinds: [...new Set(those.map(({ portMapping }) => routeKind(portMapping.protocol)))].map((kind) => ({
          ...{ group: 'gateway.networking.k8s.io', kind },
        })),
      },
    })),
  };
}

function namespacesOf(selector: VirtualGatewaySpec['namespaceSelector']): Spec {
  if (!selector) return { from: 'Same' };
  const { matchLabels, matchExpressions } = selector;
  const expressions = matchExpressions?.map(({ key, operator, values }) => ({
    ...{ key, operator },
    ...(values?.length && { values }),
  }));
  return {
    from: 'Selector',
    selector: { ...(matchLabels && { matchLabels }), ...(expressions && { matchExpressions: expressions }) },
  };
}

export function routeKind(protocol: Entrance['protocol']): 'HTTPRoute' | 'GRPCRoute' | 'TCPRoute' {
  if (protocol === 'grpc') return 'GRPCRoute';
  return protocol === 'tcp' ? 'TCPRoute' : 'HTTPRoute';
}

/** The name of a listener in the Gateway of a service network. VPC Lattice has gRPC on HTTPS only. */
export function networkSection({ port, protocol }: Entrance): string {
  return `${protocol === 'grpc' ? 'https' : 'http'}-${port}`;
}

/** The Gateway of a mesh in one namespace: VPC Lattice's service network of that name. */
export function networkSpec(className: string, entrances: readonly Entrance[]): Spec {
  const sections = new Map(entrances.map((entrance) => [networkSection(entrance), entrance]));
  return {
    gatewayClassName: className,
    listeners: [...sections]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { port, protocol }]) => ({
        ...{ name, port, protocol: protocol === 'grpc' ? 'HTTPS' : 'HTTP' },
        ...(protocol === 'grpc' && { tls: latticeCertificate }),
      })),
  };
}

/** AWS's controller reads no Secret: VPC Lattice has a certificate for the name that it gives to a service. */
const latticeCertificate = {
  mode: 'Terminate',
  certificateRefs: [{ group: '', kind: 'Secret', name: 'unused' }],
};
