import type { Listener } from '../../../../model/mesh/listener.ts';
import type { EntryOf } from '../../../plan/entry.ts';
import { int32 } from './duration.ts';
import { serverTlsOf } from './listener-tls.ts';
import { isHost } from './names.ts';
import { nameIn } from './node-host.ts';
import type { Wanted } from './outcome.ts';
import type { Labels } from './pods.ts';
import type { Report } from './report.ts';
import { portOf } from './service-ports.ts';

type Node = EntryOf<'VirtualNode'>;

interface SidecarContext {
  readonly labels: Labels;
  /** Names of virtual services. */
  readonly backends: ReadonlySet<string>;
  /** Whether requests to others than the backends are let through. */
  readonly allowsAll: boolean;
}

/** What the proxies of a virtual node call, and how they take requests where that is not Istio's default. */
export function sidecarOf(
  node: Node,
  { labels, backends, allowsAll }: SidecarContext,
  report: Report,
): Wanted {
  const hosts = [...backends]
    .map(nameIn)
    .filter(isHost)
    .sort()
    .map((host) => `*/${host}`);
  const others = allowsAll ? [] : ['*/*.amazonaws.com'];
  const all = [...hosts, ...others];
  const ingress = ingressOf(node.content.spec.listeners ?? [], report);
  const spec = {
    workloadSelector: { labels },
    ...(ingress.length > 0 && { ingress }),
    egress: [{ hosts: all.length > 0 ? all : ['~/*'] }],
    outboundTrafficPolicy: { mode: allowsAll ? 'ALLOW_ANY' : 'REGISTRY_ONLY' },
  };
  return { kind: 'Sidecar', namespace: node.id.namespace, name: node.id.name, spec };
}

/** If one listener needs it, all of them: Istio has no defaults then. */
function ingressOf(listeners: readonly Listener[], report: Report): readonly object[] {
  const all = listeners.map((listener, index) => {
    const { portMapping, connectionPool, tls } = listener;
    const secured = serverTlsOf(tls, report, `spec.listeners[${index}].tls`, false);
    const pool = connectionPool && poolOf(connectionPool);
    const protocol = secured && (portMapping.protocol === 'tcp' ? 'TLS' : 'HTTPS');
    return {
      port: portOf(portMapping, protocol),
      defaultEndpoint: `127.0.0.1:${portMapping.port}`,
      ...(pool && { connectionPool: pool }),
      ...(secured && { tls: secured }),
    };
  });
  return all.some((each) => 'connectionPool' in each || 'tls' in each) ? all : [];
}

function poolOf({ http, http2, grpc, tcp }: NonNullable<Listener['connectionPool']>): object {
  const maxRequests = (http2 ?? grpc)?.maxRequests;
  if (maxRequests) return { http: { http2MaxRequests: int32(maxRequests) } };
  const { maxConnections = 1 } = http ?? tcp ?? {};
  const pending = http?.maxPendingRequests;
  return { tcp: { maxConnections }, ...(pending && { http: { http1MaxPendingRequests: pending } }) };
}
