import type { Listener } from '../../../../../model/mesh/listener.ts';
import type { Directory, Place } from '../../../../plan/directory.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { milliseconds } from '../../../../routing/timing.ts';
import { reportAccessLog } from '../access-log.ts';
import { emptyProxy } from '../proxy.ts';
import { upstreamOf } from '../upstream.ts';
import { defaultHealthPath, isPossible } from './health-check.ts';
import { reportFaults } from './report-faults.ts';
import { reportPorts } from './report-ports.ts';
import { reportClientPolicy, reportDefaultPolicy, reportServerTls } from './report-tls.ts';

/** What of a virtual node's listeners, logging and TLS policies Envoy cannot express. */
export function reportNodeIngress(
  node: EntryOf<'VirtualNode'>,
  _place: Place,
  _directory: Directory,
  report: Report,
): void {
  const { spec } = node.content;
  reportPorts(spec.listeners ?? [], report);
  for (const [index, listener] of (spec.listeners ?? []).entries()) {
    const path = `spec.listeners[${index}]`;
    reportListener(listener, path, report);
    reportClientCluster(node, listener, path, report);
  }
  reportDefaultPolicy(spec.backendDefaults, report);
  for (const [index, { virtualService }] of (spec.backends ?? []).entries())
    reportClientPolicy(
      virtualService.clientPolicy,
      `spec.backends[${index}].virtualService.clientPolicy`,
      report,
    );
  reportAccessLog(spec.logging, report);
}

/** The listener as it is in the proxies of clients, which must not be refused for it. */
function reportClientCluster(
  node: EntryOf<'VirtualNode'>,
  { portMapping: { port } }: Listener,
  path: string,
  report: Report,
): void {
  const name = `listener-${port}`;
  const { cluster } = upstreamOf(node, port, undefined);
  const load_assignment = { cluster_name: name, endpoints: [] };
  reportFaults(
    { ...emptyProxy, clusters: [{ name, type: 'STATIC', load_assignment, ...cluster }] },
    path,
    report,
  );
}

function reportListener(listener: Listener, path: string, report: Report): void {
  reportServerTls(listener.tls, `${path}.tls`, report);
  reportHealthCheck(listener, `${path}.healthCheck`, report);
  reportTimeout(listener, `${path}.timeout`, report);
  const { outlierDetection } = listener;
  for (const field of ['interval', 'baseEjectionDuration'] as const)
    if (outlierDetection && milliseconds(outlierDetection[field]) === 0)
      report.refuse(`${path}.outlierDetection.${field}`, 'Envoy requires a time above 0', 'a longer time');
}

function reportHealthCheck(
  { healthCheck, portMapping: { port, protocol } }: Listener,
  path: string,
  report: Report,
): void {
  if (!healthCheck) return;
  if (healthCheck.port && healthCheck.port !== port)
    report.refuse(
      `${path}.port`,
      `App Mesh requires the port of the listener, ${port}`,
      'that port, or none',
    );
  if (!isPossible(healthCheck, protocol))
    report.refuse(
      `${path}.protocol`,
      `Envoy checks by gRPC only a listener of grpc or http2; this is ${protocol}`,
      'the protocol of the listener',
    );
  const isHttp = healthCheck.protocol === 'http' || healthCheck.protocol === 'http2';
  if (isHttp && !healthCheck.path)
    report.differ(`${path}.path`, `without a path, ${defaultHealthPath} is asked for`, 'a path');
}

/** A time of another protocol than the listener's: between those of HTTP there is no difference. */
function reportTimeout({ timeout, portMapping: { protocol } }: Listener, path: string, report: Report): void {
  if (timeout && (timeout.tcp !== null && timeout.tcp !== undefined) !== (protocol === 'tcp'))
    report.differ(
      `${path}.${timeout.tcp ? 'tcp' : Object.keys(timeout)[0]}`,
      `has no effect on a listener of ${protocol}`,
      `timeout.${protocol}`,
    );
}
