import { mountPath } from '../../../shared/mesh/targets/envoy/translate/layout.ts';
import type { ProxyConfig } from '../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { clusters, endpoint } from './sample/clusters.ts';
import { listeners } from './sample/listeners.ts';
import { authority } from './sample/parts.ts';
import { routes } from './sample/routes.ts';

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
