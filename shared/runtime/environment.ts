import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type ClusterConfig, clustersFile, describeFaults } from '../model/cluster-config.ts';
import { PermanentError } from '../model/errors.ts';
import type { QueueName } from '../model/event-route.ts';

/** What a function is told from outside. Everything else it needs is in clusters.yml. */
const environment = z.object({
  TABLE_NAME: z.string().min(1),
  /** Queues that events are sent to; QUEUE_URL is the one that feeds the function. */
  PODS_QUEUE_URL: z.url(),
  MESH_QUEUE_URL: z.url(),
  QUEUE_URL: z.url(),
  DEAD_LETTER_QUEUE_URL: z.url(),
  CLUSTERS_FILE: z.string().min(1).default('clusters.json'),
  LAMBDA_TASK_ROOT: z.string().default('.'),
  /** The functions' own account, by the deployment, and Region, by Lambda: a cluster may spell them out. */
  ACCOUNT_ID: z.string().optional(),
  AWS_REGION: z.string().optional(),
});
export type Environment = z.output<typeof environment>;

/** Of a function that only reads: it has no queue and sends no events. */
const readerEnvironment = environment.pick({
  TABLE_NAME: true,
  CLUSTERS_FILE: true,
  LAMBDA_TASK_ROOT: true,
  ACCOUNT_ID: true,
  AWS_REGION: true,
});
export type ReaderEnvironment = z.output<typeof readerEnvironment>;

/** Of a function that sweeps: it sends events, and no queue feeds it. */
const sweepEnvironment = environment.omit({ QUEUE_URL: true, DEAD_LETTER_QUEUE_URL: true });
export type SweepEnvironment = z.output<typeof sweepEnvironment>;

/** The queues that events are sent to. */
export function requestUrls({ PODS_QUEUE_URL, MESH_QUEUE_URL }: SweepEnvironment): Record<QueueName, string> {
  return { pods: PODS_QUEUE_URL, mesh: MESH_QUEUE_URL };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Throws an error that names each variable that is missing or wrong. */
export function readEnvironment(env: Variables): Environment {
  return checked(environment, env);
}

/** Likewise. */
export function readReaderEnvironment(env: Variables): ReaderEnvironment {
  return checked(readerEnvironment, env);
}

/** Likewise. */
export function readSweepEnvironment(env: Variables): SweepEnvironment {
  return checked(sweepEnvironment, env);
}

function checked<T>(schema: z.ZodType<T>, env: Variables): T {
  const result = schema.safeParse(env);
  if (!result.success)
    throw new PermanentError(`environment of the function:\n${describeFaults(result.error)}`);
  return result.data;
}

/** The clusters as they were validated at packaging; read anew so that no other form of them can slip in. */
export function readClusters({
  CLUSTERS_FILE,
  LAMBDA_TASK_ROOT,
  ACCOUNT_ID: account,
  AWS_REGION: region,
}: ReaderEnvironment): ReadonlyMap<string, ClusterConfig> {
  const path = CLUSTERS_FILE.startsWith('/') ? CLUSTERS_FILE : join(LAMBDA_TASK_ROOT, CLUSTERS_FILE);
  const result = clustersFile.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!result.success) throw new PermanentError(`${path}:\n${describeFaults(result.error)}`);
  return new Map(
    result.data.clusters.map((cluster) => [cluster.name, { ...cluster, own: { account, region } }]),
  );
}

/** Looks a cluster up; a PermanentError that names the known ones where it is not among them. */
export function clusterByName(clusters: ReadonlyMap<string, ClusterConfig>): (name: string) => ClusterConfig {
  return (name) => {
    const cluster = clusters.get(name);
    if (cluster !== undefined) return cluster;
    const known = [...clusters.keys()].join(', ');
    throw new PermanentError(`cluster is "${name}"; expected one that clusters.yml names: ${known}`);
  };
}
