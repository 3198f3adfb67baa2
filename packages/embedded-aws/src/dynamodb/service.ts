import { Readable } from 'node:stream';
import dynalite from 'dynalite';
import { targetOf } from '../json-service.ts';
import { type AwsCall, AwsError, type AwsReply, type AwsService } from '../protocol.ts';

const targetPrefix = 'DynamoDB_20120810';
const contentType = 'application/x-amz-json-1.0';

/** dynalite wants a request to look signed; the embedded cloud does not. */
const signed = {
  'x-amz-date': '20260101T000000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=embedded, SignedHeaders=host, Signature=none',
};

/**
 * DynamoDB by dynalite, in memory, with one table of keys `pk` and `sk`. Its request handler is called as it stands, by
 * the event that its server (which never listens) would emit; so checksums and errors are its own, and a client that
 * goes away cannot end the process, as it can with dynalite's own server.
 */
export async function dynamoDbService(table: string): Promise<AwsService> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const ask = (call: Pick<AwsCall, 'method' | 'url' | 'headers' | 'body'>): Promise<AwsReply> =>
    new Promise((resolve) => {
      const { method, url, headers, body } = call;
      const request = Object.assign(Readable.from([body]), {
        method,
        url: url.pathname + url.search,
        headers: { ...signed, ...headers },
      });
      server.emit('request', request, new CollectedResponse(resolve));
    });
  await createTable(table, ask);
  return {
    name: 'dynamodb',
    accepts: ({ headers }) => targetOf(headers)?.prefix === targetPrefix,
    operationOf: ({ headers }) => targetOf(headers)?.operation,
    handle: (_operation, call) => ask(call),
    fail: ({ status, code, message }) => ({
      status,
      headers: { 'content-type': contentType },
      body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }),
    }),
  };
}

/** The part of a ServerResponse that dynalite uses. */
class CollectedResponse {
  statusCode = 200;
  readonly #headers: Record<string, string> = {};
  readonly #resolve: (reply: AwsReply) => void;

  constructor(resolve: (reply: AwsReply) => void) {
    this.#resolve = resolve;
  }

  setHeader(name: string, value: string | number): void {
    this.#headers[name.toLowerCase()] = String(value);
  }

  end(body = ''): void {
    this.#resolve({ status: this.statusCode, headers: this.#headers, body });
  }
}

async function createTable(
  name: string,
  ask: (call: Pick<AwsCall, 'method' | 'url' | 'headers' | 'body'>) => Promise<AwsReply>,
): Promise<void> {
  const { status, body } = await ask({
    method: 'POST',
    url: new URL('http://embedded.invalid/'),
    headers: {
      'content-type': contentType,
      'x-amz-target': `${targetPrefix}.CreateTable`,
    },
    body: Buffer.from(JSON.stringify(tableDescription(name))),
  });
  if (status !== 200)
    throw new AwsError('InternalFailure', `table ${name} was not created: ${body}`, { status });
}

function tableDescription(name: string): Record<string, unknown> {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  };
}
