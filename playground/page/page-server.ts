import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contentSecurityPolicy, type LivePage, pageOf } from '../../shared/report/view/page.ts';
import type { LiveReport } from './live-report.ts';
import { liveScript } from './live-script.ts';
import { runbookAt } from './runbook.ts';

const live: LivePage = { scriptUrl: '/live.js' };

/** A proxy or a browser may close a connection on which nothing is sent. */
const keepAliveMs = 15_000;

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page on the loopback address. Rejects with the error of `listen` if the port is in use. */
export async function startPageServer(port: number, report: LiveReport): Promise<PageServer> {
  const server = createServer((request, response) => {
    answer(request, response, report).catch((error: unknown) => fail(response, error));
  });
  await listen(server, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, report: LiveReport): Promise<void> {
  if (!isOwnHost(request))
    return reply(
      response,
      421,
      'text/plain',
      'expected the host 127.0.0.1 or localhost, with the port of this page\n',
    );
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return reply(response, 405, 'text/plain', 'expected GET\n');
  const [pathname = ''] = (request.url ?? '/').split('?');
  if (pathname === '/') return reply(response, 200, 'text/html', pageOf(await report.read(), live));
  if (pathname === live.scriptUrl) return reply(response, 200, 'text/javascript', liveScript());
  if (pathname === '/events') return sendEvents(request, response, report);
  const runbook = await runbookAt(pathname);
  if (runbook !== undefined) return reply(response, 200, 'text/plain', runbook);
  return reply(response, 404, 'text/plain', 'not found\n');
}

/**
 * A page of another site can make a browser resolve that site's name to 127.0.0.1 (DNS rebinding) and would then read this one
 * as its own. Its requests name its host.
 */
function isOwnHost({ headers: { host = '' }, socket: { localPort } }: IncomingMessage): boolean {
  return [`127.0.0.1:${localPort}`, `localhost:${localPort}`].includes(host.toLowerCase());
}

function headersOf(type: string) {
  return {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': `${contentSecurityPolicy(live)}; frame-ancestors 'none'`,
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, headersOf(type)).end(response.req.method === 'HEAD' ? undefined : body);
}

function fail(response: ServerResponse, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  if (response.headersSent) response.end();
  else reply(response, 500, 'text/plain', `the state could not be read: ${text}\n`);
}

/** Server-sent events: first all parts of the page, then those that change. */
function sendEvents(request: IncomingMessage, response: ServerResponse, report: LiveReport): void {
  response.writeHead(200, headersOf('text/event-stream'));
  const send = (event: string, data: unknown) =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const unsubscribe = report.subscribe({
    changed: (update) => send('update', update),
    failed: (message) => send('failure', message),
  });
  const timer = setInterval(() => response.write(': alive\n\n'), keepAliveMs);
  request.on('close', () => {
    clearInterval(timer);
    unsubscribe();
  });
}
