import { fileSource, files } from '../layout.ts';
import type { EnvoyResource } from '../proxy.ts';
import type { Fields } from '../typed.ts';

/**
 * The cluster of a Secret Discovery Service beside the proxy, as App Mesh named it. It is part of the bootstrap: Envoy takes
 * secrets from no other.
 */
export const sdsCluster = {
  name: 'static_cluster_sds_unix_socket',
  socket: '/run/spire/sockets/agent.sock',
} as const;

/** Where Envoy gets a secret, and the file that it needs for that. */
export interface SecretSource {
  readonly config: Fields;
  readonly secrets: readonly EnvoyResource[];
}

/** A secret of the server beside the proxy. */
export function serverSecret(name: string): SecretSource {
  const grpc = { envoy_grpc: { cluster_name: sdsCluster.name } };
  const api_config_source = { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [grpc] };
  return {
    config: { name, sds_config: { api_config_source, resource_api_version: 'V3' } },
    secrets: [],
  };
}

/** A secret that names files of the proxy's container: as a secret Envoy loads them again when they are replaced. */
export function fileSecret(name: string, content: Fields): SecretSource {
  return {
    config: { name, sds_config: fileSource(files.secret(name)) },
    secrets: [{ name, ...content }],
  };
}
