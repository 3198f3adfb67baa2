import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import { clustersFile } from '../../model/cluster-config.ts';
import { PermanentError } from '../../model/errors.ts';
import type { QueueName } from '../../model/events/route.ts';
import { describeFaults } from '../../model/faults.ts';

/** Of a function that only reads: it has no queue and sends no events. All its other settings are in clusters.yml. */
const reader = {
  TABLE_NAME: z.string().check(z.minLength(1)),
  CLUSTERS_FILE: z._default(z.string().check(z.minLength(1)), 'clusters.json'),
  LAMBDA_TASK_ROOT: z._default(z.string(), '.'),
  /** The functions' own account (from the deployment) and Region (from Lambda), which a cluster may name explicitly. */
  ACCOUNT_ID: z.optional(z.string()),
  AWS_REGION: z.optional(z.string()),
};
const readerEnvironment = z.object(reader);

/** Of the function that reports. The playground has no queue of undelivered events. */
const reportEnvironment = z.object({
  ...reader,
  PODS_DEAD_LETTER_QUEUE_URL: z.optional(z.url()),
  MESH_DEAD_LETTER_QUEUE_URL: z.optional(z.url()),
  ENTRIES_DEAD_LETTER_QUEUE_URL: z.optional(z.url()),
  UNDELIVERED_EVENTS_QUEUE_URL: z.optional(z.url()),
});
export type ReportEnvironment = z.output<typeof reportEnvironment>;

export function deadLetterUrls(environment: ReportEnvironment): readonly string[] {
  return [
    ...[environment.PODS_DEAD_LETTER_QUEUE_URL, environment.MESH_DEAD_LETTER_QUEUE_URL],
    ...[environment.ENTRIES_DEAD_LETTER_QUEUE_URL, environment.UNDELIVERED_EVENTS_QUEUE_URL],
  ].filter((url) => url !== undefined);
}
export type ReaderEnvironment = z.output<typeof readerEnvironment>;

/** Of a function that sweeps: it sends events, and no queue feeds it. */
const sweep = {
  ...reader,
  PODS_QUEUE_URL: z.url(),
  MESH_QUEUE_URL: z.url(),
  /** Of the functions that request ServiceEntries. */
  ENTRIES_QUEUE_URL: z.optional(z.url()),
};
const sweepEnvironment = z.object(sweep);
export type SweepEnvironment = z.output<typeof sweepEnvironment>;

const fed = { QUEUE_URL: z.url(), DEAD_LETTER_QUEUE_URL: z.url() };

/** Of a function that a queue feeds. */
const environment = z.object({ ...sweep, ...fed });
export type Environment = z.output<typeof environment>;

/** Of the function that writes ServiceEntries: it sends to its own queue only. */
const entriesEnvironment = z.object({ ...reader, ...fed });
export type EntriesEnvironment = z.output<typeof entriesEnvironment>;

/** The queues that events are sent to. */
export function requestUrls({
  PODS_QUEUE_URL,
  MESH_QUEUE_URL,
  ENTRIES_QUEUE_URL,
}: SweepEnvironment): Partial<Record<QueueName, string>> {
  return {
    pods: PODS_QUEUE_URL,
    mesh: MESH_QUEUE_URL,
    ...(ENTRIES_QUEUE_URL !== undefined && { entries: ENTRIES_QUEUE_URL }),
  };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Throws an error that names each variable that is missing or wrong. */
export function readEnvironment(env: Variables): Environment {
  return checked(environment, env);
}

/** Same as readEnvironment, for a function that only reads. */
export function readReaderEnvironment(env: Variables): ReaderEnvironment {
  return checked(readerEnvironment, env);
}

/** Same as readEnvironment, for the function that reports. */
export function readReportEnvironment(env: Variables): ReportEnvironment {
  return checked(reportEnvironment, env);
}

/** Same as readEnvironment, for a function that sweeps. */
export function readSweepEnvironment(env: Variables): SweepEnvironment {
  return checked(sweepEnvironment, env);
}

/** Same as readEnvironment, for the function that writes ServiceEntries. */
export function readEntriesEnvironment(env: Variables): EntriesEnvironment {
  return checked(entriesEnvironment, env);
}

/** A single check is not worth the code that zod generates for repeated ones. */
const once = { jitless: true } as const;

function checked<T>(schema: z.ZodMiniType<T>, env: Variables): T {
  const result = schema.safeParse(env, once);
  if (!result.success)
    throw new PermanentError(`environment of the function:\n${describeFaults(result.error)}`);
  return result.data;
}

/** The clusters as validated at packaging; parsed again so that no other form of them gets through. */
export function readClusters({
  CLUSTERS_FILE,
  LAMBDA_TASK_ROOT,
  ACCOUNT_ID: account,
  AWS_REGION: region,
}: ReaderEnvironment): ReadonlyMap<string, ClusterConfig> {
  const path = CLUSTERS_FILE.startsWith('/') ? CLUSTERS_FILE : join(LAMBDA_TASK_ROOT, CLUSTERS_FILE);
  const result = clustersFile.safeParse(JSON.parse(readFileSync(path, 'utf8')), once);
  if (!result.success) throw new PermanentError(`${path}:\n${describeFaults(result.error)}`);
  return new Map(
    result.data.clusters.map((cluster) => [cluster.name, { ...cluster, own: { account, region } }]),
  );
}

/** Finds a cluster; throws a PermanentError that names the known ones if it is not among them. */
export function clusterByName(clusters: ReadonlyMap<string, ClusterConfig>): (name: string) => ClusterConfig {
  return (name) => {
    const cluster = clusters.get(name);
    if (cluster !== undefined) return cluster;
    const known = [...clusters.keys()].join(', ');
    throw new PermanentError(`cluster is "${name}"; expected one that clusters.yml names: ${known}`);
  };
}
