import { fileSource, files } from '../../../../shared/mesh/targets/envoy/translate/layout.ts';

const type = (name: string) => ({ '@type': `type.googleapis.com/envoy.${name}` });
const at = (address: string, port_value: number) => ({
  address: { socket_address: { address, port_value } },
});

/** A sidecar whose route table has one route, for a path, beside that to the application. */
export function proxyFiles(path: string, status: number): Record<string, string> {
  const http = {
    ...type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'ingress',
    rds: { route_config_name: 'ingress-8080', config_source: fileSource(files.routes('ingress-8080')) },
    http_filters: [{ name: 'router', typed_config: type('extensions.filters.http.router.v3.Router') }],
  };
  const routes = [
    { match: { prefix: '/application' }, route: { cluster: 'ingress_8080' } },
    { match: { path }, direct_response: { status } },
  ];
  const contents = {
    [files.bootstrap]: {
      admin: at('127.0.0.1', 9901),
      dynamic_resources: {
        lds_config: fileSource(files.listeners),
        cds_config: fileSource(files.clusters),
      },
    },
    [files.listeners]: resources('config.listener.v3.Listener', {
      name: 'ingress',
      ...at('0.0.0.0', 15_000),
      filter_chains: [
        {
          filter_chain_match: { destination_port: 8080 },
          filters: [{ name: 'http', typed_config: http }],
        },
      ],
    }),
    [files.clusters]: resources('config.cluster.v3.Cluster', {
      name: 'ingress_8080',
      type: 'STATIC',
      load_assignment: {
        cluster_name: 'ingress_8080',
        endpoints: [{ lb_endpoints: [{ endpoint: at('127.0.0.1', 8080) }] }],
      },
    }),
    [files.routes('ingress-8080')]: resources('config.route.v3.RouteConfiguration', {
      name: 'ingress-8080',
      virtual_hosts: [{ name: 'all', domains: ['*'], routes }],
    }),
  };
  return Object.fromEntries(Object.entries(contents).map(([name, file]) => [name, JSON.stringify(file)]));
}

const resources = (name: string, resource: object) => ({
  version_info: '1',
  resources: [{ ...type(name), ...resource }],
});
