import { expect, it } from 'vitest';
import { dynamoDbService } from '../src/dynamodb/service.ts';

it('a table takes writes from the moment it is there', async () => {
  for (let count = 0; count < 5; count++) {
    const service = await dynamoDbService('table');
    const input = { TableName: 'table', Item: { pk: { S: 'a' }, sk: { S: 'b' } } };
    const reply = await service.handle('PutItem', {
      method: 'POST',
      url: new URL('http://embedded.invalid/'),
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.PutItem',
      },
      body: Buffer.from(JSON.stringify(input)),
      requestId: '1',
    });
    expect(reply).toMatchObject({ status: 200, body: '{}' });
  }
});
