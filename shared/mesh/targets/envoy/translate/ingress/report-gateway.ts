import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { reportAccessLog } from '../access-log.ts';
import { reportPorts } from './report-ports.ts';
import { reportDefaultPolicy, reportServerTls } from './report-tls.ts';

/** What of a gateway's listeners, logging and TLS policy Envoy cannot express. */
export function reportGateway(
  { content: { spec } }: EntryOf<'VirtualGateway'>,
  _place: Place,
  _directory: Directory,
  report: Report,
): void {
  reportPorts(spec.listeners, report);
  for (const [index, { tls, healthCheck }] of spec.listeners.entries()) {
    const at = `spec.listeners[${index}]`;
    reportServerTls(tls, `${at}.tls`, report);
    if (healthCheck)
      report.differ(
        `${at}.healthCheck`,
        'no proxy of the mesh calls a gateway, so none runs this check',
        'a readinessProbe of its pods, or the health check of the load balancer',
      );
  }
  reportDefaultPolicy(spec.backendDefaults, report);
  reportAccessLog(spec.logging, report);
}
