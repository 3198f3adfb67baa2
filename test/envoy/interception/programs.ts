import { once } from 'node:events';
import type { Namespace } from './namespaces.ts';

export interface Asked {
  readonly address: string;
  readonly port: number;
  readonly host?: string;
}

/** What a server saw of a request, or why there was no answer. */
export interface Answered {
  readonly status?: number;
  readonly server?: string;
  /** The address of its client. */
  readonly client?: string;
  readonly throughEnvoy?: boolean;
  readonly error?: string;
}

const serverScript = `
const { createServer } = require('node:http');
const [name, ...ports] = process.argv.slice(1);
for (const port of ports) createServer((request, response) => {
  const { remoteAddress } = request.socket;
  const throughEnvoy = request.headers['x-request-id'] !== undefined;
  response.end(JSON.stringify({ server: name + ':' + port, client: remoteAddress.replace('::ffff:', ''), throughEnvoy }));
}).listen(Number(port), '0.0.0.0', () => console.log(port));`;

const clientScript = `
const { get } = require('node:http');
const options = JSON.parse(process.argv[1]);
get({ ...options, agent: false, timeout: 5000 }, async (response) => {
  const text = (await response.toArray()).join('');
  console.log(JSON.stringify({ status: response.statusCode, ...(text.startsWith('{') && JSON.parse(text)) }));
}).on('timeout', function () { this.destroy(new Error('timeout')); })
  .on('error', ({ message }) => console.log(JSON.stringify({ error: message })));`;

/** A server on some ports; it says who asked. */
export async function startServerIn(
  namespace: Namespace,
  name: string,
  ports: readonly number[],
): Promise<void> {
  const child = namespace.start(process.execPath, ['-e', serverScript, name, ...ports.map(String)]);
  let text = '';
  while (text.split('\n').length <= ports.length) {
    const [chunk] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    text += String(chunk);
  }
}

export function askIn(namespace: Namespace, { address, port, host = 'orders.apps' }: Asked): Answered {
  const options = JSON.stringify({ host: address, port, path: '/', headers: { host } });
  return JSON.parse(namespace.run(process.execPath, ['-e', clientScript, options])) as Answered;
}
