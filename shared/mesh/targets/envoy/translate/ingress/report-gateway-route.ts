import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';

/** What of a gateway route Envoy cannot express. */
export function reportGatewayRoute(
  _route: EntryOf<'GatewayRoute'>,
  _place: Place,
  _directory: Directory,
  _report: Report,
): void {}
