import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';

export function reportNodeEgress(
  _node: EntryOf<'VirtualNode'>,
  _place: Place,
  _directory: Directory,
  _report: Report,
): void {}
