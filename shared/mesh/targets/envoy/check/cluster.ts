import { address, configSource, isAddress, port } from './core.ts';
import { upstreamProtocol } from './protocol.ts';
import {
  choice,
  duration,
  type Fields,
  fieldsOf,
  flag,
  line,
  list,
  listOf,
  message,
  name,
  needs,
  notBoth,
  once,
  oneOf,
  type Place,
  type Rule,
  text,
  textOf,
  typed,
  whole,
} from './rule.ts';
import { clientSocket } from './tls.ts';

const endpoint = message({
  address: address({ names: true }),
  hostname: text(),
  health_check_config: message({ port_value: port, hostname: text(), disable_active_health_check: flag }),
});

const localities = list(
  message({
    locality: message({ region: text(), zone: text(), sub_zone: text() }),
    lb_endpoints: list(
      message({
        endpoint,
        health_status: choice('UNKNOWN', 'HEALTHY', 'UNHEALTHY', 'DRAINING', 'TIMEOUT', 'DEGRADED'),
        load_balancing_weight: whole(1),
      }),
    ),
    load_balancing_weight: whole(1),
    priority: whole(0, 128),
  }),
);

export const loadAssignment = message({ cluster_name: name, endpoints: localities }, needs('cluster_name'));

const checkedText = text({ min: 1, pattern: /^[\t\x20-\x7e\u0080-\uffff]*$/ });

const healthCheck = message(
  {
    name: text(),
    timeout: duration({ above: 0 }),
    interval: duration({ above: 0 }),
    no_traffic_interval: duration({ above: 0 }),
    unhealthy_interval: duration({ above: 0 }),
    unhealthy_edge_interval: duration({ above: 0 }),
    healthy_edge_interval: duration({ above: 0 }),
    initial_jitter: duration(),
    interval_jitter: duration(),
    unhealthy_threshold: whole(),
    healthy_threshold: whole(),
    reuse_connection: flag,
    http_health_check: message(
      { path: checkedText, host: text(), codec_client_type: choice('HTTP1', 'HTTP2') },
      needs('path'),
    ),
    tcp_health_check: message({}),
    grpc_health_check: message({ service_name: text(), authority: text({ pattern: line }) }),
  },
  needs('timeout', 'interval', 'unhealthy_threshold', 'healthy_threshold'),
  oneOf('http_health_check', 'tcp_health_check', 'grpc_health_check'),
);

const healthCheckList = list(healthCheck, { max: 8 });
const healthChecks: Rule = (value, place) => {
  healthCheckList(value, place);
  const names = listOf(value).map((each) => textOf(fieldsOf(each).name));
  if (names.length > 1 && (names.includes('') || new Set(names).size < names.length))
    place.fault('several health checks need a name each');
};

const percentage: Rule = (value, place) => {
  if (typeof value !== 'number' || value < 0 || value > 100) place.fault('must be a number from 0 to 100');
};

const percent = whole(0, 100);
const outlierDetection = message({
  consecutive_5xx: whole(),
  interval: duration({ above: 0 }),
  base_ejection_time: duration({ above: 0 }),
  max_ejection_time: duration({ above: 0 }),
  max_ejection_percent: percent,
  enforcing_consecutive_5xx: percent,
  enforcing_success_rate: percent,
  consecutive_gateway_failure: whole(),
  enforcing_consecutive_gateway_failure: percent,
  enforcing_failure_percentage: percent,
  split_external_local_origin_errors: flag,
  successful_active_health_check_uneject_host: flag,
  always_eject_one_host: flag,
});

const threshold = message({
  priority: choice('DEFAULT', 'HIGH'),
  max_connections: whole(),
  max_pending_requests: whole(),
  max_requests: whole(),
  max_retries: whole(),
  track_remaining: flag,
});

const family = choice('AUTO', 'V4_ONLY', 'V6_ONLY', 'V4_PREFERRED', 'ALL');

const dnsCluster = message({
  dns_refresh_rate: duration({ above: 0.001 }),
  dns_failure_refresh_rate: message(
    { base_interval: duration({ above: 0.001 }), max_interval: duration({ above: 0.001 }) },
    needs('base_interval'),
  ),
  respect_dns_ttl: flag,
  dns_jitter: duration(),
  dns_lookup_family: family,
  all_addresses_in_single_endpoint: flag,
});
const dnsType = 'envoy.extensions.clusters.dns.v3.DnsCluster';

