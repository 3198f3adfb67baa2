import { once } from 'node:events';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { createServer, connect as dial } from 'node:net';
import { describe, expect, it } from 'vitest';
import { plainCommands } from '../../../shared/mesh/targets/envoy/check/commands.ts';
import { aNode } from '../../mesh/harness/manifests.ts';
import { missingEnvoy } from '../find.ts';
import { ask } from './ask.ts';
import { Authority, SecretFolder } from './certificates.ts';
import { Mesh } from './mesh.ts';
import { Server } from './server.ts';

type Members = Readonly<Record<string, unknown>>;

const port = 8080;

/** The Envoy of the virtual node `blue`, called from outside, and its application, which takes 1 second for `/slow`. */
async function blue(listener: Members, others: Members = {}) {
  const portMapping = { port, protocol: 'http' };
  const mesh = new Mesh([aNode('blue', { listeners: [{ portMapping, ...listener }], ...others })]);
  const { application, pod: address } = mesh.placeOf('blue');
  const server = await Server.start(application, port, ({ path }) => ({
    delayMs: path.startsWith('/slow') ? 1000 : 0,
  }));
  await mesh.start('blue.virtual-node');
  return {
    mesh,
    server,
    lines: mesh.envoyOf('blue').lines,
    ask: (path: string, headers?: Record<string, string>) =>
      ask({ address, port, host: 'blue.apps', path, ...(headers && { headers }) }),
    [Symbol.asyncDispose]: async () => {
      await mesh[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe.skipIf(missingEnvoy)(`a listener's Envoy ${missingEnvoy ?? ''}`, () => {
  it.each([
    ['the timeout of the listener', { http: { perRequest: { unit: 'ms', value: 300 } } }, 504],
    ['none, if it is 0', { http: { perRequest: { unit: 's', value: 0 } } }, 200],
    ['the default of 15 seconds', undefined, 200],
  ])('ends a request of one second by %s', async (_, timeout, expected) => {
    await using node = await blue({ timeout });
    const { status, ms, seen } = await node.ask('/slow');
    expect(status).toBe(expected);
    if (expected === 504) expect(ms).toBeLessThan(900);
    if (timeout === undefined) expect(seen.headers['x-envoy-expected-rq-timeout-ms']).toBe('15000');
  });

  it('passes a request on as it is, but for slashes', async () => {
    await using node = await blue({});
    const { seen } = await node.ask('/a//b/../c?q=1', { 'x-color': 'blue' });
    expect(seen).toMatchObject({ method: 'GET', path: '/a/c?q=1' });
    expect(seen.headers).toMatchObject({ host: 'blue.apps', 'x-color': 'blue' });
    expect(seen.headers).not.toHaveProperty('x-forwarded-for');
  });

  it('a pool limits the connections to the application, and the requests that wait', async () => {
    await using node = await blue({ connectionPool: { http: { maxConnections: 1, maxPendingRequests: 1 } } });
    const first = node.ask('/slow');
    await expect.poll(() => node.server.received).toHaveLength(1);
    const answers = await Promise.all([first, ...[2, 3, 4].map(() => node.ask('/slow'))]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 503, 503]);
    expect(await node.mesh.statistic('blue', 'cluster.ingress_8080.upstream_rq_pending_overflow$')).toBe(2);
  });

  it('a pool of HTTP/2 limits the requests at the same time', async () => {
    const listeners = [
      { portMapping: { port, protocol: 'http2' }, connectionPool: { http2: { maxRequests: 1 } } },
    ];
    await using mesh = new Mesh([aNode('blue', { listeners })]);
    const { application, pod } = mesh.placeOf('blue');
    const server = createHttp2Server((_request, response) => {
      setTimeout(() => response.writeHead(200).end(), 300);
    });
    server.listen(port, application);
    await once(server, 'listening');
    await mesh.start('blue.virtual-node');
    const session = connectHttp2(`http://${pod}:${port}`);
    const status = async () => {
      const stream = session.request({ ':path': '/' });
      const [headers] = await once(stream, 'response');
      stream.resume();
      return headers[':status'];
    };
    expect((await Promise.all([status(), status()])).sort()).toEqual([200, 503]);
    session.close();
    server.close();
  });

  /** A server of TCP that speaks first. */
  async function greeter(address: string, at: number) {
    const server = createServer((socket) => {
      socket.write('hello ');
      socket.pipe(socket).on('error', () => undefined);
    });
    server.listen(at, address);
    await once(server, 'listening');
    return server;
  }

  it('a listener of TCP passes bytes in both directions, also if the server speaks first, until it is idle', async () => {
    const portMapping = { port, protocol: 'tcp' };
    const timeout = { tcp: { idle: { unit: 'ms', value: 500 } } };
    await using mesh = new Mesh([aNode('blue', { listeners: [{ portMapping, timeout }] })]);
    const { application, pod } = mesh.placeOf('blue');
    const server = await greeter(application, port);
    await mesh.start('blue.virtual-node');

    const socket = dial(port, pod);
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    await expect.poll(() => text).toBe('hello ');
    socket.write('world');
    await expect.poll(() => text).toBe('hello world');
    await once(socket, 'close');
    server.close();
  });

  it('a server of TCP speaks first also beside a port that takes TLS and plain text', async () => {
    const file = { certificateChain: '/certs/blue.pem', privateKey: '/certs/blue.key' };
    const tls = { mode: 'PERMISSIVE', certificate: { file } };
    using folder = new SecretFolder();
    folder.write({}, { blue: await (await Authority.create('ours')).issue('blue.apps') });
    const listeners = [
      { portMapping: { port: 80, protocol: 'http' }, tls },
      { portMapping: { port, protocol: 'tcp' } },
    ];
    await using mesh = new Mesh([aNode('blue', { listeners })], { mounts: { '/certs': folder.path } });
    const { application, pod } = mesh.placeOf('blue');
    const server = await greeter(application, port);
    await mesh.start('blue.virtual-node');
    const socket = dial(port, pod);
    const start = performance.now();
    await once(socket, 'data');
    expect(performance.now() - start).toBeLessThan(5000);
    socket.destroy();
    server.close();
  });
});

describe.skipIf(missingEnvoy)(`the access log of a listener's Envoy ${missingEnvoy ?? ''}`, () => {
  const logging = (format?: Members) => ({
    logging: { accessLog: { file: { path: '/dev/stdout', format } } },
  });

  it('has a line for each request in the format of the text', async () => {
    const text = '%REQ(:METHOD)% %REQ_WITHOUT_QUERY(:PATH)% %RESPONSE_CODE% %REQ(X-COLOR?X-SHADE):2% 100%%\n';
    await using node = await blue({}, logging({ text }));
    await node.ask('/a?secret=1', { 'x-color': 'red' });
    await node.ask('/b');
    await expect.poll(() => node.lines).toContain('GET /a 200 re 100%');
    await expect.poll(() => node.lines).toContain('GET /b 200 - 100%');
  });

  it('has a line of JSON', async () => {
    const json = [
      { key: 'path', value: '%REQ(:PATH)%' },
      { key: 'code', value: '%RESPONSE_CODE%' },
    ];
    await using node = await blue({}, logging({ json }));
    await node.ask('/a?b=c');
    await expect.poll(() => node.lines).toContain('{"code":200,"path":"/a?b=c"}');
  });

  it('has the format of Envoy if none is given, and one that Envoy would refuse does no harm', async () => {
    await using node = await blue({}, logging({ text: '%FOO%' }));
    expect((await node.ask('/a')).status).toBe(200);
    await expect.poll(() => node.lines).toContainEqual(expect.stringMatching(/"GET \/a HTTP\/1.1" 200 - /));
  });

  it('Envoy takes every operator that is known here', async () => {
    const operators = [
      ...[...plainCommands].map((name) => `%${name}%`),
      ...['START_TIME(%Y)', 'REQ_WITHOUT_QUERY(:PATH)', 'REQ(A?B):3', 'RESP(A)', 'TRAILER(A)'].map(
        (each) => `%${each}%`,
      ),
    ];
    const json = operators.map((value, index) => ({ key: `${index}`, value }));
    await using node = await blue({}, logging({ json }));
    expect((await node.ask('/')).status).toBe(200);
    await expect.poll(() => node.lines).toContainEqual(expect.stringMatching(/^\{"0":/));
  });
});
