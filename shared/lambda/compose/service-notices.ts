import type { ClusterConfig } from '../../model/cluster-config.ts';
import { targetOf } from '../../model/target.ts';
import { ServiceChangeNotices } from '../../pods/service-notices.ts';
import type { ObservingDependencies } from '../../ports/ports.ts';
import type { OwnChange, ServiceNotices } from '../../ports/service-notices.ts';
import { mayImport } from '../../service-entries/plan/selection.ts';

/** Undefined if no cluster has ServiceEntries: then nothing of it costs anything. */
export function serviceNotices(
  deps: Pick<ObservingDependencies, 'clock' | 'requests'>,
  clusters: readonly ClusterConfig[],
): ServiceNotices | undefined {
  const importing = clusters.filter(({ serviceEntries }) => serviceEntries !== undefined);
  if (importing.length === 0) return undefined;
  const importersOf = (change: OwnChange) =>
    importing.filter((cluster) => isImporter(cluster, change)).map(({ name }) => name);
  return new ServiceChangeNotices({ ...deps, importersOf });
}

/** By the names; tags are for its writer to check. A cluster's own pods are endpoints only if it asks for that. */
function isImporter(cluster: ClusterConfig, { cluster: own, service }: OwnChange): boolean {
  const { serviceEntries: options, name } = cluster;
  if (options === undefined || targetOf(cluster) !== service.target) return false;
  return (name !== own || options.importOwnPods) && mayImport(options, service);
}
