import type { Directory } from '../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind } from '../plan/entry.ts';
import type { ObjectReference, Referable } from '../plan/references/resolver.ts';
import { orderedRoutes, type Protocol } from './routes.ts';

/** A port on which a virtual service is called, or a virtual node listens. */
export interface Listened {
  readonly port: number;
  readonly protocol: Protocol;
}

/** The object that a reference names, also if it is invalid. */
export function namedBy(
  directory: Directory,
  kind: Referable,
  from: Entry,
  reference: ObjectReference | null | undefined,
): Entry | undefined {
  if (!reference) return undefined;
  const { name, namespace } = reference;
  return directory.find(kind, { name, namespace: namespace ?? from.id.namespace });
}

/** The valid object that a reference names. Problems with it are found by `References`. */
export function referredTo<Kind extends Referable>(
  directory: Directory,
  kind: Kind,
  from: Entry,
  reference: ObjectReference | null | undefined,
): EntryOf<Kind> | undefined {
  const entry = namedBy(directory, kind, from, reference);
  return entry && isOfKind(entry, kind) ? entry : undefined;
}

/** What answers for a virtual service: a virtual router or a virtual node. */
export function providerOf(
  directory: Directory,
  service: EntryOf<'VirtualService'>,
): EntryOf<'VirtualRouter'> | EntryOf<'VirtualNode'> | undefined {
  const { virtualNode, virtualRouter } = service.content.spec.provider ?? {};
  return (
    referredTo(directory, 'VirtualRouter', service, virtualRouter?.virtualRouterRef) ??
    referredTo(directory, 'VirtualNode', service, virtualNode?.virtualNodeRef)
  );
}

/** The listeners of a virtual node; or of a virtual router, which without listeners has those that its routes lead to. */
export function listenersOf(
  directory: Directory,
  provider: EntryOf<'VirtualRouter'> | EntryOf<'VirtualNode'>,
): readonly Listened[] {
  const listeners = provider.content.spec.listeners ?? [];
  if (listeners.length > 0 || provider.content.kind === 'VirtualNode')
    return listeners.map(({ portMapping }) => portMapping);
  const found = orderedRoutes(provider.content.spec).flatMap(({ protocol, targets }) =>
    targets.flatMap((target) => {
      const node = referredTo(directory, 'VirtualNode', provider, target.virtualNodeRef);
      const port = target.port ?? node?.content.spec.listeners?.[0]?.portMapping.port;
      return port === undefined ? [] : [{ port, protocol }];
    }),
  );
  return [...new Map(found.map((each) => [each.port, each])).values()].sort((a, b) => a.port - b.port);
}

/** The virtual nodes that a virtual service leads to. */
export function nodesOf(
  directory: Directory,
  service: EntryOf<'VirtualService'>,
): readonly EntryOf<'VirtualNode'>[] {
  const provider = providerOf(directory, service);
  if (provider === undefined) return [];
  if (provider.content.kind === 'VirtualNode') return [provider as EntryOf<'VirtualNode'>];
  const nodes = orderedRoutes(provider.content.spec).flatMap(({ targets }) =>
    targets.flatMap(
      ({ virtualNodeRef }) => referredTo(directory, 'VirtualNode', provider, virtualNodeRef) ?? [],
    ),
  );
  return [...new Set(nodes)];
}
