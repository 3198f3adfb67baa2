import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import { backendEntriesOf } from '../../../../routing/backends.ts';
import type { EgressService } from './called.ts';

/** The virtual services that a virtual node calls: first the listed ones, then those of its backend groups. */
export function backendsOf(
  node: EntryOf<'VirtualNode'>,
  _place: Place,
  directory: Directory,
): readonly EgressService[] {
  return backendEntriesOf(directory, node);
}
