import { choice, duration, flag, message, oneOf, whole } from './rule.ts';

const common = message({
  idle_timeout: duration(),
  max_connection_duration: duration(),
  max_stream_duration: duration(),
  max_requests_per_connection: whole(),
  headers_with_underscores_action: choice('ALLOW', 'REJECT_REQUEST', 'DROP_HEADER'),
});

const http1 = message({ accept_http_10: flag, enable_trailers: flag, allow_absolute_url: flag });

const window = whole(65_535, 2 ** 31 - 1);
const http2 = message({
  max_concurrent_streams: whole(1, 2 ** 31 - 1),
  initial_stream_window_size: window,
  initial_connection_window_size: window,
  allow_connect: flag,
});

/** Options of HTTP, which listeners and clusters share. */
export const httpProtocol = { common, http1, http2 };

const versions = { http_protocol_options: http1, http2_protocol_options: http2 };

export const upstreamProtocol = message(
  {
    common_http_protocol_options: common,
    upstream_http_protocol_options: message({ auto_sni: flag, auto_san_validation: flag }),
    explicit_http_config: message(versions, oneOf(...Object.keys(versions))),
    use_downstream_protocol_config: message(versions),
    auto_config: message(versions),
  },
  oneOf('explicit_http_config', 'use_downstream_protocol_config', 'auto_config'),
);
