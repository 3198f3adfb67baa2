import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { foreignPage, isOfForeignPage } from '@eks-mesh-sync/loopback';
import type { Fault, Faults } from './faults.ts';
import { AwsError, type AwsReply, type AwsService, asAwsError, type RequestHead } from './protocol.ts';
import { restError } from './rest-service.ts';

interface GatewayOptions {
  readonly port: number;
  readonly faults: Faults;
  /** The first service that accepts a request handles it. */
  readonly services: () => readonly AwsService[];
}

/** The endpoint of all services: finds the service of a request, applies faults, and responds. */
export class Gateway {
  readonly #server: Server;
  readonly #options: GatewayOptions;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  /** Resolves with the endpoint's URL. Rejects with the error of `listen`, such as EADDRINUSE. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    response.setHeader('x-amzn-requestid', requestId);
    if (isOfForeignPage(request))
      return void response.writeHead(403, { 'content-type': 'text/plain' }).end(`${foreignPage}\n`);
    const head = headOf(request);
    const service = this.#options.services().find((candidate) => candidate.accepts(head));
    if (service === undefined) return send(response, restError(unknownRequest(head)));
    const call = { ...head, requestId, body: await readBody(request) };
    const operation = service.operationOf(call);
    if (operation === undefined) return send(response, service.fail(unknownRequest(head), requestId));
    const fault = this.#options.faults.take(service.name, operation);
    const reply = await attempt(service, requestId, fault, () => service.handle(operation, call));
    if (reply === undefined || fault?.loseResponse) response.destroy();
    else send(response, reply);
  }
}

/** Applies the fault, or performs the operation. Every error becomes an error response of the service. */
async function attempt(
  service: AwsService,
  requestId: string,
  fault: Fault | undefined,
  operation: () => Promise<AwsReply | undefined>,
): Promise<AwsReply | undefined> {
  try {
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
    if (fault?.error !== undefined) throw injected(fault.error);
    return await operation();
  } catch (error) {
    return service.fail(asAwsError(error), requestId);
  }
}

function injected({ code, message, status }: NonNullable<Fault['error']>): AwsError {
  return new AwsError(code, message ?? code, { status: status ?? 400, queryCode: code });
}

function send(response: ServerResponse, { status, headers, body }: AwsReply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function headOf(request: IncomingMessage): RequestHead {
  const { method = 'GET', headers, url = '/' } = request;
  return { method, headers, url: new URL(url, 'http://embedded.invalid') };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function unknownRequest({ method, url, headers }: RequestHead): AwsError {
  const asked = headers['x-amz-target'] ?? `${method} ${url.pathname}`;
  const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1];
  const service = scope === undefined ? '' : ` of ${scope}`;
  return new AwsError('UnknownOperationException', `The embedded cloud has no ${asked}${service}.`, {
    status: headers['x-amz-target'] === undefined ? 404 : 400,
  });
}
