import type { Listener } from '../../../../../model/mesh/listener.ts';
import { type Fields, typed } from '../typed.ts';

export type Protocol = Listener['portMapping']['protocol'];

export function isHttp2(protocol: Protocol): boolean {
  return protocol === 'http2' || protocol === 'grpc';
}

/** Of a cluster: the version of HTTP that is spoken to it. */
export function protocolOptions(protocol: Protocol): Fields {
  if (protocol === 'tcp') return {};
  const explicit = isHttp2(protocol) ? { http2_protocol_options: {} } : { http_protocol_options: {} };
  return {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
        'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        { explicit_http_config: explicit },
      ),
    },
  };
}

/** The protocols that a TLS listener offers. */
export function alpnOf(protocol: Protocol): readonly string[] {
  return protocol === 'tcp' ? [] : isHttp2(protocol) ? ['h2'] : ['http/1.1'];
}
