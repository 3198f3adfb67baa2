import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CallCounter } from '../../adapters/aws/call-counter.ts';
import { CloudMapAdapter } from '../../adapters/aws/cloud-map.ts';
import { CloudMapReader } from '../../adapters/aws/cloud-map-reader.ts';
import { RequestQueues } from '../../adapters/aws/sqs/request-queues.ts';
import { MeshRuns } from '../../adapters/dynamodb/mesh-runs.ts';
import { MeshStatuses } from '../../adapters/dynamodb/mesh-statuses.ts';
import { Reports } from '../../adapters/dynamodb/reports.ts';
import { Table } from '../../adapters/dynamodb/table.ts';
import { ClusterReader } from '../../adapters/kubernetes/cluster-reader.ts';
import type { SweepDependencies } from '../../ports/sweep-ports.ts';
import { InstanceMemory } from '../../sweep/instance-memory.ts';
import { perPacedCloudMap } from './cloud-map.ts';
import { connectCluster } from './cluster.ts';
import { clusterByName, readClusters, readSweepEnvironment, requestUrls } from './environment.ts';
import { storesOf } from './stores.ts';

/** Nothing is retried automatically here, and a sweep has minutes. */
const maxWaitMs = 30_000;

/** Builds the dependencies of `sweep` and `resync`: readers of clusters and Cloud Map, the table, the event queues. */
export function composeSweep(
  env: Readonly<Record<string, string | undefined>>,
  { keepsLists }: { readonly keepsLists: boolean },
): SweepDependencies {
  const environment = readSweepEnvironment(env);
  const clusters = readClusters(environment);
  const counter = new CallCounter();
  const table = new Table(new DynamoDBClient({}), environment.TABLE_NAME);
  const now = () => Date.now();
  const pacing = { table, maxWaitMs };
  return {
    clock: { now, sleep: (milliseconds) => sleep(milliseconds) },
    ...storesOf(table, now),
    reports: new Reports(table),
    meshRuns: new MeshRuns(table),
    statuses: new MeshStatuses(table),
    requests: new RequestQueues(counter.watch(new SQSClient({})), requestUrls(environment)),
    cloudMap: perPacedCloudMap(pacing, (client, hostedZones) => new CloudMapAdapter(client, hostedZones)),
    cloudMapReader: perPacedCloudMap(pacing, (client) => new CloudMapReader(counter.watch(client))),
    instanceLists: keepsLists ? new InstanceMemory({ now }) : undefined,
    clusterReader: new ClusterReader(
      (cluster) => connectCluster(cluster, (client) => counter.watch(client)),
      counter.count,
    ),
    calls: () => counter.snapshot(),
    cluster: clusterByName(clusters),
  };
}
