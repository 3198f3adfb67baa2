import { hasTwoHops, type ProxyState } from './proxy-state.ts';
import { listIn, type Resource } from './resource-file.ts';

/** A virtual host of a gateway's second hop among the names of clusters, which have no spaces. */
export function hostKey(domain: string): string {
  return `host ${domain}`;
}

/** A route table, endpoints or a certificate. */
export function fileKey(file: string): string {
  return `file ${file}`;
}

/** What a listener to which the application's connections go has for one port: filter chains by key. */
export function chainsByPort(listener: Resource | undefined): ReadonlyMap<string, readonly Resource[]> {
  return Map.groupBy(listIn(listener, 'filter_chains'), ({ filter_chain_match: match }) => {
    const { destination_port: port } = (match ?? {}) as { readonly destination_port?: unknown };
    return `port ${port ?? 'any'}`;
  });
}

/** Others decide over the ports of an outbound listener: those of the backends. */
export function isOutbound({ traffic_direction: direction }: Resource): boolean {
  return direction === 'OUTBOUND';
}

export function portKeysOf({ listeners }: Pick<ProxyState, 'listeners'>): ReadonlySet<string> {
  const keys = [...listeners.values()].filter(isOutbound).flatMap((each) => [...chainsByPort(each).keys()]);
  return new Set(keys);
}

/** All of a proxy that listeners and routes name: by the name of a cluster, by `hostKey` or `fileKey`. */
export function keysOf({ clusters, routes, supplements, hosts }: ProxyState): ReadonlySet<string> {
  return new Set([
    ...clusters.keys(),
    ...[...routes.keys(), ...supplements.keys()].map(fileKey),
    ...(hasTwoHops(routes) ? [...hosts].map(hostKey) : []),
  ]);
}
