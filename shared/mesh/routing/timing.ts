import type { RequestTimeout } from '../../model/mesh/durations.ts';
import type { VirtualNodeSpec } from '../../model/mesh/kinds/virtual-node.ts';
import type { RouterRoute } from './routes.ts';

/** The timeout of a request where none is set: on a route, on a virtual node's listener, and always on a gateway. */
export const defaultRequestTimeoutMs = 15_000;

type Duration = RequestTimeout['perRequest'];

export function milliseconds({ unit, value }: NonNullable<Duration>): number {
  return unit === 's' ? value * 1000 : value;
}

/** The timeout of a request in milliseconds; infinite if it is switched off by 0. */
export function requestTimeoutMs(perRequest: Duration): number {
  return perRequest ? milliseconds(perRequest) || Number.POSITIVE_INFINITY : defaultRequestTimeoutMs;
}

/** Of a virtual node's listener: its proxy enforces it, too. */
export function listenerTimeoutMs({ listeners }: VirtualNodeSpec, port: number): number {
  const timeout = listeners?.find(({ portMapping }) => portMapping.port === port)?.timeout;
  return requestTimeoutMs((timeout?.http ?? timeout?.http2 ?? timeout?.grpc)?.perRequest);
}

/** A retry policy in Envoy's words. */
export interface Retries {
  readonly attempts: number;
  /** undefined: that of the whole request. */
  readonly perTryMs: number | undefined;
  /** Conditions, and status codes. */
  readonly conditions: readonly string[];
  readonly codes: readonly number[];
}

/** Of a route without a policy, and of a virtual service whose provider is a virtual node. */
const defaultRetries: Retries = {
  attempts: 2,
  perTryMs: undefined,
  conditions: ['reset', 'connect-failure', 'refused-stream', 'unavailable'],
  codes: [503],
};

/** What each event of the API means; the events of gRPC have Envoy's names. */
const meanings: Readonly<Record<string, readonly (string | number)[]>> = {
  'server-error': ['reset', 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511],
  'gateway-error': ['reset', 502, 503, 504],
  'client-error': [409],
  'stream-error': ['refused-stream'],
  'connection-error': ['connect-failure'],
};

export function retriesOf(policy: RouterRoute['retryPolicy']): Retries {
  if (!policy) return defaultRetries;
  const events = [
    ...(policy.httpRetryEvents ?? []),
    ...(('grpcRetryEvents' in policy && policy.grpcRetryEvents) || []),
    ...(policy.tcpRetryEvents ?? []),
  ];
  const all = [...new Set(events.flatMap((event) => meanings[event] ?? [event]))];
  return {
    attempts: policy.maxRetries,
    perTryMs: milliseconds(policy.perRetryTimeout) || undefined,
    conditions: all.filter((each) => typeof each === 'string'),
    codes: all.filter((each) => typeof each === 'number').sort((a, b) => a - b),
  };
}
