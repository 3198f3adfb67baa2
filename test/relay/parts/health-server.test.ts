import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { serveHealth } from '../../../relay/health-server.ts';

const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

/** A server of a relay with these faults. */
async function serving(faults: readonly string[] = []) {
  const server = serveHealth(0, { faults: () => faults, metrics: () => 'pending_events 0\n' });
  closes.push(server.close);
  const port = await server.listening;
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, response.headers.get('content-type'), await response.text()];
  };
  return { ...server, port, get };
}

const plain = 'text/plain; charset=utf-8';

describe('the server for health and metrics', () => {
  it.each<[string, readonly string[], readonly [number, string, string]]>([
    ['/healthz', [], [200, plain, 'ok\n']],
    ['/healthz', ['stopping'], [200, plain, 'ok\n']],
    ['/readyz', [], [200, plain, 'ok\n']],
    ['/readyz', ['stopping'], [503, plain, 'stopping\n']],
    ['/readyz', ['stopping', 'pods (listing)'], [503, plain, 'stopping\npods (listing)\n']],
    ['/readyz?verbose', ['stopping'], [503, plain, 'stopping\n']],
    ['/metrics', ['stopping'], [200, 'text/plain; version=0.0.4; charset=utf-8', 'pending_events 0\n']],
    ['/', [], [404, plain, 'not found; expected /healthz, /readyz or /metrics\n']],
    ['/healthz/more', [], [404, plain, 'not found; expected /healthz, /readyz or /metrics\n']],
  ])('answers %s with the faults %j by %j', async (path, faults, expected) => {
    const { get } = await serving(faults);
    expect(await get(path)).toEqual(expected);
  });

  it('is not there without a port', async () => {
    const server = serveHealth(undefined, { faults: () => [], metrics: () => '' });
    expect(await server.listening).toBeUndefined();
    expect(server.close()).toBeUndefined();
  });

  it('cannot use a port that is in use', async () => {
    const { port } = await serving();
    const second = serveHealth(port, { faults: () => [], metrics: () => '' });
    await expect(second.listening).rejects.toThrow('EADDRINUSE');
  });

  it('closes its port and its connections, also one without a request', async () => {
    const { port, get, close } = await serving();
    const connection = connect({ port: Number(port), host: '127.0.0.1' });
    await once(connection, 'connect');
    expect((await get('/healthz'))[0]).toBe(200);
    close();
    await once(connection.resume(), 'close');
    await expect(get('/healthz')).rejects.toThrow('fetch failed');
  });
});
