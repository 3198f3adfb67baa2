import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../../shared/mesh/plan/entry.ts';
import { Report } from '../../../../../shared/mesh/plan/report.ts';
import { accessLogOf } from '../../../../../shared/mesh/targets/istio/translate/access-log.ts';
import type { Logging } from '../../../../../shared/model/mesh/logging.ts';

const entry = { id: { kind: 'VirtualNode', namespace: 'apps', name: 'blue' } } as Entry;
const labels = { app: 'blue' };

function written(logging: Logging | null | undefined, of: typeof labels | undefined = labels) {
  const report = new Report();
  const wanted = accessLogOf(entry, logging, of, { report, suffix: 'virtual-node' });
  return { wanted, found: report.differences };
}
const to = (path: string, format?: object) =>
  ({ accessLog: { file: { path, ...(format && { format }) } } }) as Logging;
const telemetry = {
  ...{ kind: 'Telemetry', namespace: 'apps', name: 'blue-virtual-node' },
  spec: { selector: { matchLabels: labels }, accessLogging: [{ providers: [{ name: 'envoy' }] }] },
};

describe('the access log of pods', () => {
  it('is that of Istio', () => {
    expect(written(to('/dev/stdout'))).toEqual({ wanted: [telemetry], found: [] });
  });

  it.each([undefined, null, {}, { accessLog: null }, { accessLog: {} }, { accessLog: { file: null } }])(
    'is none of %j',
    (logging) => {
      expect(written(logging)).toEqual({ wanted: [], found: [] });
    },
  );

  const instead = 'meshConfig.accessLogFormat or an extension provider of Istio';
  const differs = (field: string, message: string) => ({
    ...{ path: `spec.logging.accessLog.file.${field}`, effect: 'differs', message, instead },
  });
  const format = 'Istio has one format for the mesh';
  it.each([
    [to('/var/log/a'), [differs('path', 'Istio logs to /dev/stdout')]],
    [to('/dev/stdout', { json: [{ key: 'a', value: 'b' }] }), [differs('format.json', format)]],
    [to('/dev/stdout', { text: 'a' }), [differs('format.text', format)]],
    [to('/a', { text: 'a' }), [differs('path', 'Istio logs to /dev/stdout'), differs('format.text', format)]],
  ])('of %j differs', (logging, found) => {
    expect(written(logging)).toEqual({ wanted: [telemetry], found });
  });

  it('is none without labels of the pods, and its differences are reported', () => {
    const report = new Report();
    expect(accessLogOf(entry, to('/a'), undefined, { report, suffix: 'x' })).toEqual([]);
    expect(report.differences).toHaveLength(1);
  });
});
