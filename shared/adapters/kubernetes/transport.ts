import http from 'node:http';
import https from 'node:https';
import { RetryableError } from '../../model/errors.ts';
import type { Connection } from './connection.ts';
import { refusal, type Status, UnreachableError } from './errors.ts';

export interface Request {
  /** The action as named in errors: `list pods in namespace shop`. */
  readonly action: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** GET by default. */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  readonly body?: { readonly contentType: string; readonly text: string } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * HTTP/1.1 to one API server, over `node:http(s)` because the client library needs more memory than the whole relay may
 * use. Connections are kept; a refused token is renewed once.
 */
export class Transport {
  readonly #connection: Connection;
  readonly #server: URL;
  readonly #agent: http.Agent;
  readonly #onRequest: (action: string) => void;

  /** `onRequest` is called for each request that is sent. */
  constructor(connection: Connection, onRequest: (action: string) => void = () => undefined) {
    this.#connection = connection;
    this.#onRequest = onRequest;
    this.#server = new URL(connection.server);
    const { ca, cert, key } = connection;
    const keep = { keepAlive: true, keepAliveMsecs: 15_000 };
    this.#agent =
      this.#server.protocol === 'https:'
        ? new https.Agent({ ...keep, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) })
        : new http.Agent(keep);
  }

  /**
   * Sends a request and returns the response once its headers report success; the caller reads the body. Throws what
   * `refusal` makes of any other status, RetryableError for a broken connection, the signal's reason if aborted.
   */
  async send(request: Request): Promise<http.IncomingMessage> {
    let response = await this.#attempt(request, false);
    if (response.statusCode === 401 && this.#connection.token) {
      response.resume();
      response = await this.#attempt(request, true);
    }
    const code = response.statusCode ?? 0;
    if (isSuccess(code, request)) return response;
    const status = await readStatus(response, request);
    throw refusal(request.action, code, status, response.headers['retry-after']);
  }

  /** Closes all connections, including those in use. */
  close(): void {
    this.#agent.destroy();
  }

  async #attempt(request: Request, refresh: boolean): Promise<http.IncomingMessage> {
    const token = await this.#connection.token?.({ refresh });
    const { signal, body, method = 'GET' } = request;
    signal?.throwIfAborted();
    const headers = {
      accept: 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': body.contentType, 'content-length': Buffer.byteLength(body.text) }),
    };
    const send = this.#server.protocol === 'https:' ? https.request : http.request;
    this.#onRequest(request.action);
    return new Promise((resolve, reject) => {
      const options = { agent: this.#agent, method, headers, ...(signal && { signal }) };
      const outgoing = send(this.#url(request), options, resolve);
      outgoing.on('error', (cause) => reject(connectionError(request, cause)));
      this.#limitConnecting(outgoing, request);
      outgoing.end(body?.text);
    });
  }

  /** An unreachable server often does not refuse connections: packets to it are just dropped. */
  #limitConnecting(outgoing: http.ClientRequest, { action }: Request): void {
    const { connectTimeoutMs } = this.#connection;
    if (connectTimeoutMs === undefined) return;
    const text = `no connection to ${this.#server.origin} within ${connectTimeoutMs} ms, to ${action}`;
    const timer = setTimeout(() => outgoing.destroy(new UnreachableError(text)), connectTimeoutMs);
    const made = this.#server.protocol === 'https:' ? 'secureConnect' : 'connect';
    outgoing.once('close', () => clearTimeout(timer));
    outgoing.once('socket', (socket) => {
      if (outgoing.reusedSocket) clearTimeout(timer);
      else socket.once(made, () => clearTimeout(timer));
    });
  }

  #url({ path, query = {} }: Request): URL {
    const url = new URL(this.#server);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }
}

/** A write may also be answered 201, if it created the object, or 202, if it is done later. */
function isSuccess(code: number, { method }: Request): boolean {
  return code === 200 || (method !== undefined && (code === 201 || code === 202));
}

/** The error for a broken connection; an abort is returned unchanged. */
export function connectionError(request: Request, cause: unknown): unknown {
  if (request.signal?.aborted) return request.signal.reason;
  if (cause instanceof RetryableError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new RetryableError(`the connection broke while trying to ${request.action}: ${text}`, { cause });
}

/** The whole body as text; a body cut short is an error. */
export async function readText(response: http.IncomingMessage, request: Request): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk);
  } catch (cause) {
    throw connectionError(request, cause);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A refusal's body; proxies and load balancers answer with something other than a Status, whose beginning is kept. */
async function readStatus(response: http.IncomingMessage, request: Request): Promise<Status> {
  const text = await readText(response, request);
  try {
    const status: unknown = JSON.parse(text);
    if (typeof status === 'object' && status !== null) return status;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { message: text.slice(0, 200) };
}
