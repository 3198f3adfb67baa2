import { noLimits } from '../ingress/pool.ts';
import type { EnvoyResource } from '../proxy.ts';
import { typed } from '../typed.ts';

export const passthroughName = 'passthrough';

const httpOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** Connections and requests go on to the address that the application connected to, in the version of HTTP that it speaks. */
export const passthrough: EnvoyResource = {
  name: passthroughName,
  type: 'ORIGINAL_DST',
  lb_policy: 'CLUSTER_PROVIDED',
  connect_timeout: '10s',
  circuit_breakers: noLimits,
  typed_extension_protocol_options: {
    [httpOptions]: typed(httpOptions, {
      use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} },
    }),
  },
};
