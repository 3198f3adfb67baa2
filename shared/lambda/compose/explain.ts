import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CloudMapDiscovery } from '../../adapters/aws/cloud-map-discovery.ts';
import { CloudMapLookup } from '../../adapters/aws/cloud-map-lookup.ts';
import { CloudMapReader } from '../../adapters/aws/cloud-map-reader.ts';
import { Claims } from '../../adapters/dynamodb/claims.ts';
import { ClusterObjects } from '../../adapters/dynamodb/cluster-objects.ts';
import { DeadLetters } from '../../adapters/dynamodb/dead-letters.ts';
import { Drains } from '../../adapters/dynamodb/drains.ts';
import { MeshClaims } from '../../adapters/dynamodb/mesh-claims.ts';
import { MeshRuns } from '../../adapters/dynamodb/mesh-runs.ts';
import { MeshStatuses } from '../../adapters/dynamodb/mesh-statuses.ts';
import { Pods } from '../../adapters/dynamodb/pods.ts';
import { Reports } from '../../adapters/dynamodb/reports.ts';
import { ServiceEntries } from '../../adapters/dynamodb/service-entries.ts';
import { Services } from '../../adapters/dynamodb/services.ts';
import { Table } from '../../adapters/dynamodb/table.ts';
import type { ObjectDependencies } from '../../explain/object-dependencies.ts';
import { placeIn } from '../../model/commands/place-in.ts';
import { perCloudMap } from './cloud-map.ts';
import { clusterByName, readClusters, readReaderEnvironment } from './environment.ts';
import { explainedEntries } from './explained-entries.ts';
import { meshRules } from './mesh-rules.ts';

/** Builds the dependencies of `explain`: no queue, nothing that writes. */
export function composeExplain(env: Readonly<Record<string, string | undefined>>): ObjectDependencies {
  const environment = readReaderEnvironment(env);
  const clusters = readClusters(environment);
  const table = new Table(new DynamoDBClient({}), environment.TABLE_NAME);
  const now = () => Date.now();
  return {
    place: placeIn(env),
    clock: { now },
    pods: new Pods(table, now),
    claims: new Claims(table),
    objects: new ClusterObjects(table, now),
    meshClaims: new MeshClaims(table),
    statuses: new MeshStatuses(table),
    meshRuns: new MeshRuns(table),
    services: new Services(table),
    deadLetters: new DeadLetters(table, now),
    reports: new Reports(table),
    drains: new Drains(table),
    cloudMap: perCloudMap((client, hostedZones) => new CloudMapLookup(client, hostedZones)),
    cloudMapReader: perCloudMap((client) => new CloudMapReader(client)),
    discovery: perCloudMap((client) => new CloudMapDiscovery(client)),
    serviceEntries: new ServiceEntries(table),
    ...explainedEntries(),
    meshRules,
    cluster: clusterByName(clusters),
    clusters: [...clusters.values()],
  };
}
