import type { ProxyConfig } from '../translate/proxy.ts';
import { cluster, loadAssignment, onlyAddresses } from './cluster.ts';
import { listener } from './listener.ts';
import { unknownClusters, unknownEndpoints, unknownSecrets, unknownTables } from './references.ts';
import { routeTable } from './route.ts';
import { type Found, Place, type Rule } from './rule.ts';
import { secret } from './tls.ts';

/** Why Envoy would refuse a resource. Of a file with one refused resource Envoy applies the rest, so none may be written. */
export interface EnvoyFault {
  /** `cluster egress_shop_front_8080`. */
  readonly resource: string;
  /** Of the field in the resource: `virtual_hosts[0].domains[1]`. */
  readonly path: string;
  readonly message: string;
}

type Named = { readonly name: string };
const byName = ({ name }: Named) => name;

/** Everything in a whole proxy that Envoy would refuse, with all of it inlined as static resources. */
export function faultsOf(proxy: ProxyConfig): readonly EnvoyFault[] {
  const { listeners, clusters, routes, secrets } = proxy;
  const namesOf = (all: readonly Named[]) => new Set(all.map(byName));
  const [known, tables] = [namesOf(clusters), namesOf(routes)];
  const ofSecrets: Rule = (each, place) => unknownSecrets(each, secrets, place);
  const ofTables: Rule = (each, place) => unknownTables(each, tables, place);
  const ofEndpoints: Rule = (each, place) => unknownEndpoints(each, proxy, place);
  const ofClusters: Rule = (each, place) => unknownClusters(each, known, place);
  return [
    ...faultsOfPart(proxy),
    ...faultsIn('listener', listeners, byName, ofTables, ofSecrets),
    ...faultsIn('cluster', clusters, byName, ofEndpoints, ofSecrets),
    ...faultsIn('route table', routes, byName, ofClusters),
  ];
}

/** The same of a part: what it names and has not comes from elsewhere. */
export function faultsOfPart(proxy: ProxyConfig): readonly EnvoyFault[] {
  const { listeners, clusters, routes, endpoints, secrets } = proxy;
  const byCluster = ({ cluster_name: name }: ProxyConfig['endpoints'][number]) => name;
  return [
    ...[...faultsIn('listener', listeners, byName, listener), ...repeated('listener', listeners)],
    ...[...faultsIn('cluster', clusters, byName, cluster), ...repeated('cluster', clusters)],
    ...[...faultsIn('route table', routes, byName, routeTable), ...repeated('route table', routes)],
    ...faultsIn('endpoints', endpoints, byCluster, loadAssignment, onlyAddresses),
    ...[...faultsIn('secret', secrets, byName, secret), ...repeated('secret', secrets)],
  ];
}

function faultsIn<T>(
  kind: string,
  all: readonly T[],
  nameOf: (each: T) => string,
  ...rules: readonly Rule[]
): readonly EnvoyFault[] {
  return all.flatMap((each) => {
    const found: Found[] = [];
    for (const rule of rules) rule(each, new Place('', found));
    return found.map((fault) => ({ resource: `${kind} ${nameOf(each)}`, ...fault }));
  });
}

/** Parts of a proxy may share a resource, which is written once; two different ones of a name may not be. */
function repeated(kind: string, all: readonly Named[]): readonly EnvoyFault[] {
  const groups = Map.groupBy(all, byName);
  return [...groups].flatMap(([name, each]) =>
    each.length > 1 && new Set(each.map((resource) => JSON.stringify(resource))).size > 1
      ? [{ resource: `${kind} ${name}`, path: 'name', message: 'is the name of another one, too' }]
      : [],
  );
}
