import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { Table } from '../../../shared/adapters/dynamodb/table.ts';
import { ConflictError, PermanentError, RetryableError } from '../../../shared/model/errors.ts';

/** A table whose every request gets this answer; what was asked. */
function tableAnswering(answer: object, status = 200) {
  const asked: Record<string, unknown>[] = [];
  const client = new DynamoDBClient({
    region: 'us-west-2',
    endpoint: 'http://127.0.0.1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ body }: { body?: unknown }) => {
        asked.push(JSON.parse(new TextDecoder().decode(body as Uint8Array)));
        const headers = { 'content-type': 'application/x-amz-json-1.0' };
        return { response: { statusCode: status, headers, body: Buffer.from(JSON.stringify(answer)) } };
      },
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    },
  });
  return { table: new Table(client, 'the-table'), asked };
}
const key = { pk: 'p', sk: 's' };

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('the table', () => {
  it('the table is read consistently: "write first, then read the other side" rests on it', async () => {
    const { table, asked } = tableAnswering({});
    await table.get(key);
    await all(table.query('p', '', null));
    await all(table.query('p', 'a', 'b'));
    expect(asked).toHaveLength(3);
    expect(asked).toEqual(
      asked.map(() => expect.objectContaining({ TableName: 'the-table', ConsistentRead: true })),
    );
  });

  const failures = [
    ['ConditionalCheckFailedException', 400, ConflictError],
    ['ValidationException', 400, PermanentError],
    ['ProvisionedThroughputExceededException', 400, RetryableError],
    ['InternalServerError', 500, RetryableError],
  ] as const;
  it.each(failures)(
    'the table says %s as the system understands it, for every kind of request',
    async (code, status, type) => {
      const { table } = tableAnswering(
        { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'in words' },
        status,
      );
      const condition = { text: 'attribute_exists(pk)' };
      const requests = [
        table.get(key),
        table.put({ ...key, a: 1 }, condition),
        table.update(key, { text: 'SET #a = :a', values: { ':a': 1 } }, condition),
        table.delete(key, condition),
        all(table.query('p', '', null)),
      ];
      for (const request of requests) {
        const error = await request.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(type);
        expect((error as Error).message).toBe(`DynamoDB table the-table: ${code}: in words`);
      }
    },
  );

  it('the table gives names and values of update and condition together', async () => {
    const { table, asked } = tableAnswering({});
    const update = { text: 'SET #a.#id = :a', names: { '#id': 'x|y' }, values: { ':a': 1 } };
    await table.update(key, update, { text: '#b = :b', values: { ':b': 'c' } });
    expect(asked).toEqual([
      {
        TableName: 'the-table',
        Key: { pk: { S: 'p' }, sk: { S: 's' } },
        UpdateExpression: 'SET #a.#id = :a',
        ConditionExpression: '#b = :b',
        ReturnValues: 'ALL_NEW',
        ExpressionAttributeNames: { '#a': 'a', '#b': 'b', '#id': 'x|y' },
        ExpressionAttributeValues: { ':a': { N: '1' }, ':b': { S: 'c' } },
      },
    ]);
  });

  it('the table is asked for a range of one partition, from the first key that there can be, and for pages', async () => {
    const { table, asked } = tableAnswering({});
    await all(table.query('p', '', null));
    await all(table.query('p', 'a', 'b', 25));
    const common = { TableName: 'the-table', ConsistentRead: true };
    expect(asked).toEqual([
      {
        ...{ ...common, KeyConditionExpression: 'pk = :pk AND sk >= :from' },
        ExpressionAttributeValues: { ':pk': { S: 'p' }, ':from': { S: ' ' } },
      },
      {
        ...{ ...common, Limit: 25, KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to' },
        ExpressionAttributeValues: { ':pk': { S: 'p' }, ':from': { S: 'a' }, ':to': { S: 'b' } },
      },
    ]);
  });

  it('the table has the items of a range without its end', async () => {
    const item = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk } });
    const { table } = tableAnswering({ Items: [item('a'), item('b')] });
    const keys = async (to: string | null) => (await all(table.query('p', 'a', to))).map(({ sk }) => sk);
    expect(await keys('b')).toEqual(['a']);
    expect(await keys(null)).toEqual(['a', 'b']);
  });

  it('the table stores what is undefined as absent, and labels of any name', async () => {
    const { table, asked } = tableAnswering({});
    await table.put({ ...key, none: undefined, labels: { constructor: 'x' } });
    await table.delete(key);
    expect(asked).toEqual([
      {
        TableName: 'the-table',
        Item: { pk: { S: 'p' }, sk: { S: 's' }, labels: { M: { constructor: { S: 'x' } } } },
      },
      { TableName: 'the-table', Key: { pk: { S: 'p' }, sk: { S: 's' } } },
    ]);
  });

  it('the table reads one item alone, and those that are requested meanwhile together', async () => {
    const { table, asked } = tableAnswering({
      Item: { pk: { S: 'p' }, sk: { S: 'a' } },
      Responses: { 'the-table': [{ pk: { S: 'p' }, sk: { S: 'c' } }] },
      UnprocessedKeys: { 'the-table': { Keys: [{ pk: { S: 'p' }, sk: { S: 'a' } }] } },
    });
    const keyOf = (sk: string) => ({ pk: 'p', sk });
    const first = [table.get(keyOf('a'))];
    await new Promise((resolve) => setImmediate(resolve));
    const items = await Promise.all([...first, ...['b', 'c', 'd', 'a'].map((sk) => table.get(keyOf(sk)))]);
    expect(items).toEqual([keyOf('a'), undefined, keyOf('c'), undefined, keyOf('a')]);
    const Key = (sk: string) => ({ pk: { S: 'p' }, sk: { S: sk } });
    expect(asked[0]).toEqual({ TableName: 'the-table', Key: Key('a'), ConsistentRead: true });
    expect(asked.filter((request) => 'RequestItems' in request)).toEqual([
      {
        RequestItems: {
          'the-table': { Keys: ['b', 'c', 'd', 'a'].map(Key), ConsistentRead: true },
        },
      },
    ]);
    expect(asked.at(-1)).toEqual({ TableName: 'the-table', Key: Key('a'), ConsistentRead: true });
  });
});
