import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CallCounter } from '../aws/call-counter.ts';
import { CloudMapAdapter } from '../aws/cloud-map.ts';
import { CloudMapReader } from '../aws/cloud-map-reader.ts';
import { RequestQueues } from '../aws/request-queues.ts';
import { ClusterReader } from '../kubernetes/cluster-reader.ts';
import { Claims } from '../state/claims.ts';
import { Listings } from '../state/listings.ts';
import { MeshObjects } from '../state/mesh.ts';
import { MeshRuns } from '../state/mesh-runs.ts';
import { MeshStatuses } from '../state/mesh-statuses.ts';
import { Pods } from '../state/pods.ts';
import { Reports } from '../state/reports.ts';
import { Services } from '../state/services.ts';
import { Table } from '../state/table.ts';
import { UsedServices } from '../state/used-services.ts';
import { WaitingPods } from '../state/waiting-pods.ts';
import { InstanceMemory } from '../sync/instance-memory.ts';
import type { StatusRecord } from '../sync/mesh-ports.ts';
import type { SweepReport, SweepWorld } from '../sync/sweep-ports.ts';
import { clusterByName, readClusters, readSweepEnvironment, requestUrls } from './environment.ts';
import { perPacedCloudMap } from './wire-cloud-map.ts';
import { connectCluster } from './wire-cluster.ts';

/** Nothing comes again by itself here, and a sweep has minutes. */
const patienceMs = 30_000;

/** Builds what `sweep` and `resync` use: readers of clusters and of Cloud Map, the table, the queues to send to. */
export function wireSweep(
  env: Readonly<Record<string, string | undefined>>,
  { keepsLists }: { readonly keepsLists: boolean },
): SweepWorld {
  const environment = readSweepEnvironment(env);
  const clusters = readClusters(environment);
  const counter = new CallCounter();
  const table = new Table(new DynamoDBClient({}), environment.TABLE_NAME);
  const now = () => Date.now();
  const pacing = { table, patienceMs };
  return {
    clock: { now, sleep: (milliseconds) => sleep(milliseconds) },
    pods: new Pods(table, now),
    claims: new Claims(table),
    mesh: new MeshObjects(table, now),
    services: new Services(table),
    usedServices: new UsedServices(table),
    waitingPods: new WaitingPods(table, now),
    listings: new Listings(table, now),
    reports: new Reports<SweepReport>(table),
    meshRuns: new MeshRuns(table),
    statuses: new MeshStatuses<StatusRecord>(table),
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
