import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { DeadLetter } from '../../shared/model/records/dead-letter.ts';
import { embeddedIdentity } from '../identity.ts';

/** The records of dead-lettered messages, by object. */
export async function readDeadLetters(endpoint: string, table: string): Promise<readonly DeadLetter[]> {
  const { region, ...credentials } = embeddedIdentity;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));
  const query = {
    TableName: table,
    KeyConditionExpression: 'pk = :cluster',
    ExpressionAttributeValues: { ':cluster': 'DEAD#local' },
  };
  const found: DeadLetter[] = [];
  for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...(Items as DeadLetter[]));
  client.destroy();
  return found;
}
