import { readResources } from '../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { files as names } from '../../../shared/mesh/targets/envoy/translate/layout.ts';
import type {
  Endpoints,
  EnvoyResource,
  ProxyConfig,
} from '../../../shared/mesh/targets/envoy/translate/proxy.ts';

/** What the files of a proxy's ConfigMap say. */
export function proxyOfFiles(files: Readonly<Record<string, string>>): ProxyConfig {
  const inFiles = (prefix: string) =>
    Object.keys(files)
      .filter((file) => file.startsWith(prefix))
      .flatMap((file) => resourcesIn(files, file));
  return {
    listeners: resourcesIn(files, names.listeners),
    clusters: resourcesIn(files, names.clusters),
    routes: inFiles('rds-'),
    endpoints: inFiles('eds-') as unknown as readonly Endpoints[],
    secrets: inFiles('sds-'),
  };
}

function resourcesIn(files: Readonly<Record<string, string>>, file: string): readonly EnvoyResource[] {
  const read = readResources(files[file]);
  if (read === undefined) throw new Error(`expected resources in ${file}`);
  return read.resources.map(({ '@type': _, ...resource }) => resource as EnvoyResource);
}
