import type { Logging } from '../../../../model/mesh/logging.ts';
import type { Entry } from '../../../plan/entry.ts';
import type { Report } from '../../../plan/report.ts';
import { suffixed } from './names.ts';
import type { Wanted } from './outcome.ts';
import type { Labels } from './pods.ts';

/** The access log of the proxies of a virtual node or a virtual gateway. */
export function accessLogOf(
  { id: { namespace, name } }: Entry,
  logging: Logging | null | undefined,
  labels: Labels | undefined,
  { report, suffix }: { readonly report: Report; readonly suffix: string },
): readonly Wanted[] {
  const file = logging?.accessLog?.file;
  if (!file) return [];
  const path = 'spec.logging.accessLog.file';
  const instead = 'meshConfig.accessLogFormat or an extension provider of Istio';
  if (file.path !== '/dev/stdout') report.differ(`${path}.path`, 'Istio logs to /dev/stdout', instead);
  if (file.format) {
    const format = file.format.json ? 'json' : 'text';
    report.differ(`${path}.format.${format}`, 'Istio has one format for the mesh', instead);
  }
  const spec = { selector: { matchLabels: labels }, accessLogging: [{ providers: [{ name: 'envoy' }] }] };
  return labels ? [{ kind: 'Telemetry', namespace, name: suffixed(name, suffix), spec }] : [];
}
