import type { Directory } from '../../../../plan/directory.ts';
import type { Entry, EntryOf } from '../../../../plan/entry.ts';
import type { GatewayRoute } from '../../../../routing/gateway-routes.ts';
import { type Listened, listenersOf, providerOf, referredTo } from '../../../../routing/provider.ts';

/** Where a gateway route leads. */
export type GatewayTarget =
  | { readonly kind: 'port'; readonly service: EntryOf<'VirtualService'>; readonly port: number }
  /** The virtual service has no provider yet. */
  | { readonly kind: 'nothing' }
  /** Its virtual service, or what answers for it, is refused: its last valid state counts. */
  | { readonly kind: 'unknown' };

export function targetOf(
  directory: Directory,
  entry: Entry,
  { target }: GatewayRoute,
  isRefused: (entry: Entry) => boolean,
): GatewayTarget {
  const service = serviceOf(directory, entry, target);
  if (service === undefined || isRefused(service)) return { kind: 'unknown' };
  const provider = providerOf(directory, service);
  if (provider === undefined) return { kind: service.content.spec.provider ? 'unknown' : 'nothing' };
  if (target.port) return { kind: 'port', service, port: target.port };
  if (isRefused(provider)) return { kind: 'unknown' };
  const [listener] = listenersOf(directory, provider).filter(isCalled);
  return listener ? { kind: 'port', service, port: listener.port } : { kind: 'nothing' };
}

/** The valid virtual service that a gateway route names. */
export function serviceOf(
  directory: Directory,
  entry: Entry,
  { virtualService }: GatewayRoute['target'],
): EntryOf<'VirtualService'> | undefined {
  return referredTo(directory, 'VirtualService', entry, virtualService.virtualServiceRef);
}

/** A gateway calls no port of TCP. */
export function isCalled({ protocol }: Listened): boolean {
  return protocol !== 'tcp';
}
