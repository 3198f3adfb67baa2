import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { EgressService } from './egress.ts';

/** The virtual services that a virtual node calls: first the listed ones, then those of its backend groups. */
export function backendsOf(
  _node: EntryOf<'VirtualNode'>,
  _place: Place,
  _directory: Directory,
): readonly EgressService[] {
  return [];
}
