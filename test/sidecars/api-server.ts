import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Answer, Send } from './client.ts';

export interface ApiServer {
  readonly url: string;
  /** The file with its certificate, which signs itself. */
  readonly certificate: string;
  readonly send: Send;
  /** Server-side apply. */
  apply(path: string, object: object): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts the program of test/sidecars/apiserver. Its certificate is its own, and its address is the loopback's. */
export async function startApiServer(program: string): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'apiserver-'));
  const child = spawn(program, [folder], { stdio: ['pipe', 'pipe', 'ignore'] });
  const url = await readyUrl(child);
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const send: Send = (method, path, body, headers = {}) =>
    answerOf(agent, new URL(path, url), method, body, { 'content-type': 'application/json', ...headers });
  return {
    ...{ url, certificate: join(folder, 'certificates/apiserver.crt'), send },
    apply: (path, object) =>
      send('PATCH', `${path}?fieldManager=test&force=true`, object, {
        'content-type': 'application/apply-patch+yaml',
      }),
    stop: async () => {
      agent.destroy();
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.stdin?.end();
      await exit;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the API server ended with status ${code}`)));
    if (child.stdout === null) throw new Error('the API server has no output');
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.slice('ready '.length));
    });
  });
}

function answerOf(
  agent: Agent,
  url: URL,
  method: string,
  body: object | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { agent, method, headers: { authorization: 'Bearer admin', ...headers } };
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: bodyOf(Buffer.concat(chunks).toString()),
          warnings: response.headers.warning,
        }),
      );
    });
    sent.once('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A path that is not served has an answer in plain text. */
function bodyOf(text: string): Answer['body'] {
  return text.startsWith('{') ? JSON.parse(text) : { message: text };
}
