import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import { type EnvoyContext, emptyPart, type Part } from '../proxy.ts';

/** The proxy of a gateway. */
export function gatewayOf(
  _gateway: EntryOf<'VirtualGateway'>,
  _place: Place,
  _directory: Directory,
  _context: EnvoyContext,
): Part {
  return emptyPart;
}
