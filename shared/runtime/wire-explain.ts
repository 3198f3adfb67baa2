import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CloudMapAdapter } from '../aws/cloud-map.ts';
import { CloudMapDiscovery } from '../aws/cloud-map-discovery.ts';
import { CloudMapReader } from '../aws/cloud-map-reader.ts';
import { Claims } from '../state/claims.ts';
import { MeshObjects } from '../state/mesh.ts';
import { MeshClaims } from '../state/mesh-claims.ts';
import { MeshRuns } from '../state/mesh-runs.ts';
import { MeshStatuses } from '../state/mesh-statuses.ts';
import { Pods } from '../state/pods.ts';
import { PutAsideNotes } from '../state/put-aside.ts';
import { Reports } from '../state/reports.ts';
import { Services } from '../state/services.ts';
import { Table } from '../state/table.ts';
import type { ExplainWorld } from '../sync/explain-ports.ts';
import type { StatusRecord } from '../sync/mesh-ports.ts';
import type { SweepReport } from '../sync/sweep-ports.ts';
import { clusterByName, readClusters, readReaderEnvironment } from './environment.ts';
import { perCloudMap } from './wire-cloud-map.ts';

/** Builds what `explain` reads: no queue, nothing that writes. */
export function wireExplain(env: Readonly<Record<string, string | undefined>>): ExplainWorld {
  const environment = readReaderEnvironment(env);
  const clusters = readClusters(environment);
  const table = new Table(new DynamoDBClient({}), environment.TABLE_NAME);
  const now = () => Date.now();
  return {
    clock: { now },
    pods: new Pods(table, now),
    claims: new Claims(table),
    mesh: new MeshObjects(table, now),
    meshClaims: new MeshClaims(table),
    statuses: new MeshStatuses<StatusRecord>(table),
    meshRuns: new MeshRuns(table),
    services: new Services(table),
    putAside: new PutAsideNotes(table, now),
    reports: new Reports<SweepReport>(table),
    cloudMap: perCloudMap((client, hostedZones) => new CloudMapAdapter(client, hostedZones)),
    cloudMapReader: perCloudMap((client) => new CloudMapReader(client)),
    discovery: perCloudMap((client) => new CloudMapDiscovery(client)),
    cluster: clusterByName(clusters),
    clusters: [...clusters.values()],
  };
}
