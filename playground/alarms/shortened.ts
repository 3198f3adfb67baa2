import type { Topology } from '@eks-mesh-sync/embedded-aws/topology.ts';
import type { Alarm, Series } from '../../deploy/alarms/alarm.ts';
import { alarmProperties } from '../../deploy/alarms/alarm-resources.ts';
import { alarmsOf } from '../../deploy/alarms/alarms.ts';
import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import type { MeshTargetName } from '../../shared/model/config/mesh-targets.ts';
import { localClusters } from '../mesh/local-cluster.ts';

interface Shortening {
  readonly timeFactor: number;
  readonly mesh: readonly MeshTargetName[];
}

const minuteMs = 60_000;

/** The topology with the alarms of a deployment. Their periods, and the intervals of the sweeps, are so many times shorter. */
export function shortened(topology: Topology, { timeFactor, mesh }: Shortening): Topology {
  const alarms = localAlarms(localClusters(mesh), topology.eventBus, timeFactor);
  return {
    ...topology,
    schedules: topology.schedules.map((schedule) =>
      'function' in schedule ? { ...schedule, everyMinutes: schedule.everyMinutes / timeFactor } : schedule,
    ),
    cloudWatch: {
      alarms: alarms.map((alarm) => alarmProperties(alarm, topology.eventBus)),
      evaluatedEveryMs: minuteMs / timeFactor,
    },
  };
}

/** The alarms of deploy/alarms, of the functions as they are called here. */
function localAlarms(clusters: ClustersFile, prefix: string, timeFactor: number): readonly Alarm[] {
  return alarmsOf(clusters, prefix).map((alarm) => ({
    ...alarm,
    series: mapped(alarm.series, (series) => withLocalName(series, prefix)),
    periodSeconds: alarm.periodSeconds / timeFactor,
    threshold: isPerTime(alarm) ? alarm.threshold / timeFactor : alarm.threshold,
  }));
}

/**
 * A duration is so many times shorter, and a rate (more than so many in a period) has so many times fewer in a shorter period. A
 * number of things, and "any" or "none in a period", are what they are.
 */
function isPerTime({ series, threshold, comparison }: Alarm): boolean {
  const all = Object.values(series);
  const isDuration = all.every(({ metric }) => /(?:Lag|Age\w*)$/.test(metric));
  const isRate = all.every(({ statistic }) => statistic === 'Sum') && comparison === 'GreaterThanThreshold';
  return threshold > 0 && (isDuration || isRate);
}

function withLocalName(series: Series, prefix: string): Series {
  const { FunctionName } = series.dimensions;
  if (FunctionName === undefined) return series;
  const local = FunctionName.replace(`${prefix}-`, '');
  return { ...series, dimensions: { ...series.dimensions, FunctionName: local } };
}

function mapped<V>(
  record: Readonly<Record<string, V>>,
  change: (value: V) => V,
): Readonly<Record<string, V>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
