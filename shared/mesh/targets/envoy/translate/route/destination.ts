import type { ClientPolicy } from '../../../../../model/mesh/tls.ts';
import type { Directory } from '../../../../plan/directory.ts';
import type { Entry, EntryOf } from '../../../../plan/entry.ts';
import { referredTo } from '../../../../routing/provider.ts';
import type { RouterRoute, WeightedTarget } from '../../../../routing/routes.ts';
import { clusterName } from '../cluster/name.ts';
import type { Fields } from '../typed.ts';

/** A port of a virtual node that a part of the requests goes to. */
export interface Destination {
  readonly id: Entry['id'];
  /** undefined: the virtual node is invalid, and its cluster stays as it is. */
  readonly node: EntryOf<'VirtualNode'> | undefined;
  readonly port: number;
  readonly weight: number;
}

/** The targets of a router's route; undefined if one is not known, so that the route cannot be written. */
export function destinationsOf(
  directory: Directory,
  router: Entry,
  { targets }: RouterRoute,
): readonly Destination[] | undefined {
  const all = targets.map((target) => destinationOf(directory, router, target));
  return all.every((each) => each !== undefined) ? all : undefined;
}

function destinationOf(
  directory: Directory,
  router: Entry,
  { virtualNodeRef: reference, weight, port }: WeightedTarget,
): Destination | undefined {
  if (!reference) return undefined;
  const node = referredTo(directory, 'VirtualNode', router, reference);
  const id = {
    kind: 'VirtualNode' as const,
    namespace: reference.namespace ?? router.id.namespace,
    name: reference.name,
  };
  const chosen = port ?? (node && onlyPortOf(node));
  return chosen === undefined ? undefined : { id, node, port: chosen, weight };
}

/** The port of a node's listener, if it has one listener. */
function onlyPortOf({ content }: EntryOf<'VirtualNode'>): number | undefined {
  const [first, ...others] = content.spec.listeners ?? [];
  return others.length === 0 ? first?.portMapping.port : undefined;
}

/** `cluster` or `weighted_clusters`, of an HTTP route or a TCP proxy. */
export function clustersOf(destinations: readonly Destination[], policy: ClientPolicy | undefined): Fields {
  const named = destinations.map(({ id, port, weight }) => ({
    name: clusterName({ id }, port, policy),
    weight,
  }));
  const [first, ...others] = named;
  if (first && others.length === 0) return { cluster: first.name };
  return { weighted_clusters: { clusters: named } };
}
