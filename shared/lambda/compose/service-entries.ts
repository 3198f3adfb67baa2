import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { CloudMapCatalog } from '../../adapters/aws/cloud-map-catalog.ts';
import { QueueAdapter } from '../../adapters/aws/sqs/queue.ts';
import { RequestQueues } from '../../adapters/aws/sqs/request-queues.ts';
import { withoutLogger } from '../../adapters/aws/without-logger.ts';
import { DeadLetters } from '../../adapters/dynamodb/dead-letters.ts';
import { ServiceEntries } from '../../adapters/dynamodb/service-entries.ts';
import { Services } from '../../adapters/dynamodb/services.ts';
import { Table } from '../../adapters/dynamodb/table.ts';
import { messageGroupOf } from '../../model/events/route.ts';
import type { EntryDependencies } from '../../service-entries/entry-dependencies.ts';
import { laterMessage } from '../received-message.ts';
import { perPacedCloudMap } from './cloud-map.ts';
import { perKubernetesObjects } from './cluster.ts';
import { clusterByName, readClusters, readEntriesEnvironment } from './environment.ts';
import { queueTimeouts, type System } from './queue-function.ts';

/** A comparison has most of a minute; Cloud Map's rates for listing are its longest wait. */
const maxWaitMs = 10_000;

/** Builds the dependencies of `sync-service-entries`: its queue, the table, Cloud Map and the clusters' objects. */
export function composeServiceEntries(
  env: Readonly<Record<string, string | undefined>>,
): System<EntryDependencies> {
  const environment = readEntriesEnvironment(env);
  const clusters = readClusters(environment);
  const sqs = withoutLogger(new SQSClient({ requestHandler: queueTimeouts }));
  const table = new Table(new DynamoDBClient({}), environment.TABLE_NAME);
  const queue = new QueueAdapter(sqs, environment.QUEUE_URL, environment.DEAD_LETTER_QUEUE_URL);
  const now = () => Date.now();
  return {
    queue,
    deadLetters: new DeadLetters(table, now),
    deps: {
      clock: { now },
      entries: new ServiceEntries(table),
      services: new Services(table),
      catalog: perPacedCloudMap({ table, maxWaitMs }, (client) => new CloudMapCatalog(client)),
      kubernetesObjects: perKubernetesObjects(),
      requests: new RequestQueues(sqs, { entries: environment.QUEUE_URL }),
      later: (event, dueAtMs) =>
        queue.send([laterMessage({ group: messageGroupOf(event), body: JSON.stringify(event) }, dueAtMs)]),
      newToken: randomUUID,
      report: reporter(),
      cluster: clusterByName(clusters),
      clusters: [...clusters.values()],
    },
  };
}

/** There is a comparison every minute: logged is one that changed or could not do something, or found something else. */
function reporter(): EntryDependencies['report'] {
  return (cluster, report, former) => {
    const { written, deleted, refusedDeletions, failures = [], counts } = report;
    const isNews = JSON.stringify(counts) !== JSON.stringify(former?.counts ?? {});
    if (written + deleted + failures.length > 0 || isNews)
      new Logger().info('compared ServiceEntries', { cluster, report });
    const findings = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const metrics = new Metrics({ namespace: 'eks-mesh-sync' });
    if (findings > 0) metrics.singleMetric().addMetric('EntryFindings', MetricUnit.Count, findings);
    if (refusedDeletions > 0)
      metrics.singleMetric().addMetric('EntryDeletionsRefused', MetricUnit.Count, refusedDeletions);
  };
}
