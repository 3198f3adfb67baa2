import type { ClientPolicy } from '../../../../model/mesh/tls.ts';
import type { EntryOf } from '../../../plan/entry.ts';
import { healthCheckOf, isPossible } from './ingress/health-check.ts';
import { outlierDetectionOf } from './ingress/outliers.ts';
import { noLimits } from './ingress/pool.ts';
import { protocolOptions } from './ingress/protocol.ts';
import type { EnvoyResource } from './proxy.ts';
import { discoveredName, upstreamTlsOf } from './tls/client-tls.ts';
import type { Fields } from './typed.ts';

/** What a client's cluster for a listener of a virtual node has besides its discovery, and the secrets that it needs. */
export interface Upstream {
  /** `transport_socket`, `health_checks`, `outlier_detection`, `circuit_breakers`, `typed_extension_protocol_options`. */
  readonly cluster: Fields;
  /** Those of the same files have the same name, whatever the cluster. */
  readonly secrets: readonly EnvoyResource[];
}

/** `policy`: that of the client for this backend. A port without a listener is called by HTTP/1.1. */
export function upstreamOf(
  node: EntryOf<'VirtualNode'>,
  port: number,
  policy: ClientPolicy | undefined,
): Upstream {
  const listener = node.content.spec.listeners?.find(({ portMapping }) => portMapping.port === port);
  const {
    portMapping = { port, protocol: 'http' as const },
    healthCheck,
    outlierDetection,
    tls,
  } = listener ?? {};
  const transport = upstreamTlsOf(node, { portMapping, tls }, policy);
  const outliers = outlierDetection && outlierDetectionOf(outlierDetection);
  const isChecked = healthCheck && isPossible(healthCheck, portMapping.protocol);
  return {
    cluster: {
      ...protocolOptions(portMapping.protocol),
      circuit_breakers: noLimits,
      ...(transport && { transport_socket: transport.transportSocket }),
      ...(isChecked && { health_checks: [healthCheckOf(healthCheck, discoveredName(node))] }),
      ...(outliers && { outlier_detection: outliers }),
    },
    secrets: transport?.secrets ?? [],
  };
}
