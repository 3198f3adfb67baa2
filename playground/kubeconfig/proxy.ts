import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { ApiServer } from './api-server.ts';
import type { Callers } from './callers.ts';
import { listOfMeshObjects } from './list-objects.ts';
import { patchedStatus, type ServedObject } from './patched-status.ts';
import { listedMeshKind, type StatusTarget, statusTarget } from './status-request.ts';
import type { WithheldStatuses } from './withheld.ts';

interface ProxyOptions {
  readonly apiServer: ApiServer;
  readonly callers: Callers;
  /** Whether the functions may write statuses; otherwise these are answered and kept in `withheld`. */
  readonly writesStatus: boolean;
  readonly withheld: WithheldStatuses;
}

/** A proxy on the loopback to a real cluster's API server, for the relay and the functions. */
export interface KubeconfigProxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Gives clients that support only a URL and a token access to a cluster, however its user authenticates. It forwards GET
 * requests, and PATCH requests of those statuses that the functions write, if they may. If not, lists of mesh objects have the
 * statuses that the functions wrote, as if the cluster had them: a sweep compares them. Every other request is refused.
 */
export async function startKubeconfigProxy(options: ProxyOptions): Promise<KubeconfigProxy> {
  const server = http.createServer((request, response) => {
    serve(options, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(
  options: ProxyOptions,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const { method, url = '/', headers } = request;
  const caller = await options.callers.callerOf(headers.authorization, Date.now());
  if (caller === undefined) return refuse(response, 401, 'the proxy of npm start does not know this token');
  const plural = method === 'GET' && caller === 'functions' ? listedMeshKind(url) : undefined;
  if (plural !== undefined && !options.writesStatus) {
    const { code, body } = await listOfMeshObjects(options.apiServer, options.withheld, { url, plural });
    return send(response, code, body ?? {});
  }
  if (method === 'GET') return forward(options.apiServer, request, response);
  const target = method === 'PATCH' && caller === 'functions' ? statusTarget(url) : undefined;
  if (target === undefined)
    return refuse(response, 405, `npm start --kubeconfig forwards no ${method} ${url}: it reads the cluster`);
  return options.writesStatus
    ? forward(options.apiServer, request, response)
    : withhold(options, target, request, response);
}

async function forward(
  apiServer: ApiServer,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const { authorization: _, host: __, connection: ___, ...headers } = request.headers;
  const method = request.method === 'PATCH' ? 'PATCH' : 'GET';
  const body = method === 'PATCH' ? { body: await bodyOf(request) } : {};
  const answer = await apiServer.send({ method, path: request.url ?? '/', headers, ...body });
  response.on('close', () => answer.destroy());
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await new Promise<void>((resolve, reject) => {
    answer.on('error', reject).on('end', resolve).on('close', resolve).pipe(response);
  });
}

/** Answers as the API server would have, from the object that it has. */
async function withhold(
  { apiServer, withheld }: ProxyOptions,
  target: StatusTarget,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const patch = JSON.parse((await bodyOf(request)).toString('utf8'));
  const { code, body } = await apiServer.get(target.path);
  if (code !== 200) return send(response, code, body ?? {});
  const object = body as ServedObject;
  const isStrategic = request.headers['content-type'] === 'application/strategic-merge-patch+json';
  // The API server knows no uid in a patch of a custom kind's status.
  if (isStrategic && patch.metadata?.uid !== object.metadata?.uid)
    return refuse(response, 409, `${target.resource} ${target.name} is another object by now`);
  const patched = patchedStatus(withheld.known(target.path, object), patch, isStrategic);
  if (!isDeepStrictEqual(object.status, patched.status)) withheld.add(target, patched);
  send(response, 200, patched);
}

function refuse(response: http.ServerResponse, code: number, message: string): void {
  send(response, code, { apiVersion: 'v1', kind: 'Status', status: 'Failure', code, message });
}

function send(response: http.ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
