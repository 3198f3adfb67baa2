import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server reports. */
export interface HealthSource {
  /** The reasons why the relay is not ready, one per line; empty when it is ready. */
  readonly faults: () => readonly string[];
  /** Prometheus text. */
  readonly metrics: () => string;
}

/**
 * Serves `/healthz` (the process answers), `/readyz` (200, or 503 and the reasons) and `/metrics`. Port 0 uses a free
 * port; without a port there is no server. `listening` resolves with the port.
 */
export function serveHealth(
  port: number | undefined,
  source: HealthSource,
): { listening: Promise<number | undefined>; close: () => void } {
  if (port === undefined) return { listening: Promise.resolve(undefined), close: () => undefined };
  const server = createServer((request, response) => answer(request.url ?? '', response, source));
  const listening = new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve((server.address() as AddressInfo).port));
  });
  return {
    listening,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly contentType?: string;
}

function reply(path: string, source: HealthSource): Reply {
  const faults = source.faults();
  switch (path) {
    case '/healthz':
      return { status: 200, text: 'ok\n' };
    case '/readyz':
      return faults.length === 0
        ? { status: 200, text: 'ok\n' }
        : { status: 503, text: `${faults.join('\n')}\n` };
    case '/metrics':
      return { status: 200, text: source.metrics(), contentType: 'text/plain; version=0.0.4; charset=utf-8' };
    default:
      return { status: 404, text: 'not found; expected /healthz, /readyz or /metrics\n' };
  }
}

function answer(url: string, response: ServerResponse, source: HealthSource): void {
  const { status, text, contentType = 'text/plain; charset=utf-8' } = reply(url.replace(/\?.*/, ''), source);
  response.writeHead(status, { 'content-type': contentType });
  response.end(text);
}
