import { pollRequested } from '../model/events/service-entry-requests.ts';
import type { SweepDependencies } from '../ports/sweep-ports.ts';

/** Requests that all ServiceEntries of the cluster are compared with all of Cloud Map, if it has any. */
export async function requestEntries(
  { cluster, requests }: Pick<SweepDependencies, 'cluster' | 'requests'>,
  name: string,
  run: string,
): Promise<void> {
  if (cluster(name).serviceEntries === undefined) return;
  await requests.send([pollRequested(name, run, 'resync', { isFull: true })]);
}
