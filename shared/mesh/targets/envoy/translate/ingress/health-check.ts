import type { Listener } from '../../../../../model/mesh/listener.ts';
import { durationText } from '../duration.ts';
import type { Fields } from '../typed.ts';
import { isHttp2, type Protocol } from './protocol.ts';

type HealthCheck = NonNullable<Listener['healthCheck']>;

/** The path that is asked for where none is set, which App Mesh does not document. */
export const defaultHealthPath = '/';

/** An active health check that each client runs. `host`: of the requests. */
export function healthCheckOf(check: HealthCheck, host: string): Fields {
  const { intervalMillis, timeoutMillis, healthyThreshold, unhealthyThreshold } = check;
  const interval = durationText(intervalMillis);
  return {
    ...{ timeout: durationText(timeoutMillis), interval },
    ...{ healthy_threshold: healthyThreshold, unhealthy_threshold: unhealthyThreshold },
    // Else Envoy checks a cluster without requests once a minute only.
    no_traffic_interval: interval,
    ...kindOf(check, host),
  };
}

function kindOf({ protocol, path }: HealthCheck, host: string): Fields {
  if (protocol === 'tcp') return { tcp_health_check: {} };
  if (protocol === 'grpc') return { grpc_health_check: {} };
  const codec = isHttp2(protocol) ? { codec_client_type: 'HTTP2' } : {};
  return { http_health_check: { path: path || defaultHealthPath, host, ...codec } };
}

/** A gRPC health check needs HTTP/2, which the listener's protocol decides. */
export function isPossible(check: HealthCheck, protocol: Protocol): boolean {
  return check.protocol !== 'grpc' || isHttp2(protocol);
}
