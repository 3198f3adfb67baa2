import type { ClientPolicy } from '../../../../../model/mesh/tls.ts';
import type { Directory, Place } from '../../../../plan/directory.ts';
import type { Entry, EntryOf } from '../../../../plan/entry.ts';
import { type EnvoyContext, emptyProxy, type Part } from '../proxy.ts';

/** A virtual service that a proxy calls. */
export interface EgressService {
  /** A VirtualService; an invalid one stays in the proxy as it is. */
  readonly service: Entry;
  /** That of the backend, else that of `backendDefaults`. */
  readonly policy: ClientPolicy | undefined;
}

/** The egress listener of a proxy with its route tables and clusters. That of a gateway is its second hop. */
export function egressOf(
  _owner: EntryOf<'VirtualNode'> | EntryOf<'VirtualGateway'>,
  _services: readonly EgressService[],
  _place: Place,
  _directory: Directory,
  _context: EnvoyContext,
): Part {
  return { ...emptyProxy, kept: { services: [], endpoints: [] } };
}
