import { fileSource, files, mountPath } from '../../../shared/mesh/targets/envoy/translate/layout.ts';
import type { EnvoyResource, ProxyConfig } from '../../../shared/mesh/targets/envoy/translate/proxy.ts';

const typed = (type: string, fields: object = {}) => ({
  '@type': `type.googleapis.com/envoy.${type}`,
  ...fields,
});
const extension = (type: string, fields: object = {}) => ({ name: type, typed_config: typed(type, fields) });
const socket = (address: string, port: number) => ({ socket_address: { address, port_value: port } });

const onPort = (port: number) => ({ destination_port_range: { start: port, end: port + 1 } });

const accessLog = (format: object) => [
  extension('extensions.access_loggers.file.v3.FileAccessLog', { path: '/dev/null', log_format: format }),
];
const json = { json_format: { status: '%RESPONSE_CODE%', deep: { path: '%REQ(:PATH)%' } } };
const text = { text_format_source: { inline_string: '%START_TIME(%s)% %REQ(X-A?B):5% 100%%\n' } };

const http = (table: string, logs: object[]) =>
  extension('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    codec_type: 'AUTO',
    stat_prefix: 'ingress',
    rds: { config_source: fileSource(files.routes(table)), route_config_name: table },
    http_filters: [extension('extensions.filters.http.router.v3.Router', { suppress_envoy_headers: false })],
    common_http_protocol_options: { idle_timeout: '300s', max_stream_duration: '20s' },
    http_protocol_options: { accept_http_10: true },
    http2_protocol_options: { max_concurrent_streams: 100 },
    server_header_transformation: 'PASS_THROUGH',
    stream_idle_timeout: '0s',
    request_timeout: '15s',
    access_log: logs,
    generate_request_id: true,
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
    upgrade_configs: [{ upgrade_type: 'websocket' }],
  });

const tcp = (targets: object) =>
  extension('extensions.filters.network.tcp_proxy.v3.TcpProxy', {
    stat_prefix: 'tcp',
    ...targets,
    idle_timeout: '3600s',
    max_connect_attempts: 2,
  });

const server = (validation: object) => ({
  transport_socket: extension('extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    common_tls_context: {
      tls_certificate_sds_secret_configs: [
        { name: 'server', sds_config: fileSource(files.secret('server')) },
      ],
      alpn_protocols: ['h2', 'http/1.1'],
      ...validation,
    },
    require_client_certificate: true,
  }),
});
const authority = { trusted_ca: { filename: '/keys/ca.pem' } };
const names = [{ san_type: 'DNS', matcher: { exact: 'front.shop.svc.cluster.local' } }];

const listeners: readonly EnvoyResource[] = [
  {
    name: 'ingress',
    address: socket('0.0.0.0', 15_000),
    traffic_direction: 'INBOUND',
    listener_filters: [
      extension('extensions.filters.listener.original_dst.v3.OriginalDst'),
      extension('extensions.filters.listener.tls_inspector.v3.TlsInspector'),
    ],
    listener_filters_timeout: '5s',
    continue_on_listener_filters_timeout: true,
    filter_chains: [
      {
        name: 'ingress-8080',
        filter_chain_match: { destination_port: 8080, transport_protocol: 'tls' },
        filters: [http('ingress-8080', accessLog(text))],
        ...server({ validation_context: { ...authority, match_typed_subject_alt_names: names } }),
      },
      {
        name: 'ingress-8080-plain',
        filter_chain_match: { destination_port: 8080, transport_protocol: 'raw_buffer' },
        filters: [http('ingress-8080', accessLog(json))],
      },
      {
        name: 'ingress-6060',
        filter_chain_match: { destination_port: 6060 },
        filters: [tcp({ cluster: 'ingress_6060' })],
      },
    ],
  },
  {
    name: 'egress',
    address: socket('0.0.0.0', 15_001),
    traffic_direction: 'OUTBOUND',
    stat_prefix: 'egress',
    listener_filters: [
      extension('extensions.filters.listener.original_dst.v3.OriginalDst'),
      {
        ...extension('extensions.filters.listener.tls_inspector.v3.TlsInspector'),
        filter_disabled: {
          or_match: {
            rules: [onPort(3306), { not_match: { or_match: { rules: [onPort(80), onPort(443)] } } }],
          },
        },
      },
    ],
    filter_chains: [
      {
        name: 'egress-80',
        filter_chain_match: { destination_port: 80 },
        filters: [http('egress-80', [])],
      },
      {
        name: 'db.shop:3306',
        filter_chain_match: { destination_port: 3306 },
        filters: [
          tcp({
            weighted_clusters: {
              clusters: [
                { name: 'egress_shop_blue_8080', weight: 1 },
                { name: 'egress_shop_red_8080', weight: 3 },
              ],
            },
          }),
        ],
      },
      {
        name: 'aws',
        filter_chain_match: { server_names: ['*.amazonaws.com'], transport_protocol: 'tls' },
        filters: [tcp({ cluster: 'passthrough' })],
      },
    ],
    default_filter_chain: { name: 'passthrough', filters: [tcp({ cluster: 'passthrough' })] },
  },
];

