import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';

export function reportMesh(
  { content }: EntryOf<'Mesh'>,
  _place: Place,
  _directory: Directory,
  report: Report,
): void {
  if (content.spec.meshOwner)
    report.differ(
      'spec.meshOwner',
      'no account owns a mesh without a control plane',
      'a VirtualNode for each node of the other account',
    );
}
