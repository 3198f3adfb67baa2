import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type ClusterConfig, clustersFile, describeFaults } from '../model/cluster-config.ts';
import { PermanentError } from '../model/errors.ts';

/** What a function is told from outside. Everything else it needs is in clusters.yml. */
const environment = z.object({
  TABLE_NAME: z.string().min(1),
  EVENT_BUS_NAME: z.string().min(1),
  QUEUE_URL: z.url(),
  DEAD_LETTER_QUEUE_URL: z.url(),
  CLUSTERS_FILE: z.string().min(1).default('clusters.json'),
  LAMBDA_TASK_ROOT: z.string().default('.'),
});
export type Environment = z.output<typeof environment>;

/** Throws an error that names each variable that is missing or wrong. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const result = environment.safeParse(env);
  if (!result.success)
    throw new PermanentError(`environment of the function:\n${describeFaults(result.error)}`);
  return result.data;
}

/** The clusters as they were validated at packaging; read anew so that no other form of them can slip in. */
export function readClusters({
  CLUSTERS_FILE,
  LAMBDA_TASK_ROOT,
}: Environment): ReadonlyMap<string, ClusterConfig> {
  const path = CLUSTERS_FILE.startsWith('/') ? CLUSTERS_FILE : join(LAMBDA_TASK_ROOT, CLUSTERS_FILE);
  const result = clustersFile.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!result.success) throw new PermanentError(`${path}:\n${describeFaults(result.error)}`);
  return new Map(result.data.clusters.map((cluster) => [cluster.name, cluster]));
}
