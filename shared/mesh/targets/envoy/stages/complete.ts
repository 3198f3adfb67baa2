import { files as fileNames } from '../translate/layout.ts';
import { namedIn } from './named-in.ts';
import {
  type Files,
  isRoutes,
  nameOf,
  type Resource,
  readResources,
  resourcesText,
} from './resource-file.ts';

const clusterType = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';
const endpointsType = 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment';

/** The files with all clusters and files that they name: the live ones, else such without endpoints, which answer 503. */
export function complete(desired: Files, live: Files): Files {
  return withSupplements(withClusters(desired, live), live);
}

function withClusters(desired: Files, live: Files): Files {
  const { version = '', resources = [] } = readResources(desired[fileNames.clusters]) ?? {};
  const defined = new Set(resources.map(nameOf));
  const missing = [...clustersNamed(desired)].filter((name) => !defined.has(name)).sort();
  if (missing.length === 0) return desired;
  const present = readResources(live[fileNames.clusters])?.resources ?? [];
  const added = missing.map(
    (name) => present.find((cluster) => nameOf(cluster) === name) ?? emptyCluster(name),
  );
  return {
    ...desired,
    [fileNames.clusters]: resourcesText({ version, resources: [...resources, ...added] }),
  };
}

function clustersNamed(files: Files): ReadonlySet<string> {
  const naming = Object.keys(files).filter((file) => file === fileNames.listeners || isRoutes(file));
  return namedIn(naming.map((file) => readResources(files[file])?.resources)).clusters;
}

function emptyCluster(name: string): Resource {
  return {
    '@type': clusterType,
    ...{ name, type: 'STATIC', connect_timeout: '1s' },
    load_assignment: { cluster_name: name, endpoints: [] },
  };
}

function withSupplements(desired: Files, live: Files): Files {
  const naming = [fileNames.listeners, fileNames.clusters];
  const named = namedIn(naming.map((file) => readResources(desired[file])?.resources)).files;
  const missing = [...named].filter((file) => desired[file] === undefined).sort();
  const added = missing.flatMap((file) => {
    const text = live[file] ?? emptyEndpoints(file);
    return text === undefined ? [] : [[file, text] as const];
  });
  return added.length === 0 ? desired : { ...desired, ...Object.fromEntries(added) };
}

function emptyEndpoints(file: string): string | undefined {
  const name = /^eds-(.*)\.json$/.exec(file)?.[1];
  if (name === undefined) return undefined;
  const assignment = { '@type': endpointsType, cluster_name: name, endpoints: [] };
  return resourcesText({ version: 'without endpoints', resources: [assignment] });
}
