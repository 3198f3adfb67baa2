import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import { polledEveryMinutes } from '../../shared/model/config/mesh-targets.ts';
import { meshReconcileRequested } from '../../shared/model/events/mesh-reconcile-requested.ts';
import { messageSchedules } from './message-schedules.ts';

/**
 * The schedules by which the proxies of clusters with the target envoy follow the instances of Cloud Map that are elsewhere,
 * as CloudFormation resources. `prefix` begins the names of the rules.
 */
export function envoySchedules({ clusters }: ClustersFile, prefix: string): Record<string, object> {
  const scheduled = clusters.flatMap((cluster) => {
    const everyMinutes = polledEveryMinutes(cluster);
    return everyMinutes === undefined ? [] : [{ cluster: cluster.name, everyMinutes }];
  });
  return messageSchedules(scheduled, {
    ...{ id: 'EnvoySchedule', name: `${prefix}-envoy`, queue: 'MeshQueue' },
    does: 'Reads instances from Cloud Map for the proxies of',
    requestOf: (cluster, run) => meshReconcileRequested(cluster, { run, reason: 'schedule', poll: true }),
  });
}
