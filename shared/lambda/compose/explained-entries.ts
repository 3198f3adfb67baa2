import { CloudMapCatalog } from '../../adapters/aws/cloud-map-catalog.ts';
import type { ExplainDependencies } from '../../ports/explain-ports.ts';
import { perCloudMap } from './cloud-map.ts';
import { perKubernetesObjects } from './cluster.ts';

/** What explains ServiceEntries. A deployment of which no cluster imports any is packaged without it. */
export const explainedEntries = (): Pick<ExplainDependencies, 'catalog' | 'kubernetesObjects'> => ({
  catalog: perCloudMap((client) => new CloudMapCatalog(client)),
  kubernetesObjects: perKubernetesObjects(),
});
