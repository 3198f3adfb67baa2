import type { GatewayListener, Listener } from '../../../../../model/mesh/listener.ts';
import type { Fields } from '../typed.ts';

/** App Mesh's "infinite", which Envoy's own defaults are not. */
const unlimited = 2_147_483_647;

export const noLimits: Fields = circuitBreakers({});

/** The limits of a listener's connection pool: of what its own Envoy opens behind it, to the application or a gateway's second hop. */
export function poolLimits(pool: Listener['connectionPool'] | GatewayListener['connectionPool']): Fields {
  if (!pool) return noLimits;
  const { http, http2, grpc } = pool;
  const tcp = 'tcp' in pool ? pool.tcp : undefined;
  return circuitBreakers({
    max_connections: (http ?? tcp)?.maxConnections,
    max_pending_requests: http?.maxPendingRequests ?? undefined,
    max_requests: (http2 ?? grpc)?.maxRequests,
  });
}

interface Limits {
  readonly max_connections?: number | undefined;
  readonly max_pending_requests?: number | undefined;
  readonly max_requests?: number | undefined;
}

function circuitBreakers({ max_connections, max_pending_requests, max_requests }: Limits): Fields {
  const thresholds = {
    max_connections: max_connections ?? unlimited,
    max_pending_requests: max_pending_requests ?? unlimited,
    max_requests: max_requests ?? unlimited,
    max_retries: unlimited,
  };
  return { thresholds: [thresholds] };
}
