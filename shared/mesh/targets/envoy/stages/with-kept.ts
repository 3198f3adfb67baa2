import { isContestedChain } from '../translate/egress/chains.ts';
import { files as fileNames } from '../translate/layout.ts';
import type { Kept } from '../translate/proxy.ts';
import { complete } from './complete.ts';
import { namedIn } from './named-in.ts';
import {
  domainsOf,
  type Files,
  isRoutes,
  isSameResource,
  listIn,
  nameOf,
  type Resource,
  readResources,
  resourcesText,
} from './resource-file.ts';
import { withGatewayRoutes } from './with-gateway-routes.ts';

/**
 * The desired files with what has to stay as it is in the live ones, and with all that they name: a cluster or a file that
 * the desired ones name and do not define is the live one, and if there is none, an empty one. Applied to its own result
 * with the same live files, it changes nothing.
 */
export function withKept(desired: Files, kept: Kept | undefined, live: Files | undefined): Files {
  const found = live ?? {};
  const routed = withGatewayRoutes(desired, kept?.routes ?? [], found);
  const services = [...(kept?.services ?? []), ...routed.hosts];
  const tables = withHosts(routed.files, services, found);
  const listeners = withChains(tables, services, found);
  return complete(withEndpoints(listeners, kept?.endpoints ?? [], found), found);
}

/** A service is a virtual host of its name, or of its name and a port; a TCP service is a filter chain likewise. */
function isOfService(resource: Resource, services: readonly string[]): boolean {
  const name = nameOf(resource);
  return services.some((service) => name === service || name.startsWith(`${service}:`));
}

function withHosts(desired: Files, services: readonly string[], live: Files): Files {
  const tables = Object.keys(live).filter(isRoutes);
  return tables.reduce((files, file) => {
    const [table] = readResources(live[file])?.resources ?? [];
    const hosts = listIn(table, 'virtual_hosts').filter((host) => isOfService(host, services));
    return table === undefined || hosts.length === 0 ? files : withTable(files, file, table, hosts);
  }, desired);
}

function withTable(files: Files, file: string, live: Resource, hosts: readonly Resource[]): Files {
  const { version = 'kept', resources = [] } = readResources(files[file]) ?? {};
  const [table = { ...live, virtual_hosts: [] }] = resources;
  const present = listIn(table, 'virtual_hosts');
  const taken = new Set(present.flatMap(domainsOf).map((domain) => domain.toLowerCase()));
  const added = hosts.filter(
    (host) =>
      !present.some((each) => nameOf(each) === nameOf(host)) &&
      !domainsOf(host).some((domain) => taken.has(domain.toLowerCase())),
  );
  if (added.length === 0) return files;
  const merged = { ...table, virtual_hosts: [...present, ...added] };
  return { ...files, [file]: resourcesText({ version, resources: [merged] }) };
}

/** Chains of kept TCP services, and those by which a kept route table is reached. */
function withChains(desired: Files, services: readonly string[], live: Files): Files {
  const { resources: present = [] } = readResources(live[fileNames.listeners]) ?? {};
  const { version = 'kept', resources = [] } = readResources(desired[fileNames.listeners]) ?? {};
  const named = namedIn(resources).files;
  const unreached = new Set(Object.keys(desired).filter((file) => isRoutes(file) && !named.has(file)));
  const isKept = (chain: Resource) =>
    isOfService(chain, services) || [...namedIn(chain).files].some((file) => unreached.has(file));
  const kept = present
    .map((listener) => ({ listener, chains: listIn(listener, 'filter_chains').filter(isKept) }))
    .filter(({ chains }) => chains.length > 0);
  if (kept.length === 0) return desired;
  const listeners = kept.reduce(
    (all, { listener, chains }) => withChainsOf(all, listener, chains),
    resources,
  );
  return { ...desired, [fileNames.listeners]: resourcesText({ version, resources: listeners }) };
}

function withChainsOf(
  listeners: readonly Resource[],
  live: Resource,
  chains: readonly Resource[],
): readonly Resource[] {
  const wanted = listeners.find((listener) => nameOf(listener) === nameOf(live));
  if (wanted === undefined) return [...listeners, { ...live, filter_chains: chains }];
  const isTaken = (chain: Resource) =>
    chains.some((each) => isSameResource(each.filter_chain_match, chain.filter_chain_match));
  const present = listIn(wanted, 'filter_chains').filter(
    (each) => !(isContestedChain(each) && isTaken(each)),
  );
  const added = chains.filter(
    (chain) =>
      !present.some(
        (each) =>
          nameOf(each) === nameOf(chain) || isSameResource(each.filter_chain_match, chain.filter_chain_match),
      ),
  );
  const merged = { ...wanted, filter_chains: [...present, ...added] };
  return listeners.map((listener) => (listener === wanted ? merged : listener));
}

/** Of a cluster whose instances could not be read, the live endpoints; they are in the cluster or in a file. */
function withEndpoints(desired: Files, endpoints: readonly string[], live: Files): Files {
  if (endpoints.length === 0) return desired;
  const { version = '', resources = [] } = readResources(desired[fileNames.clusters]) ?? {};
  const present = readResources(live[fileNames.clusters])?.resources ?? [];
  const clusters = resources.map((cluster) => {
    const same = present.find((each) => nameOf(each) === nameOf(cluster));
    const isKept = endpoints.includes(nameOf(cluster)) && same?.load_assignment !== undefined;
    return isKept && cluster.load_assignment !== undefined
      ? { ...cluster, load_assignment: same.load_assignment }
      : cluster;
  });
  const files = endpoints.map(fileNames.endpoints).filter((file) => live[file] !== undefined);
  return {
    ...desired,
    ...Object.fromEntries(files.map((file) => [file, live[file] ?? ''])),
    ...(!isSameResource(clusters, resources) && {
      [fileNames.clusters]: resourcesText({ version, resources: clusters }),
    }),
  };
}
