import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { reportAccessLog } from '../access-log.ts';

/** What of a gateway's listeners, logging and TLS policy Envoy cannot express. */
export function reportGateway(
  gateway: EntryOf<'VirtualGateway'>,
  _place: Place,
  _directory: Directory,
  report: Report,
): void {
  reportAccessLog(gateway.content.spec.logging, report);
}
