import type { CloudMapView } from '../../cloud-map-view.ts';
import type { Resolve } from './dns-server.ts';

/** The name of a Cloud Map service in a private DNS namespace: `SERVICE.NAMESPACE`, the addresses of its instances. */
export function cloudMapNames(cloudMap: Pick<CloudMapView, 'discover'>): Resolve {
  return async (name) => {
    const [service = '', ...namespace] = name.toLowerCase().split('.');
    if (namespace.length === 0) return undefined;
    const instances = await cloudMap.discover({ namespace: namespace.join('.'), service });
    const healthy = instances.filter(({ HealthStatus }) => HealthStatus !== 'UNHEALTHY');
    const addresses = healthy.flatMap(({ Attributes }) => Attributes?.AWS_INSTANCE_IPV4 ?? []);
    return addresses.length === 0 ? undefined : addresses;
  };
}
