import type { ClusterConfig } from '../model/cluster-config.ts';
import { type ChangedService, type CloudMapCall, changedService } from '../model/events/cloud-map-call.ts';
import { pollRequested, serviceChanged } from '../model/events/service-entry-requests.ts';
import type { EntryDependencies } from './entry-dependencies.ts';
import type { EntryRequest } from './sync-entries.ts';

/** Namespaces of services that were read, so that a busy service that nobody imports costs one call. */
const maxRemembered = 10_000;

/**
 * Requests of the clusters concerned what a recorded call of Cloud Map asks for: to read the service, or to list all if
 * services were created, changed or deleted. Who imports the service is in the records of what was last listed; of a
 * service that is in none of them, its namespace decides.
 */
export function cloudMapCallForwarder(deps: EntryDependencies): (call: CloudMapCall) => Promise<void> {
  const namespaceIds = new Map<string, string | undefined>();
  const namespaceIdOf = async (cluster: ClusterConfig, { serviceId, namespaceId }: ChangedService) => {
    if (namespaceId !== undefined) return namespaceId;
    if (!namespaceIds.has(serviceId)) {
      if (namespaceIds.size >= maxRemembered) namespaceIds.clear();
      namespaceIds.set(serviceId, await deps.catalog(cluster).namespaceIdOf(serviceId));
    }
    return namespaceIds.get(serviceId);
  };

  const requestOf = async (cluster: ClusterConfig, change: ChangedService): Promise<EntryRequest[]> => {
    const { serviceId, isOfService, atMs } = change;
    const known = await deps.entries.service(cluster.name, serviceId);
    if (known !== undefined && !known.isSelected && !isOfService) return [];
    if (known !== undefined && !isOfService) return [serviceChanged(cluster.name, serviceId, atMs)];
    const namespaceId = known?.namespaceId ?? (await namespaceIdOf(cluster, change));
    if (namespaceId === undefined) return [];
    const namespaces = await deps.entries.namespaces(cluster.name);
    const namespace = namespaces?.find(({ id }) => id === namespaceId);
    if (namespace?.isSelected === false) return [];
    const second = atMs - (atMs % 1_000);
    const reason = `a call changed service ${serviceId}`;
    return [pollRequested(cluster.name, `${serviceId} at ${second}`, reason, { namespaceId })];
  };

  return async (call) => {
    const change = changedService(call);
    if (change === undefined) return;
    const requests: EntryRequest[] = [];
    for (const cluster of deps.clusters)
      if (cluster.serviceEntries !== undefined && isPlaceOf(cluster, call))
        requests.push(...(await requestOf(cluster, change)));
    if (requests.length > 0) await deps.requests.send(requests);
  };
}

/** Whether the cluster reads Cloud Map in the account and Region of the call. Of what is not known, it may. */
function isPlaceOf({ cloudMap, own }: ClusterConfig, { account, region }: CloudMapCall): boolean {
  const place = {
    account: cloudMap.roleArn?.split(':')[4] ?? own?.account,
    region: cloudMap.region ?? own?.region,
  };
  return (place.account ?? account) === account && (place.region ?? region) === region;
}
