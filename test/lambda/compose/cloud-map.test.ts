import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Table } from '../../../shared/adapters/dynamodb/table.ts';
import { perPacedCloudMap } from '../../../shared/lambda/compose/cloud-map.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'us-west-2');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(() => vi.unstubAllEnvs());

/** An empty table that takes every write; the keys that were written. */
function emptyTable() {
  const written: unknown[] = [];
  const client = new DynamoDBClient({
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ body }: { body?: unknown }) => {
        const { Item } = JSON.parse(new TextDecoder().decode(body as Uint8Array));
        if (Item !== undefined) written.push([Item.pk.S, Item.sk.S]);
        const headers = { 'content-type': 'application/x-amz-json-1.0' };
        return { response: { statusCode: 200, headers, body: Buffer.from('{}') } };
      },
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    },
  });
  return { table: new Table(client, 'state'), written };
}

it('clusters that write one account and Region differently use one budget and the same connections', async () => {
  const { table, written } = emptyTable();
  const roleArn = 'arn:aws:iam::111122223333:role/cloud-map';
  const { clusters } = clustersFile.parse({
    clusters: [
      { name: 'usual' },
      { name: 'written', cloudMap: { region: 'us-west-2' } },
      { name: 'by-role', cloudMap: { region: 'us-west-2', roleArn } },
      { name: 'abroad', cloudMap: { region: 'eu-west-1' } },
    ],
  });
  const own = { account: '111122223333', region: 'us-west-2' };
  const cloudMapOf = perPacedCloudMap({ table, maxWaitMs: 0 }, (client, _, pacer) => ({ client, pacer }));
  const made = clusters.map((cluster) => cloudMapOf({ ...cluster, own }));
  for (const { pacer } of made) await pacer?.throttled('RegisterInstance'); // written at once, unlike the first call
  expect(written).toEqual([
    ['BUDGET#own/own', 'RegisterInstance'],
    ['BUDGET#own/own', 'RegisterInstance'],
    ['BUDGET#own/own', 'RegisterInstance'],
    ['BUDGET#own/eu-west-1', 'RegisterInstance'],
  ]);
  const [usual, ...others] = made.map(({ client }) => client.config.requestHandler);
  expect(others.map((handler) => handler === usual)).toEqual([true, false, false]);
});
