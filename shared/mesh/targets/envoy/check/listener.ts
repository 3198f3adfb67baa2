import { accessLogs, address, configSource, extension } from './core.ts';
import { httpProtocol } from './protocol.ts';
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
  oneOf,
  type Place,
  type Rule,
  text,
  textOf,
  typed,
  whole,
} from './rule.ts';
import { serverSocket } from './tls.ts';

const filters = 'envoy.extensions.filters';

const routerFilter = extension({
  [`${filters}.http.router.v3.Router`]: message({
    dynamic_stats: flag,
    start_child_span: flag,
    suppress_envoy_headers: flag,
    respect_expected_rq_timeout: flag,
  }),
});

const upgradeList = list(message({ upgrade_type: text(), enabled: flag }));
const upgradeConfigs: Rule = (value, place) => {
  upgradeList(value, place);
  const types = listOf(value).map((each) => textOf(fieldsOf(each).upgrade_type).toLowerCase());
  if (new Set(types).size < types.length) place.fault('must not repeat a type');
};

const httpConnectionManager = message(
  {
    codec_type: choice('AUTO', 'HTTP1', 'HTTP2'),
    stat_prefix: name,
    rds: message({ config_source: configSource, route_config_name: text() }, needs('config_source')),
    http_filters: list(routerFilter, { max: 1 }),
    common_http_protocol_options: httpProtocol.common,
    http_protocol_options: httpProtocol.http1,
    http2_protocol_options: httpProtocol.http2,
    server_header_transformation: choice('OVERWRITE', 'APPEND_IF_ABSENT', 'PASS_THROUGH'),
    server_name: text({ pattern: line }),
    stream_idle_timeout: duration(),
    request_timeout: duration(),
    request_headers_timeout: duration(),
    drain_timeout: duration(),
    delayed_close_timeout: duration(),
    access_log: accessLogs,
    use_remote_address: flag,
    skip_xff_append: flag,
    generate_request_id: flag,
    preserve_external_request_id: flag,
    always_set_request_id_in_response: flag,
    normalize_path: flag,
    merge_slashes: flag,
    path_with_escaped_slashes_action: choice(
      'IMPLEMENTATION_SPECIFIC_DEFAULT',
      'KEEP_UNCHANGED',
      'REJECT_REQUEST',
      'UNESCAPE_AND_REDIRECT',
      'UNESCAPE_AND_FORWARD',
    ),
    strip_any_host_port: flag,
    strip_matching_host_port: flag,
    stream_error_on_invalid_http_message: flag,
    upgrade_configs: upgradeConfigs,
    forward_client_cert_details: choice(
      'SANITIZE',
      'FORWARD_ONLY',
      'APPEND_FORWARD',
      'SANITIZE_SET',
      'ALWAYS_FORWARD_ONLY',
    ),
  },
  needs('stat_prefix', 'rds'),
);

const tcpProxy = message(
  {
    stat_prefix: name,
    cluster: text(),
    weighted_clusters: message(
      { clusters: list(message({ name, weight: whole(1) }, needs('name', 'weight')), { min: 1 }) },
      needs('clusters'),
    ),
    idle_timeout: duration(),
    access_log: accessLogs,
    max_connect_attempts: whole(1),
    max_downstream_connection_duration: duration({ min: 0.001 }),
  },
  needs('stat_prefix'),
  oneOf('cluster', 'weighted_clusters'),
);

const networkFilter = extension({
  [`${filters}.network.http_connection_manager.v3.HttpConnectionManager`]: httpConnectionManager,
  [`${filters}.network.tcp_proxy.v3.TcpProxy`]: tcpProxy,
});

const inspectorSize = whole(256, 65_536);
const listenerFilters = {
  [`${filters}.listener.original_dst.v3.OriginalDst`]: message({}),
  [`${filters}.listener.tls_inspector.v3.TlsInspector`]: message({
    initial_read_buffer_size: inspectorSize,
    close_connection_on_client_hello_parsing_errors: flag,
  }),
  [`${filters}.listener.http_inspector.v3.HttpInspector`]: message({}),
};

const int32 = whole(-(2 ** 31), 2 ** 31 - 1);

/** Where a listener filter is off. */
const predicate: Rule = (value, place) => predicateRules(value, place);
const several = message({ rules: list(predicate, { min: 2 }) }, needs('rules'));
const predicateRules = message(
  {
    or_match: several,
    and_match: several,
    not_match: predicate,
    any_match: flag,
    destination_port_range: message({ start: int32, end: int32 }),
  },
  oneOf('or_match', 'and_match', 'not_match', 'any_match', 'destination_port_range'),
);

const listenerFilter = message(
  { name, typed_config: typed(listenerFilters), filter_disabled: predicate },
  needs('name', 'typed_config'),
);

const cidr = message(
  { address_prefix: text({ min: 1 }), prefix_len: whole(0, 128) },
  needs('address_prefix'),
);

const matchFields = {
  destination_port: whole(1, 65_535),
  prefix_ranges: list(cidr),
  source_prefix_ranges: list(cidr),
  server_names: list(text({ pattern: /^(\*\.)?[^*]*$/ })),
  transport_protocol: text(),
  application_protocols: list(text()),
};

const filterChain = message({
  name: text(),
  filter_chain_match: message(matchFields),
  filters: list(networkFilter, { max: 1 }),
  transport_socket: serverSocket,
  transport_socket_connect_timeout: duration(),
});

/** Envoy could not choose between two chains with one match. */
function uniqueMatches(value: Fields, place: Place): void {
  const seen = new Map<string, number>();
  for (const [index, chain] of listOf(value.filter_chains).entries()) {
    for (const key of matchKeys(fieldsOf(fieldsOf(chain).filter_chain_match))) {
      const first = seen.get(key);
      if (first !== undefined)
        place
          .field('filter_chains')
          .item(index)
          .field('filter_chain_match')
          .fault(`matches what filter_chains[${first}] matches`);
      seen.set(key, first ?? index);
    }
  }
}

/** Envoy takes each combination of the values of a match on its own. */
function matchKeys(match: Fields): readonly string[] {
  return Object.keys(matchFields).reduce<readonly string[]>(
    (keys, field) => {
      const value = match[field];
      const values = Array.isArray(value) ? (value.length === 0 ? [''] : value) : [value ?? ''];
      return keys.flatMap((key) => values.map((each) => `${key}|${JSON.stringify(each).toLowerCase()}`));
    },
    [''],
  );
}

export const listener: Rule = message(
  {
    name: text(),
    address: address({ names: false }),
    additional_addresses: list(message({ address: address({ names: false }) }, needs('address'))),
    stat_prefix: text(),
    filter_chains: list(filterChain),
    default_filter_chain: filterChain,
    listener_filters: list(listenerFilter),
    listener_filters_timeout: duration(),
    continue_on_listener_filters_timeout: flag,
    traffic_direction: choice('UNSPECIFIED', 'INBOUND', 'OUTBOUND'),
    access_log: accessLogs,
    per_connection_buffer_limit_bytes: whole(),
    enable_reuse_port: flag,
    ignore_global_conn_limit: flag,
    use_original_dst: flag,
    bind_to_port: flag,
  },
  needs('address'),
  (value, place) => {
    const { filter_chains: chains, default_filter_chain: last } = value;
    if (listOf(chains).length === 0 && last === undefined) place.fault('has no filter chain');
  },
  uniqueMatches,
);