const fields = {
  name,
  alt_stat_name: text(),
  type: choice('STATIC', 'STRICT_DNS', 'LOGICAL_DNS', 'EDS', 'ORIGINAL_DST'),
  cluster_type: message({ name, typed_config: typed({ [dnsType]: dnsCluster }) }, needs('name')),
  eds_cluster_config: message({ eds_config: configSource, service_name: text() }, needs('eds_config')),
  connect_timeout: duration({ above: 0 }),
  per_connection_buffer_limit_bytes: whole(),
  lb_policy: choice('ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM', 'CLUSTER_PROVIDED'),
  load_assignment: loadAssignment,
  health_checks: healthChecks,
  circuit_breakers: message({ thresholds: list(threshold), per_host_thresholds: list(threshold) }),
  typed_extension_protocol_options: message({
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed({
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': upstreamProtocol,
    }),
  }),
  dns_lookup_family: family,
  outlier_detection: outlierDetection,
  cleanup_interval: duration({ above: 0 }),
  common_lb_config: message({ healthy_panic_threshold: message({ value: percentage }) }),
  transport_socket: clientSocket,
  ignore_health_on_host_removal: flag,
  close_connections_on_host_health_failure: flag,
};

export const cluster: Rule = once(
  message(fields, needs('name'), notBoth('type', 'cluster_type'), discovery, loadBalancing, checkedByGrpc),
);

const isDns = (value: Fields) =>
  ['STRICT_DNS', 'LOGICAL_DNS'].includes(textOf(value.type)) || value.cluster_type !== undefined;
const type = (value: Fields) => (isDns(value) ? 'DNS' : (value.type ?? 'STATIC'));

/** Envoy asks for a health by gRPC only where it speaks HTTP/2. */
function checkedByGrpc(value: Fields, place: Place): void {
  const isGrpc = listOf(value.health_checks).some((each) => fieldsOf(each).grpc_health_check !== undefined);
  const options = Object.values(fieldsOf(value.typed_extension_protocol_options)).map(fieldsOf);
  const isHttp2 = options.some((each) =>
    [each.explicit_http_config, each.use_downstream_protocol_config, each.auto_config].some(
      (config) => fieldsOf(config).http2_protocol_options !== undefined,
    ),
  );
  if (isGrpc && !isHttp2) place.field('health_checks').fault('by gRPC need HTTP/2');
}

/** Where a cluster of its type has its endpoints from. */
function discovery(value: Fields, place: Place): void {
  const kind = type(value);
  if (kind === 'EDS') needs('eds_cluster_config')(value, place);
  else if (value.eds_cluster_config !== undefined)
    place.field('eds_cluster_config').fault('needs the type EDS');
  if (kind === 'ORIGINAL_DST' && value.load_assignment !== undefined)
    place.field('load_assignment').fault('must not be with the type ORIGINAL_DST');
  if (kind === 'STATIC') onlyAddresses(value.load_assignment, place.field('load_assignment'));
  const { endpoints } = fieldsOf(value.load_assignment);
  const isOne = listOf(endpoints).length === 1 && endpointsOf(value.load_assignment).length === 1;
  if (isLogical(value) && !isOne) place.field('load_assignment').fault('must have one endpoint');
}

function isLogical(value: Fields): boolean {
  const dns = fieldsOf(fieldsOf(value.cluster_type).typed_config);
  return value.type === 'LOGICAL_DNS' || dns.all_addresses_in_single_endpoint === true;
}

function loadBalancing(value: Fields, place: Place): void {
  if ((type(value) === 'ORIGINAL_DST') !== (value.lb_policy === 'CLUSTER_PROVIDED'))
    place.field('lb_policy').fault('CLUSTER_PROVIDED goes with the type ORIGINAL_DST only');
}

function endpointsOf(assignment: unknown): readonly Fields[] {
  return listOf(fieldsOf(assignment).endpoints).flatMap((each) =>
    listOf(fieldsOf(each).lb_endpoints).map(fieldsOf),
  );
}

/** Names are resolved by clusters of DNS only. */
export function onlyAddresses(assignment: unknown, place: Place): void {
  for (const each of endpointsOf(assignment)) {
    const socket = fieldsOf(fieldsOf(fieldsOf(each.endpoint).address).socket_address);
    if (!isAddress(textOf(socket.address)))
      place.fault(`has an endpoint that is not an IP address: ${textOf(socket.address)}`);
  }
}
