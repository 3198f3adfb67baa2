import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CloudMapCatalog } from '../../adapters/aws/cloud-map-catalog.ts';
import { DeadLetterQueueCounts } from '../../adapters/aws/sqs/dead-letter-queues.ts';
import { Claims } from '../../adapters/dynamodb/claims.ts';
import { ClusterObjects } from '../../adapters/dynamodb/cluster-objects.ts';
import { DeadLetters } from '../../adapters/dynamodb/dead-letters.ts';
import { Drains } from '../../adapters/dynamodb/drains.ts';
import { Listings } from '../../adapters/dynamodb/listings.ts';
import { MeshRuns } from '../../adapters/dynamodb/mesh-runs.ts';
import { MeshStatuses } from '../../adapters/dynamodb/mesh-statuses.ts';
import { Pods } from '../../adapters/dynamodb/pods.ts';
import { Reports } from '../../adapters/dynamodb/reports.ts';
import { ServiceEntries } from '../../adapters/dynamodb/service-entries.ts';
import { Services } from '../../adapters/dynamodb/services.ts';
import { Table } from '../../adapters/dynamodb/table.ts';
import { UsedServices } from '../../adapters/dynamodb/used-services.ts';
import { placeIn } from '../../model/commands/place-in.ts';
import type { ReportDependencies } from '../../ports/report-ports.ts';
import { perCloudMap } from './cloud-map.ts';
import { clusterByName, deadLetterUrls, readClusters, readReportEnvironment } from './environment.ts';
import { queueTimeouts } from './queue-function.ts';

/** Builds the dependencies of `report`: the table, DiscoverInstances and the sizes of the dead-letter queues, nothing that writes. */
export function composeReport(env: Readonly<Record<string, string | undefined>>): ReportDependencies {
  const environment = readReportEnvironment(env);
  const clusters = readClusters(environment);
  const table = new Table(new DynamoDBClient({}), environment.TABLE_NAME);
  const now = () => Date.now();
  return {
    clock: { now },
    pods: new Pods(table, now),
    claims: new Claims(table),
    objects: new ClusterObjects(table, now),
    statuses: new MeshStatuses(table),
    meshRuns: new MeshRuns(table),
    services: new Services(table),
    usedServices: new UsedServices(table),
    serviceEntries: new ServiceEntries(table),
    deadLetters: new DeadLetters(table, now),
    deadLetterQueues: new DeadLetterQueueCounts(
      new SQSClient({ requestHandler: queueTimeouts }),
      deadLetterUrls(environment),
    ),
    reports: new Reports(table),
    drains: new Drains(table),
    relay: new Listings(table, now),
    catalog: perCloudMap((client) => new CloudMapCatalog(client)),
    cluster: clusterByName(clusters),
    clusters: [...clusters.values()],
    place: placeIn(env),
  };
}
