import type { Directory, Place } from '../../../plan/directory.ts';
import { type Entry, type EntryOf, isOfKind, type ValidEntry } from '../../../plan/entry.ts';
import { backendsOf } from '../../../routing/backends.ts';
import { gatewayRouteOf, orderedGatewayRoutes } from '../../../routing/gateway-routes.ts';
import { nodesOf, providerOf, referredTo } from '../../../routing/provider.ts';

export type Owner = EntryOf<'VirtualNode'> | EntryOf<'VirtualGateway'>;

/** Whether an object has proxies. */
export function isOwner(entry: ValidEntry): entry is Owner {
  return isOfKind(entry, 'VirtualNode') || isOfKind(entry, 'VirtualGateway');
}

/** A virtual service in a proxy, and what answers for it. */
export interface UsedService {
  readonly service: EntryOf<'VirtualService'>;
  /** Its virtual router, if it has one. */
  readonly router: EntryOf<'VirtualRouter'> | undefined;
  readonly nodes: readonly EntryOf<'VirtualNode'>[];
}

/** The objects that a proxy is made of. */
export interface ProxySources {
  readonly owner: Owner;
  readonly mesh: Entry;
  /** Of a gateway. */
  readonly gatewayRoutes: readonly Entry[];
  readonly services: readonly UsedService[];
}

export function sourcesOf(owner: Owner, { mesh }: Pick<Place, 'mesh'>, directory: Directory): ProxySources {
  if (isOfKind(owner, 'VirtualNode')) {
    const services = backendsOf(directory, owner).map(({ service }) => service);
    return { owner, mesh, gatewayRoutes: [], services: services.map((each) => usedService(directory, each)) };
  }
  const gatewayRoutes = orderedGatewayRoutes(directory, owner);
  const services = gatewayRoutes.flatMap((route) => targetOf(directory, route) ?? []);
  return {
    ...{ owner, mesh, gatewayRoutes },
    services: [...new Set(services)].map((each) => usedService(directory, each)),
  };
}

function targetOf(directory: Directory, route: Entry): EntryOf<'VirtualService'> | undefined {
  if (!isOfKind(route, 'GatewayRoute')) return undefined;
  const { virtualServiceRef } = gatewayRouteOf(route.content.spec).target.virtualService;
  return referredTo(directory, 'VirtualService', route, virtualServiceRef);
}

function usedService(directory: Directory, service: EntryOf<'VirtualService'>): UsedService {
  const provider = providerOf(directory, service);
  const router = provider && isOfKind(provider, 'VirtualRouter') ? provider : undefined;
  return { service, router, nodes: nodesOf(directory, service) };
}
