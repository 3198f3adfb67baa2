import type { ClientPolicy } from '../../model/mesh/tls.ts';
import type { Directory } from '../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../plan/entry.ts';
import { perDirectory } from '../plan/per-directory.ts';
import type { ObjectReference } from '../plan/references/resolver.ts';

/** A virtual service that a virtual node may call. */
export interface Backend {
  readonly service: EntryOf<'VirtualService'>;
  /** That of the backend, else the node's for all backends. */
  readonly policy: ClientPolicy | undefined;
}

/** Likewise, whether the virtual service is valid or not. */
export interface BackendEntry {
  readonly service: Entry;
  readonly policy: ClientPolicy | undefined;
  /** By itself, not only in a group. */
  readonly isListed: boolean;
}

/** Each valid virtual service of the node's mesh once, in the order of `backendEntriesOf`. */
export function backendsOf(directory: Directory, node: EntryOf<'VirtualNode'>): readonly Backend[] {
  return backendEntriesOf(directory, node).flatMap(({ service, policy }) =>
    isOfKind(service, 'VirtualService') ? [{ service, policy }] : [],
  );
}

/** Each virtual service of the node's mesh once: first the listed ones, then those of the backend groups by name. */
export function backendEntriesOf(
  directory: Directory,
  node: EntryOf<'VirtualNode'>,
): readonly BackendEntry[] {
  const { backends, backendDefaults } = node.content.spec;
  const common = backendDefaults?.clientPolicy ?? undefined;
  const found = new Map<Entry, BackendEntry>();
  const add = (service: Entry | undefined, policy: ClientPolicy | undefined, isListed: boolean) => {
    if (service === undefined || found.has(service)) return;
    if (isInMeshOf(directory, service, node)) found.set(service, { service, policy, isListed });
  };
  for (const { virtualService } of backends ?? []) {
    const { virtualServiceRef: reference, clientPolicy } = virtualService;
    if (reference)
      add(directory.find('VirtualService', placeOf(node, reference)), clientPolicy ?? common, true);
  }
  for (const service of [...groupedBy(directory, node)].sort(byName)) add(service, common, false);
  return [...found.values()];
}

/** Groups may name the same services many times: each is read once. */
function groupedBy(directory: Directory, node: EntryOf<'VirtualNode'>): ReadonlySet<Entry> {
  const named = (node.content.spec.backendGroups ?? []).map((reference) => placeOf(node, reference));
  const groups = new Set(named.flatMap((place) => directory.find('BackendGroup', place) ?? []));
  const wanted = new Map(
    [...named.filter(({ name }) => name === '*'), ...[...groups].flatMap(members)].map((place) => [
      `${place.namespace}/${place.name}`,
      place,
    ]),
  );
  return new Set([...wanted.values()].flatMap((place) => servicesAt(directory, place)));
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function placeOf({ id }: Entry, { name, namespace }: ObjectReference): Named {
  return { name, namespace: namespace ?? id.namespace };
}

function members(group: Entry): readonly Named[] {
  if (!isOfKind(group, 'BackendGroup')) return [];
  return (group.content.spec.virtualservices ?? []).map((reference) => placeOf(group, reference));
}

/** `*` names all of a namespace. */
function servicesAt(directory: Directory, place: Named): readonly Entry[] {
  if (place.name === '*') return servicesByNamespace(directory).get(place.namespace) ?? [];
  const service = directory.find('VirtualService', place);
  return service ? [service] : [];
}

const servicesByNamespace = perDirectory(
  ({ entries }): ReadonlyMap<string, readonly Entry[]> =>
    Map.groupBy(
      entries.filter(({ id }) => id.kind === 'VirtualService'),
      ({ id }) => id.namespace,
    ),
);

function isInMeshOf(directory: Directory, entry: Entry, other: Entry): boolean {
  const meshName = directory.meshNameOf(other);
  return meshName !== undefined && directory.meshNameOf(entry) === meshName;
}

function byName({ id: a }: Entry, { id: b }: Entry): number {
  return `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1;
}