const retry = {
  retry_on: 'reset,connect-failure,refused-stream,unavailable,retriable-status-codes',
  num_retries: 2,
  per_try_timeout: '0.250s',
  retriable_status_codes: [503],
  retry_host_predicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      typed_config: typed('extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate'),
    },
  ],
  host_selection_retry_max_attempts: 5,
};
const weighted = {
  clusters: [
    { name: 'egress_shop_blue_8080', weight: 7 },
    { name: 'egress_shop_red_8080', weight: 0 },
  ],
};

const routes: readonly EnvoyResource[] = [
  {
    name: 'ingress-8080',
    virtual_hosts: [
      {
        name: 'all',
        domains: ['*'],
        routes: [{ match: { prefix: '/' }, route: { cluster: 'ingress_8080', timeout: '15s' } }],
      },
    ],
  },
  {
    name: 'egress-80',
    ignore_port_in_host_matching: false,
    virtual_hosts: [
      {
        name: 'front.shop',
        domains: ['front.shop', 'front.shop:80'],
        request_headers_to_remove: ['x-app-mesh-original-host'],
        routes: [
          {
            name: 'exact',
            match: {
              path: '/a',
              headers: [
                { name: ':method', string_match: { exact: 'GET' } },
                {
                  name: 'x-a',
                  string_match: { safe_regex: { regex: 'a+(b|[^c]){2,5}' } },
                  invert_match: true,
                },
                {
                  name: 'x-b',
                  range_match: { start: -1, end: 5 },
                  treat_missing_header_as_empty: true,
                },
                { name: 'x-c', string_match: { prefix: 'p', ignore_case: true } },
                { name: 'x-d', present_match: true },
                { name: 'x-e', string_match: { suffix: 's' } },
              ],
              query_parameters: [
                { name: 'q', string_match: { exact: 'v' } },
                { name: 'p', present_match: true },
              ],
            },
            request_headers_to_add: [
              {
                header: { key: 'x-app-mesh-original-host', value: '%REQ(:AUTHORITY)%' },
                append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
              },
            ],
            route: {
              weighted_clusters: weighted,
              timeout: '15s',
              idle_timeout: '0s',
              retry_policy: retry,
              host_rewrite_literal: 'front.shop',
              prefix_rewrite: '/b',
            },
          },
          {
            match: { safe_regex: { regex: '/c/(\\d+)' }, grpc: {} },
            route: {
              cluster: 'egress_shop_blue_8080',
              regex_rewrite: { pattern: { regex: '/c/(\\d+)' }, substitution: '/d/\\1' },
              host_rewrite_header: 'x-app-mesh-original-host',
              max_stream_duration: { max_stream_duration: '3s', grpc_timeout_header_max: '0s' },
            },
          },
          { match: { prefix: '/e' }, direct_response: { status: 404, body: { inline_string: 'none' } } },
        ],
      },
      { name: 'aws', domains: ['*.amazonaws.com'], routes: [] },
      { name: 'some', domains: ['shop.*'] },
    ],
  },
];

const protocol = (config: object) => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
      'extensions.upstreams.http.v3.HttpProtocolOptions',
      config,
    ),
  },
});
const dns = (config: object) => ({
  cluster_type: {
    name: 'envoy.cluster.dns',
    typed_config: typed('extensions.clusters.dns.v3.DnsCluster', config),
  },
});
const endpoint = (address: string, port: number) => ({ endpoint: { address: socket(address, port) } });
const assignment = (name: string, ...endpoints: readonly object[]) => ({
  cluster_name: name,
  endpoints: [{ lb_endpoints: endpoints }],
});
const limits = { thresholds: [{ max_connections: 10, max_pending_requests: 1, max_requests: 4294967295 }] };

