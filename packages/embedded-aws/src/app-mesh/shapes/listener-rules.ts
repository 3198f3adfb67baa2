import { type Fault, must } from './rule.ts';

/** The members of a virtual node's or virtual gateway's listener that the rules check. */
interface Listener {
  readonly portMapping: { readonly port: number; readonly protocol: string };
  readonly connectionPool?: object | undefined;
  readonly timeout?: object | undefined;
  readonly healthCheck?: HealthCheck | undefined;
}

interface HealthCheck {
  readonly protocol: string;
  readonly path?: string | undefined;
  readonly port?: number | undefined;
}

/**
 * The connection pool must be of the listener's protocol (user guide). The same rule for the timeout, and the required
 * path of an HTTP health check, are assumptions from their purpose; AWS does not document them.
 */
export function listenerFaults({
  portMapping,
  connectionPool,
  timeout,
  healthCheck,
}: Listener): readonly Fault[] {
  const { port, protocol } = portMapping;
  return [
    ...protocolFaults('connectionPool', connectionPool, protocol),
    ...protocolFaults('timeout', timeout, protocol),
    ...(healthCheck === undefined ? [] : healthCheckFaults(healthCheck, port, protocol)),
  ];
}

/** Each port has one listener. */
export function portFaults(
  listeners: readonly { readonly portMapping: Listener['portMapping'] }[] = [],
): readonly Fault[] {
  const ports = listeners.map(({ portMapping }) => portMapping.port);
  const twice = ports.find((port, index) => ports.indexOf(port) !== index);
  return must(twice === undefined, ['listeners'], `port ${twice} has more than one listener`);
}

function protocolFaults(member: string, value: object | undefined, protocol: string): readonly Fault[] {
  if (value === undefined) return [];
  return must(Object.hasOwn(value, protocol), [member], `must be of the listener's protocol ${protocol}`);
}

function healthCheckFaults(
  { protocol, path, port }: HealthCheck,
  listenerPort: number,
  listenerProtocol: string,
): readonly Fault[] {
  const isHttp = protocol === 'http' || protocol === 'http2';
  const takesGrpc = listenerProtocol === 'http2' || listenerProtocol === 'grpc';
  return [
    ...must(
      !isHttp || path !== undefined,
      ['healthCheck', 'path'],
      `a ${protocol} health check needs a path`,
    ),
    // AWS's text, from a bug report.
    ...must(
      protocol !== 'grpc' || takesGrpc,
      ['healthCheck', 'protocol'],
      'GRPC HealthCheck requires listener type of HTTP2 or GRPC.',
    ),
    ...must(
      port === undefined || port === listenerPort,
      ['healthCheck', 'port'],
      `must be the listener's port ${listenerPort}`,
    ),
  ];
}
