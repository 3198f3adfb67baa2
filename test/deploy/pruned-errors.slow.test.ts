import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundlePlugins } from '../../deploy/bundle/bundle-plugins.ts';

const program = `
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({ endpoint: process.argv[2], region: 'us-west-2', maxAttempts: 1,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })).catch((error) => {
  console.log(JSON.stringify({ name: error.name, message: error.message, status: error.$metadata.httpStatusCode }));
});`;

let folder: string;
let server: Server;
let code = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'errors-'));
  await build({
    stdin: { contents: program, resolveDir: process.cwd() },
    ...{ bundle: true, minify: true, format: 'cjs', platform: 'node', target: 'node24' },
    ...{ plugins: [...bundlePlugins], mainFields: ['module', 'main'], outfile: join(folder, 'program.cjs') },
  });
  server = createServer((_, response) => {
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'the reason' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

it.each(['BackupInUseException', 'ConditionalCheckFailedException'])(
  'the error %s has its name and message in a bundle, registered or not',
  async (name) => {
    code = name;
    const { port } = server.address() as AddressInfo;
    const args = [join(folder, 'program.cjs'), `http://127.0.0.1:${port}`];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(JSON.parse(stdout)).toEqual({ name, message: 'the reason', status: 400 });
  },
);
