import type { Listener } from '../../../../model/mesh/listener.ts';
import type { Spec } from '../../../plan/resource.ts';
import type { ServiceName } from '../plan/node-service.ts';

/** How the protocols of listeners are called in a Service. */
const appProtocols = { http: 'http', http2: 'kubernetes.io/h2c', grpc: 'grpc', tcp: 'tcp' } as const;

/** The Service of a node whose pods have none. */
export function serviceSpec(
  selector: Readonly<Record<string, string>>,
  listeners: readonly Listener[],
): Spec {
  const ports = new Map(listeners.map(({ portMapping }) => [portMapping.port, portMapping.protocol]));
  return {
    selector,
    ports: [...ports].map(([port, protocol]) => ({
      ...{ name: `${protocol}-${port}`, port, targetPort: port, protocol: 'TCP' },
      appProtocol: appProtocols[protocol],
    })),
  };
}

const protocolVersions = { http: 'HTTP1', http2: 'HTTP2', grpc: 'GRPC', tcp: undefined } as const;

/** How VPC Lattice calls and checks the pods of a Service: by the first listener. */
export function targetGroupPolicySpec({ name }: ServiceName, listener: Listener): Spec {
  const { portMapping, healthCheck } = listener;
  return {
    targetRef: { group: '', kind: 'Service', name },
    protocol: 'HTTP',
    protocolVersion: protocolVersions[portMapping.protocol],
    ...(healthCheck && isChecked(healthCheck.protocol) && { healthCheck: checkOf(healthCheck) }),
  };
}

function isChecked(protocol: string): boolean {
  return protocol === 'http' || protocol === 'http2';
}

/** VPC Lattice counts seconds; less often is safer than more often. */
function checkOf(check: NonNullable<Listener['healthCheck']>): Spec {
  return {
    enabled: true,
    protocol: 'HTTP',
    protocolVersion: check.protocol === 'http2' ? 'HTTP2' : 'HTTP1',
    ...(check.path && { path: check.path }),
    ...(check.port && { port: check.port }),
    intervalSeconds: Math.ceil(check.intervalMillis / 1000),
    timeoutSeconds: Math.ceil(check.timeoutMillis / 1000),
    healthyThresholdCount: check.healthyThreshold,
    unhealthyThresholdCount: check.unhealthyThreshold,
  };
}
