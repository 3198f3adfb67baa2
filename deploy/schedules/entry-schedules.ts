import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import { pollRequested } from '../../shared/model/events/service-entry-requests.ts';
import { inputOf, messageSchedules } from './message-schedules.ts';

/**
 * The schedules that request a comparison of ServiceEntries for each cluster that has them, as CloudFormation resources.
 * `prefix` begins the names of the rules.
 */
export function entrySchedules({ clusters }: ClustersFile, prefix: string): Record<string, object> {
  const scheduled = clusters.flatMap(({ name, serviceEntries }) =>
    serviceEntries ? [{ cluster: name, everyMinutes: serviceEntries.everyMinutes }] : [],
  );
  return messageSchedules(scheduled, {
    ...{ id: 'EntrySchedule', name: `${prefix}-service-entries`, queue: 'EntriesQueue' },
    does: 'Compares the ServiceEntries of',
    requestOf: (cluster, run) => pollRequested(cluster, run, 'schedule'),
  });
}

export function pollInput(cluster: string) {
  return inputOf((run) => pollRequested(cluster, run, 'schedule'));
}
