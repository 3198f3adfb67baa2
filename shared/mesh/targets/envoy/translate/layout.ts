import type { ObjectName } from '../../../../model/records/mesh-claim.ts';

/** Where a proxy's ConfigMap is mounted in its container; paths in the files begin with it. */
export const mountPath = '/etc/envoy/mesh';

/** Ports of a proxy. `ingress` and `egress` are those to which intercepted connections are redirected, as with App Mesh. */
export const proxyPorts = {
  ingress: 15_000,
  egress: 15_001,
  /** Envoy's admin interface, on 127.0.0.1 only: whoever reaches it can stop the proxy. */
  admin: 9901,
  /** `/ready` and `/stats/prometheus`, on the pod's address. */
  status: 9902,
} as const;

/** The user that Envoy runs as; interception leaves its connections alone. */
export const proxyUser = 1337;

/** The name of the ConfigMap of a virtual node or gateway: `blue.virtual-node`. A policy of deploy/sidecars.yaml computes it too. */
export function configMapName({ kind, name }: Pick<ObjectName, 'kind' | 'name'>): string {
  return `${name}.${kind === 'VirtualGateway' ? 'virtual-gateway' : 'virtual-node'}`;
}

/** The files of a proxy by kind of resource. */
export const files = {
  bootstrap: 'bootstrap.json',
  listeners: 'lds.json',
  clusters: 'cds.json',
  routes: (name: string) => `rds-${name}.json`,
  endpoints: (name: string) => `eds-${name}.json`,
  secret: (name: string) => `sds-${name}.json`,
} as const;

/** The link that a kubelet replaces with one rename, so that all files of the mount change at once. */
const dataLink = '..data';

/**
 * A file in the mount, as Envoy's `path_config_source`; without `watched_directory` Envoy never sees a change of a mounted
 * ConfigMap. The path leads through the link: a kubelet links a new file into the mount itself only after the rename by
 * which Envoy reads all files. Envoy refuses a listener or cluster that names a missing file, and does not try again.
 */
export function fileSource(file: string) {
  return {
    path_config_source: { path: `${mountPath}/${dataLink}/${file}`, watched_directory: { path: mountPath } },
    resource_api_version: 'V3',
  };
}

/** The file of the mount to which a path of Envoy leads, also one without the link, as earlier versions wrote it. */
export function fileAt(path: string): string | undefined {
  if (!path.startsWith(`${mountPath}/`)) return undefined;
  const file = path.slice(mountPath.length + 1);
  return file.startsWith(`${dataLink}/`) ? file.slice(dataLink.length + 1) : file;
}
