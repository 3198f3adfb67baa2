import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { foreignPage, isOfForeignPage } from '@eks-mesh-sync/loopback';
import { type Kind, resourceOf } from '../kinds/kind.ts';
import { at } from '../model/json.ts';
import { ApiError, badRequest, methodNotAllowed, pathNotFound } from '../model/status.ts';
import type { ApiContext } from '../verbs/api-context.ts';
import type { Answer } from './answer.ts';
import { type Document, documentOf } from './documents.ts';
import { FaultRules, faultError } from './faults.ts';
import { presentationOf } from './representation.ts';
import { parseResourceRequest, type ResourceRequest, readBody } from './request.ts';
import { handleResource } from './resource-handler.ts';
import { reviewAnswer } from './reviews.ts';
import { type StreamEnd, type WatchSettings, WatchStream } from './watch-stream.ts';

/** The HTTP server of the API. It finds the cluster for each request, so that the cluster can be rebuilt. */
export class HttpServer {
  readonly faults = new FaultRules();
  /** The number of requests by `verb resource`, such as `list pods`. */
  readonly requests = new Map<string, number>();
  readonly #context: () => ApiContext;
  readonly #settings: WatchSettings;
  readonly #streams = new Set<WatchStream>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(context: () => ApiContext, settings: WatchSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  get port(): number {
    return this.#port;
  }

  /** Listens on 127.0.0.1; port 0 for a free port. Rejects if the port is in use. */
  async listen(port: number): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Refuses connections and closes the open ones. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Ends the open watches of one resource or all. Returns their number. */
  cutWatches(how: StreamEnd, resource?: string): number {
    const hit = [...this.#streams].filter(
      ({ kind }) => resource === undefined || resourceOf(kind) === resource,
    );
    for (const stream of hit) stream.end(how);
    return hit.length;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      if (response.headersSent || response.destroyed) response.destroy();
      else sendError(response, error);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isOfForeignPage(request)) throw badRequest(foreignPage);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const resourceRequest = parseResourceRequest(request, url);
    if (resourceRequest) return this.#serveResource(request, resourceRequest, response);
    if (/^\/(healthz|livez|readyz)(\/|$)/.test(url.pathname)) return sendText(response, 'ok');
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead) throw methodNotAllowed();
    const document = documentOf(url.pathname, request.headers.accept ?? '', this.#context().registry.kinds());
    if (!document) throw pathNotFound();
    sendDocument(response, document);
  }

  async #serveResource(
    raw: IncomingMessage,
    request: ResourceRequest,
    response: ServerResponse,
  ): Promise<void> {
    this.#count(request);
    const body = await readBody(raw);
    for (const rule of this.faults.take(request)) {
      if (rule.delayMs !== undefined) await sleep(rule.delayMs);
      if (rule.drop) {
        response.destroy();
        return;
      }
      const error = faultError(rule);
      if (error) throw error;
    }
    const review = reviewAnswer(request, body);
    if (review) return send(response, review);
    const context = this.#context();
    const kind = context.registry.find(request.group, request.version, request.resource);
    if (!kind) throw pathNotFound();
    checkScope(kind, request);
    const presentation = presentationOf(raw.headers.accept, request.query);
    if (request.verb === 'watch') this.#watch(context, kind, request, raw, response);
    else send(response, handleResource(context, kind, request, raw, body, presentation));
  }

  #watch(
    context: ApiContext,
    kind: Kind,
    request: ResourceRequest,
    raw: IncomingMessage,
    response: ServerResponse,
  ): void {
    const stream = new WatchStream(kind, response, presentationOf(raw.headers.accept, request.query));
    this.#streams.add(stream);
    stream.start(context, request, this.#settings, () => this.#streams.delete(stream));
  }

  #count({ verb, group, resource, subresource }: ResourceRequest): void {
    const name = resourceOf({ group, plural: resource });
    const key = `${verb} ${name}${subresource === undefined ? '' : `/${subresource}`}`;
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
  }
}

/** A cluster-scoped kind has no path with a namespace; a namespaced kind has no path with a name but no namespace. */
function checkScope(kind: Kind, request: ResourceRequest): void {
  if (!kind.namespaced && request.namespace !== undefined) throw pathNotFound();
  if (kind.namespaced && request.namespace === undefined && request.name !== undefined) throw pathNotFound();
}

function sendDocument(response: ServerResponse, { body, mediaType = 'application/json' }: Document): void {
  const bytes = body instanceof Uint8Array ? body : JSON.stringify(body);
  response.writeHead(200, {
    'Content-Type': mediaType,
    'Cache-Control': 'no-cache, private',
    'Content-Length': Buffer.byteLength(bytes),
    Vary: 'Accept',
  });
  response.end(bytes);
}

function send(response: ServerResponse, { code, body, warnings = [] }: Answer): void {
  const text = JSON.stringify(body);
  for (const warning of warnings) response.appendHeader('Warning', `299 - ${JSON.stringify(warning)}`);
  response.writeHead(code, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache, private',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}

/** Any error other than the API's is a bug of this server: 500 with its stack. */
function sendError(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(
          500,
          'InternalError',
          `Internal error occurred: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
  const retryAfter = at(known.details, 'retryAfterSeconds');
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  send(response, { code: known.code, body: known.status() });
}
