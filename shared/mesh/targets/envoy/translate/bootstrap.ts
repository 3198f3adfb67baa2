import { type IpPreference, listenAddress } from './address.ts';
import { fileSource, files, proxyPorts } from './layout.ts';
import { sdsCluster } from './tls/sds.ts';
import { extension, type Fields, typed } from './typed.ts';

/**
 * The configuration that Envoy starts with: where it reads the rest. It is read only once, so it has nothing that depends on
 * the mesh but the family of the addresses. The proxy's id and cluster are arguments of its command.
 */
export function bootstrapOf(preference: IpPreference): Fields {
  return {
    admin: { address: adminAddress },
    dynamic_resources: {
      lds_config: fileSource(files.listeners),
      cds_config: fileSource(files.clusters),
    },
    static_resources: {
      listeners: [statusListener(preference)],
      clusters: [adminCluster, secretsCluster],
    },
    layered_runtime: { layers: [{ name: 'limits', static_layer: limits }] },
  };
}

/**
 * Envoy refuses a regular expression whose program is larger than this, and with it all else in its file; its default of 100
 * is soon reached. What is too large is refused before, at the object that has it (`check/regex.ts`).
 */
const limits = {
  're2.max_program_size.error_level': 1_000_000,
  're2.max_program_size.warn_level': 1_000_000,
};

const adminAddress = { socket_address: { address: '127.0.0.1', port_value: proxyPorts.admin } };

const admin = 'admin';

const adminCluster = {
  name: admin,
  type: 'STATIC',
  connect_timeout: '1s',
  load_assignment: {
    cluster_name: admin,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: adminAddress } }] }],
  },
};

/** Used only where a manifest names a secret of the server beside the proxy. */
const secretsCluster = {
  name: sdsCluster.name,
  type: 'STATIC',
  connect_timeout: '1s',
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      { explicit_http_config: { http2_protocol_options: {} } },
    ),
  },
  load_assignment: {
    cluster_name: sdsCluster.name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: sdsCluster.socket } } } }] }],
  },
};

/** For probes and Prometheus: of the admin interface, which could stop the proxy, only what reads. */
function statusListener(preference: IpPreference): Fields {
  const toAdmin = (path: string) => ({
    match: { path, headers: [{ name: ':method', string_match: { exact: 'GET' } }] },
    route: { cluster: admin },
  });
  return {
    name: 'status',
    address: listenAddress(preference, proxyPorts.status),
    filter_chains: [
      {
        filters: [
          extension(
            'envoy.filters.network.http_connection_manager',
            'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
            {
              stat_prefix: 'status',
              http_filters: [
                extension('envoy.filters.http.router', 'envoy.extensions.filters.http.router.v3.Router'),
              ],
              route_config: {
                name: 'status',
                virtual_hosts: [
                  {
                    name: 'status',
                    domains: ['*'],
                    routes: ['/ready', '/stats/prometheus'].map(toAdmin),
                  },
                ],
              },
            },
          ),
        ],
      },
    ],
  };
}
