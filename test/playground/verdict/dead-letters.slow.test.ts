import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { expect, it } from 'vitest';
import { embeddedIdentity } from '../../../playground/identity.ts';
import { readDeadLetters } from '../../../playground/verdict/dead-letters.ts';
import { DeadLetters } from '../../../shared/adapters/dynamodb/dead-letters.ts';
import { Table } from '../../../shared/adapters/dynamodb/table.ts';

it('the verdict reads the dead letters that the functions recorded for the cluster local', async () => {
  const empty = { queues: [], rules: [], functions: [], mappings: [], schedules: [] };
  const cloud = await startCloud({
    ...{ port: 0, handlers: {}, log: () => undefined },
    topology: { eventBus: 'bus', table: 'table', cloudTrail: { deliveredAfterMs: 0 }, ...empty },
  });
  const { region, ...credentials } = embeddedIdentity;
  const client = new DynamoDBClient({ endpoint: cloud.url, region, credentials });
  const records = new DeadLetters(new Table(client, 'table'), () => Date.UTC(2026, 0, 1));
  const about = { kind: 'VirtualNode', namespace: 'shop', name: 'cart', messageId: 'm', reason: 'too large' };
  await records.note({ ...about, cluster: 'local' });
  await records.note({ ...about, cluster: 'other' });
  expect(await readDeadLetters(cloud.url, 'table')).toEqual([expect.objectContaining(about)]);
  client.destroy();
  await cloud.close();
});
