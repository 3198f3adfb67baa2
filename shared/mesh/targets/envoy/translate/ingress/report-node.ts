import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { reportAccessLog } from '../access-log.ts';

/** What of a virtual node's listeners, logging and TLS policies Envoy cannot express. */
export function reportNodeIngress(
  node: EntryOf<'VirtualNode'>,
  _place: Place,
  _directory: Directory,
  report: Report,
): void {
  reportAccessLog(node.content.spec.logging, report);
}