const clusters: readonly EnvoyResource[] = [
  {
    name: 'ingress_8080',
    type: 'STATIC',
    connect_timeout: '0.25s',
    load_assignment: assignment('ingress_8080', endpoint('127.0.0.1', 8080)),
    circuit_breakers: limits,
    ...protocol({
      explicit_http_config: { http2_protocol_options: { max_concurrent_streams: 5 } },
      common_http_protocol_options: { max_requests_per_connection: 5 },
    }),
  },
  {
    name: 'ingress_6060',
    type: 'STATIC',
    load_assignment: assignment('ingress_6060', endpoint('::1', 6060)),
  },
  {
    name: 'egress_shop_blue_8080',
    ...dns({
      dns_lookup_family: 'V4_PREFERRED',
      dns_refresh_rate: '5s',
      respect_dns_ttl: true,
      all_addresses_in_single_endpoint: true,
    }),
    connect_timeout: '1s',
    load_assignment: assignment('egress_shop_blue_8080', endpoint('blue.shop.svc.cluster.local.', 8080)),
    health_checks: [
      {
        timeout: '2s',
        interval: '5s',
        unhealthy_threshold: 2,
        healthy_threshold: 2,
        http_health_check: { path: '/ping', codec_client_type: 'HTTP2' },
      },
    ],
    outlier_detection: {
      consecutive_5xx: 5,
      interval: '10s',
      base_ejection_time: '30s',
      max_ejection_percent: 0,
      enforcing_success_rate: 0,
    },
    ...protocol({ explicit_http_config: { http_protocol_options: {} } }),
  },
  {
    name: 'egress_shop_red_8080',
    type: 'EDS',
    eds_cluster_config: { eds_config: fileSource(files.endpoints('egress_shop_red_8080')) },
    lb_policy: 'ROUND_ROBIN',
    common_lb_config: { healthy_panic_threshold: { value: 0 } },
    health_checks: [
      {
        timeout: '2s',
        interval: '5s',
        unhealthy_threshold: 2,
        healthy_threshold: 2,
        name: 'tcp',
        tcp_health_check: {},
      },
      {
        timeout: '2s',
        interval: '5s',
        unhealthy_threshold: 2,
        healthy_threshold: 2,
        name: 'grpc',
        grpc_health_check: { service_name: 'a', authority: 'b' },
      },
    ],
    transport_socket: extension('extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
      sni: 'red.shop',
      common_tls_context: {
        tls_params: { tls_minimum_protocol_version: 'TLSv1_2' },
        tls_certificate_sds_secret_configs: [
          { name: 'client', sds_config: fileSource(files.secret('client')) },
        ],
        combined_validation_context: {
          default_validation_context: { match_typed_subject_alt_names: names },
          validation_context_sds_secret_config: {
            name: 'authority',
            sds_config: fileSource(files.secret('authority')),
          },
        },
      },
    }),
    ...protocol({ use_downstream_protocol_config: { http2_protocol_options: {} } }),
  },
  {
    name: 'strict',
    ...dns({ dns_lookup_family: 'V4_ONLY' }),
    load_assignment: assignment('strict', endpoint('a.shop', 80), endpoint('10.0.0.1', 80)),
  },
  {
    name: 'passthrough',
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    connect_timeout: '1s',
  },
];

const keys = (folder: string) => ({
  certificate_chain: { filename: `${folder}/tls.crt` },
  private_key: { filename: `${folder}/tls.key` },
  watched_directory: { path: folder },
});

/** A proxy with every field that translations have, for mutants of it. */
export const sample: ProxyConfig = {
  listeners,
  clusters,
  routes,
  endpoints: [
    {
      cluster_name: 'egress_shop_red_8080',
      endpoints: [{ lb_endpoints: [{ ...endpoint('10.0.0.7', 8080), load_balancing_weight: 1 }] }],
    },
  ],
  secrets: [
    { name: 'server', tls_certificate: keys(`${mountPath}/keys`) },
    { name: 'client', tls_certificate: keys('/client') },
    { name: 'authority', validation_context: authority },
  ],
};
