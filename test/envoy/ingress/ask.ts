import { request as plain } from 'node:http';
import { type RequestOptions, request as secure } from 'node:https';
import type { Received } from './server.ts';

export interface Question extends Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'headers' | 'method'> {
  readonly address: string;
  readonly port: number;
  /** The Host header. */
  readonly host: string;
  readonly path?: string;
  readonly isSecure?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The request as the application received it. */
  readonly seen: Received;
  readonly ms: number;
}

/** Sends a request on a connection of its own. Rejects if the connection is closed without an answer. */
export function ask({ address, port, host, headers, isSecure, ...others }: Question): Promise<Answer> {
  const start = performance.now();
  const options = { ...others, agent: false, headers: { ...headers, host }, host: address, port };
  // The client of these tests is not who checks the server's certificate: proxies do.
  const tls = { ...options, rejectUnauthorized: others.ca !== undefined, servername: host };
  return new Promise((resolve, reject) => {
    const sent = isSecure ? secure(tls) : plain(options);
    sent.on('error', reject).on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('error', reject).on('data', (part) => parts.push(part));
      response.on('end', () => {
        const body = Buffer.concat(parts).toString();
        const seen = body.startsWith('{') ? JSON.parse(body) : {};
        resolve({ status: response.statusCode ?? 0, body, seen, ms: performance.now() - start });
      });
    });
    sent.end();
  });
}
