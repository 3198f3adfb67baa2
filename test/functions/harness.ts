import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type EmbeddedCloud, startCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import type { EksCluster } from '@eks-mesh-sync/embedded-aws/eks.ts';
import { sqsEvent } from '@eks-mesh-sync/embedded-aws/lambda/sqs-event.ts';
import type { AwsService } from '@eks-mesh-sync/embedded-aws/protocol.ts';
import type { FifoQueue } from '@eks-mesh-sync/embedded-aws/sqs/fifo-queue.ts';
import { queueUrl } from '@eks-mesh-sync/embedded-aws/sqs/service.ts';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import { playground } from '../../playground/topology.ts';
import { Listings } from '../../shared/adapters/dynamodb/listings.ts';
import { Table } from '../../shared/adapters/dynamodb/table.ts';

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

export const queueName = (name: string) => `${playground.eventBus}-${name}.fifo`;

/** The embedded cloud without functions: the test plays the poller, so that a batch holds what the test wants. */
export async function cloudWithoutFunctions(
  service: AwsService,
  cluster?: EksCluster,
): Promise<EmbeddedCloud> {
  const cloud = await startCloud({
    port: 0,
    topology: { ...playground, functions: [], mappings: [] },
    ...(cluster && { cluster }),
    handlers: {},
    services: [service],
    log: () => {},
  });
  await noteListed(cloud);
  return cloud;
}

/** As a relay has listed the kinds of the cluster `local`: pods need not wait for its meshes. */
async function noteListed({ url }: EmbeddedCloud): Promise<void> {
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const client = new DynamoDBClient({ endpoint: url, region: 'us-west-2', credentials });
  const listings = new Listings(new Table(client, playground.table), Date.now);
  for (const kind of ['Mesh', 'Namespace']) await listings.noteListed('local', kind);
  client.destroy();
}

/** A new folder with the clusters.json of the cluster `local`. */
export function folderWithClusters(local: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'functions-'));
  writeFileSync(join(folder, 'clusters.json'), JSON.stringify({ clusters: [{ name: 'local', ...local }] }));
  return folder;
}

/** What a function that reads the queue has for its environment; it reads it once, when its module is loaded. */
export function stubEnvironment(cloud: EmbeddedCloud, queue: string, folder: string): void {
  const environment = {
    TABLE_NAME: playground.table,
    PODS_QUEUE_URL: queueUrl(cloud.url, queueName('pods')),
    ENTRIES_QUEUE_URL: queueUrl(cloud.url, queueName('service-entries')),
    MESH_QUEUE_URL: queueUrl(cloud.url, queueName('mesh')),
    QUEUE_URL: queueUrl(cloud.url, queueName(queue)),
    DEAD_LETTER_QUEUE_URL: queueUrl(cloud.url, queueName(`${queue}-dead-letters`)),
    LAMBDA_TASK_ROOT: folder,
    AWS_ENDPOINT_URL: cloud.url,
    AWS_REGION: 'us-west-2',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    POWERTOOLS_SERVICE_NAME: 'eks-mesh-sync',
    POWERTOOLS_DEV: 'true', // the logger then writes by the console that the test watches
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
}

/** Nothing is printed; a test may read what would have been. */
export function quiet(): void {
  for (const method of ['log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation(() => {});
}

export function lambdaContext(remainingMs = 60_000): Context {
  return {
    functionName: 'f',
    awsRequestId: 'r',
    getRemainingTimeInMillis: () => remainingMs,
  } as Context;
}

/**
 * As the event source mapping does: one batch, of which what is not reported is deleted. Answers the groups of all its
 * messages and of those that are retried.
 */
export async function deliverBatch(
  queue: FifoQueue,
  handler: QueueHandler,
  { remainingMs, receipts }: { readonly remainingMs?: number; readonly receipts?: number } = {},
): Promise<{ groups: string[]; again: (string | undefined)[] }> {
  const messages = queue.receive({ maximum: 10 });
  const handles = messages.map(({ id, flight }) => [id, flight?.receiptHandle ?? ''] as const);
  const event = JSON.parse(sqsEvent(queue, messages)) as SQSEvent;
  for (const { attributes } of event.Records)
    attributes.ApproximateReceiveCount = String(receipts ?? attributes.ApproximateReceiveCount);
  const { batchItemFailures } = await handler(event, lambdaContext(remainingMs));
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const [id, handle] of handles) if (!failed.has(id)) queue.delete(handle);
  const groups = new Map(messages.map(({ id, groupId }) => [id, groupId]));
  return { groups: [...groups.values()], again: [...failed].map((id) => groups.get(id)) };
}
