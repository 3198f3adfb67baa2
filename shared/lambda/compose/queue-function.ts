import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { QueueAdapter } from '../../adapters/aws/sqs/queue.ts';
import { RequestQueues } from '../../adapters/aws/sqs/request-queues.ts';
import { withoutLogger } from '../../adapters/aws/without-logger.ts';
import { DeadLetters } from '../../adapters/dynamodb/dead-letters.ts';
import { Table } from '../../adapters/dynamodb/table.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import type { ObservingDependencies } from '../../ports/ports.ts';
import type { Environment } from './environment.ts';
import { clusterByName, readClusters, readEnvironment, requestUrls } from './environment.ts';
import { storesOf } from './stores.ts';

/** A hanging queue request would hang the batch; it is sent again, and delivered once. */
export const queueTimeouts = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

export interface System<Of> {
  readonly deps: Of;
  readonly queue: QueueAdapter;
  readonly deadLetters: DeadLetters;
}

/**
 * Builds what both queue-fed functions share, once per execution environment. Clients are created once and kept,
 * because creating one costs a connection and a credentials lookup.
 */
export function composeQueueFunction(
  env: Readonly<Record<string, string | undefined>>,
): System<ObservingDependencies> & { readonly table: Table; readonly clusters: readonly ClusterConfig[] } {
  const environment = readEnvironment(env);
  const clusters = readClusters(environment);
  const sqs = withoutLogger(new SQSClient({ requestHandler: queueTimeouts }));
  const table = new Table(new DynamoDBClient({}), environment.TABLE_NAME);
  return {
    deps: dependenciesOf(environment, clusters, table, sqs),
    queue: new QueueAdapter(sqs, environment.QUEUE_URL, environment.DEAD_LETTER_QUEUE_URL),
    deadLetters: new DeadLetters(table, () => Date.now()),
    table,
    clusters: [...clusters.values()],
  };
}

function dependenciesOf(
  environment: Environment,
  clusters: ReadonlyMap<string, ClusterConfig>,
  table: Table,
  sqs: SQSClient,
): ObservingDependencies {
  const now = () => Date.now();
  return {
    clock: { now, sleep: (milliseconds) => sleep(milliseconds) },
    ...storesOf(table, now),
    requests: new RequestQueues(sqs, requestUrls(environment)),
    cluster: clusterByName(clusters),
  };
}
