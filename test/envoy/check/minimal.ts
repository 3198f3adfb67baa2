import { httpManager } from '../../../shared/mesh/targets/envoy/translate/http-manager.ts';
import type { ProxyConfig } from '../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { extension } from '../../../shared/mesh/targets/envoy/translate/typed.ts';

/** A small proxy with one regular expression and one format. */
export function minimal({ regex = 'a', format = 'a' }): ProxyConfig {
  const accessLog = extension('log', 'envoy.extensions.access_loggers.stream.v3.StdoutAccessLog', {
    log_format: { text_format_source: { inline_string: format } },
  });
  const address = { socket_address: { address: '127.0.0.1', port_value: 15_000 } };
  const filters = [httpManager({ statPrefix: 'ingress', routeTable: 'table', accessLog: [accessLog] })];
  const routes = [{ match: { safe_regex: { regex } }, route: { cluster: 'cluster' } }];
  return {
    listeners: [{ name: 'ingress', address, filter_chains: [{ filters }] }],
    clusters: [{ name: 'cluster' }],
    routes: [{ name: 'table', virtual_hosts: [{ name: 'all', domains: ['*'], routes }] }],
    endpoints: [],
    secrets: [],
  };
}
