import { fileSource, files } from '../../../../shared/mesh/targets/envoy/translate/layout.ts';

export const typed = (type: string, fields: object = {}) => ({
  '@type': `type.googleapis.com/envoy.${type}`,
  ...fields,
});
export const extension = (type: string, fields: object = {}) => ({
  name: type,
  typed_config: typed(type, fields),
});
export const socket = (address: string, port: number) => ({ socket_address: { address, port_value: port } });

export const onPort = (port: number) => ({ destination_port_range: { start: port, end: port + 1 } });

export const accessLog = (format: object) => [
  extension('extensions.access_loggers.file.v3.FileAccessLog', { path: '/dev/null', log_format: format }),
];
export const json = { json_format: { status: '%RESPONSE_CODE%', deep: { path: '%REQ(:PATH)%' } } };
export const text = { text_format_source: { inline_string: '%START_TIME(%s)% %REQ(X-A?B):5% 100%%\n' } };

export const http = (table: string, logs: object[]) =>
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

export const tcp = (targets: object) =>
  extension('extensions.filters.network.tcp_proxy.v3.TcpProxy', {
    stat_prefix: 'tcp',
    ...targets,
    idle_timeout: '3600s',
    max_connect_attempts: 2,
  });

export const server = (validation: object) => ({
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
export const authority = { trusted_ca: { filename: '/keys/ca.pem' } };
export const names = [{ san_type: 'DNS', matcher: { exact: 'front.shop.svc.cluster.local' } }];
