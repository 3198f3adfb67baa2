import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { DeniedError, namingDenials } from '../../../deploy/smoke/aws/denied.ts';

const server = createServer((_, response) => {
  response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', message: 'no' }));
});
afterEach(() => server.close());

describe('namingDenials', () => {
  it('names the IAM action of a call that AWS refuses', async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = namingDenials(new SQSClient({ endpoint, region: 'us-west-2', credentials }), 'sqs');
    const call = client.send(new SendMessageCommand({ QueueUrl: `${endpoint}/1/q`, MessageBody: 'x' }));
    await expect(call).rejects.toThrow(DeniedError);
    await expect(call).rejects.toThrow('sqs:SendMessage is not allowed: no');
  });
});
