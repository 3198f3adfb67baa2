import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { withoutLogger } from '../../../shared/adapters/aws/without-logger.ts';

const logged: string[] = [];
const log = () => void logged.push('a call');
const logger = { trace: log, debug: () => {}, info: log, warn: log, error: log };

/** A client whose calls succeed without a request. */
function client() {
  const made = new DynamoDBClient({
    region: 'us-west-2',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    logger,
  });
  made.middlewareStack.add(() => async () => ({ response: {}, output: { $metadata: {} } }), {
    step: 'deserialize',
    priority: 'high',
  });
  return made;
}

it('a client without its logger logs no call, and so copies none; the SDK would', async () => {
  const call = new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'a' } } });
  await client().send(call);
  expect(logged).toEqual(['a call']);
  await withoutLogger(client()).send(call);
  expect(logged).toEqual(['a call']);
});
