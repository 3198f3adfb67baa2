import { gatewayRouteOf } from '../../routing/gateway-routes.ts';
import { orderedRoutes } from '../../routing/routes.ts';
import type { Directory, Place } from '../directory.ts';
import { type EntryOf, isOfKind, type ValidEntry } from '../entry.ts';
import { References } from './references.ts';
import type { ObjectReference, Resolver } from './resolver.ts';

/** Resolves an object's own references, so that the resolver collects those that dangle. `prefix`: of the paths it reports. */
export function resolveOwnReferences(entry: ValidEntry, resolver: Resolver, prefix = ''): void {
  if (isOfKind(entry, 'VirtualNode')) resolveBackends(entry, resolver, prefix);
  if (isOfKind(entry, 'VirtualService')) resolveProvider(entry, resolver, prefix);
  if (isOfKind(entry, 'VirtualRouter')) resolveTargets(entry, resolver, prefix);
  if (!isOfKind(entry, 'GatewayRoute')) return;
  const { path, target } = gatewayRouteOf(entry.content.spec);
  const { virtualServiceRef } = target.virtualService;
  const field = `${prefix}${path}.action.target.virtualService.virtualServiceRef`;
  if (virtualServiceRef) resolver.nameOf('VirtualService', located(virtualServiceRef, entry), field);
}

function resolveBackends(node: EntryOf<'VirtualNode'>, resolver: Resolver, prefix: string): void {
  const { backends, backendGroups } = node.content.spec;
  for (const [index, { virtualService }] of (backends ?? []).entries())
    if (virtualService.virtualServiceRef)
      resolver.nameOf(
        'VirtualService',
        located(virtualService.virtualServiceRef, node),
        `${prefix}spec.backends[${index}].virtualService.virtualServiceRef`,
      );
  for (const [index, group] of (backendGroups ?? []).entries())
    resolver.backendGroup(located(group, node), `${prefix}spec.backendGroups[${index}]`);
}

function resolveProvider(service: EntryOf<'VirtualService'>, resolver: Resolver, prefix: string): void {
  const { virtualNode, virtualRouter } = service.content.spec.provider ?? {};
  const at = `${prefix}spec.provider`;
  if (virtualNode?.virtualNodeRef)
    resolver.nameOf(
      'VirtualNode',
      located(virtualNode.virtualNodeRef, service),
      `${at}.virtualNode.virtualNodeRef`,
    );
  if (virtualRouter?.virtualRouterRef)
    resolver.nameOf(
      'VirtualRouter',
      located(virtualRouter.virtualRouterRef, service),
      `${at}.virtualRouter.virtualRouterRef`,
    );
}

function resolveTargets(router: EntryOf<'VirtualRouter'>, resolver: Resolver, prefix: string): void {
  for (const { path, targets } of orderedRoutes(router.content.spec))
    for (const [index, { virtualNodeRef }] of targets.entries())
      if (virtualNodeRef)
        resolver.nameOf(
          'VirtualNode',
          located(virtualNodeRef, router),
          `${prefix}${path}.action.weightedTargets[${index}].virtualNodeRef`,
        );
}

/** A reference may be in another object than the one being translated. */
function located({ name, namespace }: ObjectReference, { id }: ValidEntry): ObjectReference {
  return { name, namespace: namespace ?? id.namespace };
}

export type Missing = readonly (readonly [path: string, message: string])[];

/** The path of each reference of an object that dangles, and why. `resolve` resolves those that its translation follows. */
export function missingIn(
  entry: ValidEntry,
  { meshName }: Place,
  directory: Directory,
  resolve: (resolver: Resolver) => void,
): Missing {
  const references = new References(directory, entry, meshName);
  resolve(references);
  return references.problems.map(({ message }) => {
    const end = message.indexOf(': ');
    return [message.slice(0, end), message.slice(end + 2)];
  });
}
