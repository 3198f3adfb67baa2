import { rmSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { playground } from '../../../playground/topology.ts';
import { Services } from '../../../shared/adapters/dynamodb/services.ts';
import type { ItemKey } from '../../../shared/adapters/dynamodb/table.ts';
import { Table } from '../../../shared/adapters/dynamodb/table.ts';
import { UsedServices } from '../../../shared/adapters/dynamodb/used-services.ts';
import { aPodObject, podEvent } from '../../fakes/objects.ts';
import type { QueueHandler } from '../../functions/harness.ts';
import {
  cloudWithoutFunctions,
  deliverBatch,
  folderWithClusters,
  lambdaContext,
  queueName,
  quiet,
  stubEnvironment,
} from '../../functions/harness.ts';
import type { Statement } from './template.ts';
import { packageTemplate, resourcesOf } from './template.ts';

/** What a sweep writes to the table is what its role lets it write: the embedded DynamoDB asks nobody. */
const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies, customHealthAfterMs: 0, rates: {} } });
let cloud: EmbeddedCloud;
let folder: string;
let syncPods: QueueHandler;
let sweep: (event: unknown, context: never) => Promise<unknown>;
let table: Table;

beforeAll(async () => {
  cloud = await cloudWithoutFunctions(cloudMapService(cloudMap));
  folder = folderWithClusters({ cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } });
  stubEnvironment(cloud, 'pods', folder);
  syncPods = (await import('../../../functions/sync-pods.ts')).handler;
  sweep = (await import('../../../functions/sweep.ts')).handler as never;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  table = new Table(
    new DynamoDBClient({ endpoint: cloud.url, region: 'us-west-2', credentials }),
    playground.table,
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  cloudMap.stop();
  await cloud.close();
  vi.unstubAllEnvs();
});
beforeEach(quiet);
afterEach(() => {
  vi.restoreAllMocks();
});

const annotations = {
  'eks-mesh-sync/cloud-map-namespace': 'shop.local',
  'eks-mesh-sync/cloud-map-service': 'front',
};
const conditions = [
  { type: 'Ready', status: 'True' },
  { type: 'ContainersReady', status: 'True' },
];

/** A service that is noted as full and has room, and whose use is not noted; and one that is used no more. */
async function somethingToWrite(): Promise<void> {
  const event = podEvent({
    pod: aPodObject({
      metadata: { annotations },
      status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }], conditions },
    }),
  });
  const fifo = cloud.queues.get(queueName('pods'));
  fifo.send({ groupId: event.group, body: JSON.stringify(event) });
  expect((await deliverBatch(fifo, syncPods)).again).toEqual([]);
  const used = new UsedServices(table);
  for await (const { service, usedAtMs } of used.ofCluster('local')) {
    await used.remove('local', { service, usedAtMs });
    await used.save('local', { service: { ...service, serviceName: 'unused' }, usedAtMs: 0 });
    const services = new Services(table);
    const { id = '' } = (await services.find(service)) ?? {};
    await services.markFull(service, id, { atMs: 1, quota: 'service' });
  }
}

/** `PutItem USED`, with the key, from now on. */
function writesToTable(): { readonly action: string; readonly pk: string }[] {
  const writes: { action: string; pk: string }[] = [];
  for (const method of ['put', 'update', 'delete'] as const) {
    const original = Table.prototype[method] as (...args: unknown[]) => Promise<never>;
    const action = `dynamodb:${method[0]?.toUpperCase()}${method.slice(1)}Item`;
    vi.spyOn(Table.prototype, method).mockImplementation(function (this: Table, ...args: unknown[]) {
      writes.push({ action, pk: (args[0] as ItemKey).pk });
      return original.apply(this, args);
    });
  }
  return writes;
}

function isAllowed(statements: readonly Statement[], action: string, pk: string): boolean {
  return statements.some(({ Action, Condition }) => {
    const patterns = (Condition as { 'ForAllValues:StringLike'?: Record<string, string[]> } | undefined)?.[
      'ForAllValues:StringLike'
    ]?.['dynamodb:LeadingKeys'];
    const isOfKey = patterns?.some((pattern) => pk.startsWith(pattern.replace(/\*$/, ''))) ?? true;
    return [Action].flat().includes(action) && isOfKey;
  });
}

it.each(['SweepRole', 'ResyncRole'])(
  '%s lets a sweep write all that it writes',
  async (role) => {
    const template = packageTemplate('production');
    const { Policies = [] } = new Map(resourcesOf(template, 'AWS::IAM::Role')).get(role)?.Properties ?? {};
    const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    await somethingToWrite();
    const writes = writesToTable();
    await sweep({ cluster: 'local' }, lambdaContext(900_000) as never);
    const kinds = new Set(writes.map(({ action, pk }) => `${action} ${pk.split('#')[0]}`));
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'dynamodb:PutItem USED',
        'dynamodb:DeleteItem USED',
        'dynamodb:UpdateItem SERVICE',
        'dynamodb:PutItem REPORT',
      ]),
    );
    expect(writes.filter(({ action, pk }) => !isAllowed(statements, action, pk))).toEqual([]);
  },
  120_000,
);
