import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { dynamoDbService } from '@eks-mesh-sync/embedded-aws/dynamodb/service.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { inProcessOptions } from '@eks-mesh-sync/embedded-aws/engine/in-process.ts';
import { expect, it } from 'vitest';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { Table } from '../../shared/adapters/dynamodb/table.ts';
import { storesOf } from '../../shared/lambda/compose/stores.ts';
import { handleFifoBatch } from '../../shared/lambda/fifo-batch.ts';
import { podHandling } from '../../shared/lambda/pod-handling.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { aDependencies } from '../fakes/world.ts';
import { readyPod, services } from '../pacing/rollout-pods.ts';
import { recordOf } from '../pacing/rollout-queue.ts';

const [config] = clustersFile.parse({
  clusters: [{ name: 'local', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } }],
}).clusters;

/** The real stores on an embedded table; counts its requests. */
async function countedTable() {
  const requests = new Map<string, number>();
  const service = await dynamoDbService('table');
  const client = new DynamoDBClient(
    inProcessOptions(async ({ headers, body }) => {
      const operation = headers['x-amz-target']?.split('.')[1] ?? '';
      requests.set(operation, (requests.get(operation) ?? 0) + 1);
      const url = new URL('http://embedded.invalid/');
      return service.handle(operation, {
        method: 'POST',
        url,
        headers,
        body: Buffer.from(body),
        requestId: '1',
      });
    }),
  );
  return { stores: storesOf(new Table(client, 'table'), () => Date.now()), requests };
}

it('the pods of a batch read with few requests what they need', async () => {
  if (config === undefined) throw new Error('there is one cluster');
  const { stores, requests } = await countedTable();
  const clock = new VirtualClock();
  const cloudMap = new CloudMap({ clock, settings: { rates: {} } });
  const adapter = new CloudMapAdapter(new ServiceDiscoveryClient(inProcessClientOptions(cloudMap)));
  cloudMap.handle('CreateHttpNamespace', { Name: 'shop.local' });
  clock.advance(5_000);
  const { deps } = aDependencies();
  const handling = podHandling({ ...deps, ...stores, cloudMap: () => adapter, cluster: () => config });
  const handle = (from: number, count: number) =>
    handleFifoBatch(
      Array.from({ length: count }, (_, index) => {
        const body = readyPod(from + index, false, false);
        const id = String(from + index);
        return recordOf({ id, group: body.group, body, visibleAtMs: 0, receipts: 1, isInFlight: true });
      }),
      {
        queue: {
          hide: async () => new Set(),
          delete: async () => {},
          send: async () => {},
          deadLetter: async () => {},
        },
        ...{
          notes: { note: async () => {} },
          handling,
          clock: deps.clock,
          remainingTimeMs: () => 60_000,
        },
        ...{ onFailure: ({ error }) => expect.fail(String(error)), onMisrouted: () => {} },
      },
    );
  await handle(0, services);
  requests.clear();
  await handle(services, 10);
  const { GetItem = 0, BatchGetItem = 0, Query, PutItem, UpdateItem } = Object.fromEntries(requests);
  expect({ Query, PutItem, UpdateItem }).toEqual({ Query: 2, PutItem: 10, UpdateItem: 30 });
  expect(GetItem + BatchGetItem).toBeLessThanOrEqual(7);
});
