import { objectNameText } from '../../../../model/records/mesh-claim.ts';
import { awsNameOf } from '../../../plan/directory.ts';
import type { Entry } from '../../../plan/entry.ts';
import { clusterName } from '../translate/cluster/name.ts';
import type { Source, Versions } from '../translate/files.ts';
import type { EnvoyResource } from '../translate/proxy.ts';
import type { ProxySources, UsedService } from './sources.ts';

/** Which manifests the files of a proxy are made of. `isRefused`: an earlier state of the object stays in effect. */
export function versionsOf(
  { owner, mesh, gatewayRoutes, services }: ProxySources,
  isRefused: (entry: Entry) => boolean,
): Versions {
  const sourceOf = (entry: Entry): Source => ({
    object: objectNameText(entry.id),
    generation: entry !== owner && isRefused(entry) ? undefined : entry.generation,
  });
  const own = [owner, mesh];
  const nodes = services.flatMap((used) => used.nodes);
  return {
    listeners: [...own, ...services.flatMap(routingOf)].map(sourceOf),
    clusters: [...own, ...nodes].map(sourceOf),
    routes: (table) =>
      (table.name.startsWith('egress')
        ? [...services.filter((used) => isIn(table, used)).flatMap(routingOf), ...own]
        : [owner, ...gatewayRoutes]
      ).map(sourceOf),
    endpoints: (cluster) => nodes.filter((node) => isOf(node, cluster)).map(sourceOf),
    secrets: own.map(sourceOf),
  };
}

/** What decides where a request to a virtual service goes. */
function routingOf({ service, router }: UsedService): readonly Entry[] {
  return router ? [service, router] : [service];
}

/** A virtual host is named as the virtual service, in a gateway with the port. */
function isIn({ virtual_hosts = [] }: EnvoyResource, { service }: UsedService): boolean {
  const name = awsNameOf(service);
  return (virtual_hosts as readonly EnvoyResource[]).some(
    (host) => host.name === name || host.name.startsWith(`${name}:`),
  );
}

/** A cluster is named by its node and port, and a digest of a policy. */
function isOf(node: Entry, cluster: string): boolean {
  const withoutPort = clusterName(node, 0).slice(0, -1);
  return cluster.startsWith(withoutPort) && /^\d+(_[0-9a-f]+)?$/.test(cluster.slice(withoutPort.length));
}
