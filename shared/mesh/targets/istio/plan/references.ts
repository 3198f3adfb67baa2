import type { Directory, Place } from '../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind, type ValidEntry } from '../../../plan/entry.ts';
import { type Missing, missingIn, resolveOwnReferences } from '../../../plan/references/object-references.ts';
import type { Resolver } from '../../../plan/references/resolver.ts';
import { gatewayRouteOf } from '../../../routing/gateway-routes.ts';
import { referredTo } from '../../../routing/provider.ts';

/** Resolves every reference that the translation of an object follows, so that the resolver collects those that dangle. */
export function resolveReferences(entry: ValidEntry, directory: Directory, resolver: Resolver): void {
  resolveOwnReferences(entry, resolver);
  if (isOfKind(entry, 'VirtualService')) resolveRouter(entry, directory, resolver);
  if (!isOfKind(entry, 'GatewayRoute')) return;
  const { target } = gatewayRouteOf(entry.content.spec);
  const service = referredTo(directory, 'VirtualService', entry, target.virtualService.virtualServiceRef);
  if (service === undefined) return;
  resolveOwnReferences(service, resolver, prefixOf(service));
  resolveRouter(service, directory, resolver);
}

/** The routes of a service's router are in the objects of the service. */
function resolveRouter(service: EntryOf<'VirtualService'>, directory: Directory, resolver: Resolver): void {
  const { virtualRouter } = service.content.spec.provider ?? {};
  const router = referredTo(directory, 'VirtualRouter', service, virtualRouter?.virtualRouterRef);
  if (router) resolveOwnReferences(router, resolver, prefixOf(router));
}

function prefixOf({ id: { kind, namespace, name } }: Entry): string {
  return `${kind} ${namespace}/${name} `;
}

/** The path of each reference that dangles, and why. */
export function missingReferences(entry: ValidEntry, place: Place, directory: Directory): Missing {
  return missingIn(entry, place, directory, (resolver) => resolveReferences(entry, directory, resolver));
}
