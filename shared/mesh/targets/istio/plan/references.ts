import type { Directory, Place } from '../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind, type ValidEntry } from '../../../plan/entry.ts';
import { References } from '../../../plan/references.ts';
import type { Resolver } from '../../../plan/resolver.ts';
import { gatewayRouteOf } from '../../../routing/gateway-routes.ts';
import { referredTo } from '../../../routing/provider.ts';
import { orderedRoutes } from '../../../routing/routes.ts';

/** Resolves every reference that the translation of an object follows, so that the resolver collects those that dangle. */
export function resolveReferences(entry: ValidEntry, directory: Directory, resolver: Resolver): void {
  if (isOfKind(entry, 'VirtualNode')) resolveBackends(entry, resolver);
  if (isOfKind(entry, 'VirtualService')) resolveProvider(entry, directory, resolver, '');
  if (isOfKind(entry, 'VirtualRouter')) resolveTargets(entry, resolver, '');
  if (!isOfKind(entry, 'GatewayRoute')) return;
  const { path, target } = gatewayRouteOf(entry.content.spec);
  const { virtualServiceRef } = target.virtualService;
  if (!virtualServiceRef) return;
  resolver.nameOf(
    'VirtualService',
    virtualServiceRef,
    `${path}.action.target.virtualService.virtualServiceRef`,
  );
  const service = referredTo(directory, 'VirtualService', entry, virtualServiceRef);
  if (service) resolveProvider(service, directory, resolver, prefixOf(service));
}

function resolveBackends({ content: { spec } }: EntryOf<'VirtualNode'>, resolver: Resolver): void {
  for (const [index, { virtualService }] of (spec.backends ?? []).entries())
    if (virtualService.virtualServiceRef)
      resolver.nameOf(
        'VirtualService',
        virtualService.virtualServiceRef,
        `spec.backends[${index}].virtualService.virtualServiceRef`,
      );
  for (const [index, group] of (spec.backendGroups ?? []).entries())
    resolver.backendGroup(group, `spec.backendGroups[${index}]`);
}

function resolveProvider(
  service: EntryOf<'VirtualService'>,
  directory: Directory,
  resolver: Resolver,
  prefix: string,
): void {
  const { virtualNode, virtualRouter } = service.content.spec.provider ?? {};
  const { namespace } = service.id;
  const at = `${prefix}spec.provider`;
  if (virtualNode?.virtualNodeRef)
    resolver.nameOf(
      'VirtualNode',
      located(virtualNode.virtualNodeRef, namespace),
      `${at}.virtualNode.virtualNodeRef`,
    );
  if (!virtualRouter?.virtualRouterRef) return;
  resolver.nameOf(
    'VirtualRouter',
    located(virtualRouter.virtualRouterRef, namespace),
    `${at}.virtualRouter.virtualRouterRef`,
  );
  const router = referredTo(directory, 'VirtualRouter', service, virtualRouter.virtualRouterRef);
  if (router) resolveTargets(router, resolver, prefixOf(router));
}

function resolveTargets(router: EntryOf<'VirtualRouter'>, resolver: Resolver, prefix: string): void {
  for (const { path, targets } of orderedRoutes(router.content.spec))
    for (const [index, { virtualNodeRef }] of targets.entries())
      if (virtualNodeRef)
        resolver.nameOf(
          'VirtualNode',
          located(virtualNodeRef, router.id.namespace),
          `${prefix}${path}.action.weightedTargets[${index}].virtualNodeRef`,
        );
}

/** A reference in another object than the one being translated. */
function located(
  reference: { readonly name: string; readonly namespace?: string | null | undefined },
  namespace: string,
) {
  return { name: reference.name, namespace: reference.namespace ?? namespace };
}

function prefixOf({ id: { kind, namespace, name } }: Entry): string {
  return `${kind} ${namespace}/${name} `;
}

/** The path of each reference that dangles, and why. */
export function missingReferences(
  entry: ValidEntry,
  { meshName }: Place,
  directory: Directory,
): readonly (readonly [path: string, message: string])[] {
  const references = new References(directory, entry, meshName);
  resolveReferences(entry, directory, references);
  return references.problems.map(({ message }) => {
    const end = message.indexOf(': ');
    return [message.slice(0, end), message.slice(end + 2)];
  });
}
