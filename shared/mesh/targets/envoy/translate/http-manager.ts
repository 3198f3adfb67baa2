import { fileSource, files } from './layout.ts';
import { extension, type Fields } from './typed.ts';

export interface HttpManager {
  /** In statistics: `http.<statPrefix>.…`. */
  readonly statPrefix: string;
  /** Read from a file of its own. */
  readonly routeTable: string;
  readonly accessLog: readonly Fields[];
}

/** The filter that serves HTTP, as App Mesh configured it; it takes HTTP/1.1 and HTTP/2. */
export function httpManager({ statPrefix, routeTable, accessLog }: HttpManager): Fields {
  return extension(
    'envoy.filters.network.http_connection_manager',
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    {
      stat_prefix: statPrefix,
      rds: { route_config_name: routeTable, config_source: fileSource(files.routes(routeTable)) },
      http_filters: [
        extension('envoy.filters.http.router', 'envoy.extensions.filters.http.router.v3.Router'),
      ],
      normalize_path: true,
      merge_slashes: true,
      path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
      upgrade_configs: [{ upgrade_type: 'websocket' }],
      ...(accessLog.length > 0 && { access_log: accessLog }),
    },
  );
}
