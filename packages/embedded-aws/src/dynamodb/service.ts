import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import dynalite from 'dynalite';
import { targetOf } from '../json-service.ts';
import { type AwsCall, AwsError, type AwsReply, type AwsService } from '../protocol.ts';

const targetPrefix = 'DynamoDB_20120810';
const contentType = 'application/x-amz-json-1.0';

/** dynalite requires headers of a signed request; the embedded AWS does not. */
const signed = {
  'x-amz-date': '20260101T000000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=embedded, SignedHeaders=host, Signature=none',
};

/**
 * In-memory DynamoDB by dynalite, with one table with the keys `pk` and `sk`. Emits the request event on its server,
 * which never listens. So checksums and errors are dynalite's, but a client that disconnects cannot crash the process,
 * as with a listening dynalite server.
 */
export async function dynamoDbService(table: string): Promise<AwsService> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const ask: Ask = (call) =>
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

/** The part of ServerResponse that dynalite uses. */
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

type Ask = (call: Pick<AwsCall, 'method' | 'url' | 'headers' | 'body'>) => Promise<AwsReply>;

/** Returns when the table is active: while it is created, dynalite refuses reads and writes as DynamoDB does. */
async function createTable(name: string, ask: Ask): Promise<void> {
  const table = await request(ask, 'CreateTable', tableDescription(name));
  let status = table.TableDescription?.TableStatus;
  while (status !== 'ACTIVE') {
    await setImmediate();
    status = (await request(ask, 'DescribeTable', { TableName: name })).Table?.TableStatus;
  }
}

interface TableReply {
  readonly TableDescription?: { readonly TableStatus?: string };
  readonly Table?: { readonly TableStatus?: string };
}

async function request(ask: Ask, operation: string, input: Record<string, unknown>): Promise<TableReply> {
  const { status, body } = await ask({
    method: 'POST',
    url: new URL('http://embedded.invalid/'),
    headers: { 'content-type': contentType, 'x-amz-target': `${targetPrefix}.${operation}` },
    body: Buffer.from(JSON.stringify(input)),
  });
  if (status !== 200)
    throw new AwsError('InternalFailure', `${operation} of table "${input.TableName}" failed: ${body}`, {
      status,
    });
  return JSON.parse(body.toString());
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
