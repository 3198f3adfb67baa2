import type { Listener } from '../../../../../model/mesh/listener.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { serverTlsOf } from '../listener-tls.ts';
import { isHost } from '../names.ts';
import type { Wanted } from '../outcome.ts';
import type { Labels } from '../pods.ts';
import { int32 } from '../route/duration.ts';
import { portOf } from '../service-ports.ts';

type Node = EntryOf<'VirtualNode'>;

interface SidecarContext {
  readonly labels: Labels;
  /** Of the backends. */
  readonly hosts: ReadonlySet<string>;
  /** Whether requests to others than the backends are let through. */
  readonly allowsAll: boolean;
}

/** What the proxies of a virtual node call, and how they take requests where that is not Istio's default. */
export function sidecarOf(node: Node, { labels, hosts, allowsAll }: SidecarContext, report: Report): Wanted {
  const backends = [...hosts].filter(isHost).sort();
  const others = allowsAll ? [] : ['*/*.amazonaws.com'];
  const all = [...backends.map((host) => `*/${host}`), ...others];
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
