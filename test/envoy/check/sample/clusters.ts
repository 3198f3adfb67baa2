import { fileSource, files } from '../../../../shared/mesh/targets/envoy/translate/layout.ts';
import type { EnvoyResource } from '../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { extension, names, socket, typed } from './parts.ts';

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
export const endpoint = (address: string, port: number) => ({ endpoint: { address: socket(address, port) } });
const assignment = (name: string, ...endpoints: readonly object[]) => ({
  cluster_name: name,
  endpoints: [{ lb_endpoints: endpoints }],
});
const limits = {
  thresholds: [{ max_connections: 10, max_pending_requests: 1, max_requests: 4294967295 }],
};

export const clusters: readonly EnvoyResource[] = [
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
