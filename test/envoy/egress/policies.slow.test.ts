import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { aNode, aRoute, aRouter, aService, backends } from '../../mesh/harness/manifests.ts';
import { port, startServer } from './local-server.ts';
import { aLocalNode, missingEnvoy, startFront } from './running-front.ts';

type Spec = Readonly<Record<string, unknown>>;

const once = { maxRetries: 1, perRetryTimeout: { unit: 's', value: 5 } };
const ms = (value: number) => ({ unit: 'ms', value });

/** A route of prefix `/<name>` with more members, to `blue`. */
function route(name: string, members: Spec): Spec {
  const made = aRoute(name, { blue: 1 }, { match: { prefix: `/${name}` } }) as { readonly httpRoute: Spec };
  return { ...made, httpRoute: { ...made.httpRoute, ...members } };
}

/** The proxy of `front`; `blue` answers as the path says. */
async function started(answer: RequestListener, ...routes: readonly Spec[]) {
  const blue = await startServer('blue', answer);
  const front = await startFront([
    aLocalNode('front', '127.0.0.1', backends('orders')),
    aLocalNode('blue', blue.address),
    aService('orders', 'router/router'),
    aRouter('router', routes),
  ]);
  const stop = async () => {
    await front[Symbol.asyncDispose]();
    await blue[Symbol.asyncDispose]();
  };
  return { ...front, blue, [Symbol.asyncDispose]: stop };
}

const byStatus: RequestListener = (request, response) => {
  const status = /\d+$/.exec(request.url ?? '');
  response.writeHead(Number(status?.[0] ?? 200)).end();
};
/** `/…/100/300`: waits 100 ms before the head of the response, and 300 before its end. */
const byWaiting: RequestListener = async (request, response) => {
  const [head = 0, body = 0] = (request.url ?? '').split('/').slice(2).map(Number);
  await sleep(head);
  response.write('some');
  await sleep(body);
  response.end();
};

describe.skipIf(missingEnvoy)(`retries in a running Envoy${missingEnvoy}`, () => {
  it('the backend sees one request more for each retry, of what the events of the policy name', async () => {
    const policy = (retryPolicy: Spec) => ({ retryPolicy: { ...once, ...retryPolicy } });
    const cases: readonly [name: string, members: Spec, status: number, requests: number][] = [
      ['default', {}, 503, 3],
      ['default', {}, 500, 1],
      ['none', policy({ maxRetries: 0, httpRetryEvents: ['server-error'] }), 503, 1],
      ['server', policy({ httpRetryEvents: ['server-error'] }), 500, 2],
      ['server', policy({ httpRetryEvents: ['server-error'] }), 511, 2],
      ['server', policy({ httpRetryEvents: ['server-error'] }), 509, 1],
      ['gateway', policy({ httpRetryEvents: ['gateway-error'], maxRetries: 3 }), 502, 4],
      ['gateway', policy({ httpRetryEvents: ['gateway-error'], maxRetries: 3 }), 500, 1],
      ['client', policy({ httpRetryEvents: ['client-error'] }), 409, 2],
      ['client', policy({ httpRetryEvents: ['client-error'] }), 404, 1],
      ['connection', policy({ tcpRetryEvents: ['connection-error'] }), 503, 1],
    ];
    const routes = new Map(cases.map(([name, members]) => [name, route(name, members)]));
    await using front = await started(byStatus, ...routes.values());
    for (const [name, , status, expected] of cases) {
      front.blue.requests.length = 0;
      expect((await front.get(`/${name}/${status}`)).status).toBe(status);
      expect([name, status, front.blue.requests.length]).toEqual([name, status, expected]);
    }
  });

  it('a retry goes to another instance than the one that failed', async () => {
    await using failing = await startServer('failing', (_request, response) => response.writeHead(503).end());
    await using sound = await startServer('sound');
    const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'orders' };
    const blue = aNode('blue', { serviceDiscovery: { awsCloudMap } });
    const instances = [failing, sound].map(({ address }) => ({ address, port }));
    await using front = await startFront(
      [aLocalNode('front', '127.0.0.1', backends('orders')), blue, aService('orders', 'node/blue')],
      { instancesOf: () => instances },
    );
    // Many at once, so that the next instance in turn is not the other one for each of them.
    for (let sent = 0; sent < 400; sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => front.get('/')));
      expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['sound']));
    }
    expect(failing.requests.length).toBeGreaterThan(100);
  });
});

describe.skipIf(missingEnvoy)(`timeouts in a running Envoy${missingEnvoy}`, () => {
  it('a request ends after the time of its route, after 15 seconds without one, and never if it is 0', {
    timeout: 40_000,
  }, async () => {
    const noRetry = { retryPolicy: { ...once, maxRetries: 0, httpRetryEvents: ['client-error'] } };
    await using front = await started(
      byWaiting,
      route('short', { timeout: { perRequest: ms(300) } }),
      route('default', noRetry),
      route('off', { timeout: { perRequest: ms(0) } }),
      route('idle', { timeout: { idle: ms(300), perRequest: ms(0) } }),
    );
    const asked = (path: string) =>
      front.get(path).then(({ status, ms: took }) => [status, Math.round(took / 100) / 10]);
    const [short, sharp, byDefault, off, idle] = await Promise.all([
      asked('/short/2000'),
      asked('/short/100'),
      asked('/default/20000'),
      asked('/off/16500'),
      asked('/idle/2000'),
    ]);
    expect(short).toEqual([504, expect.toSatisfy((seconds) => seconds >= 0.3 && seconds < 1.2)]);
    expect(sharp?.[0]).toBe(200);
    expect(byDefault).toEqual([504, expect.toSatisfy((seconds) => seconds >= 15 && seconds < 16.5)]);
    expect(off?.[0]).toBe(200);
    expect(idle).toEqual([504, expect.toSatisfy((seconds) => seconds >= 0.3 && seconds < 1.2)]);
  });

  it('each try has its own time', async () => {
    const retryPolicy = {
      ...once,
      perRetryTimeout: ms(200),
      maxRetries: 2,
      httpRetryEvents: ['gateway-error'],
    };
    await using front = await started(byWaiting, route('tries', { retryPolicy }));
    const { status, ms: took } = await front.get('/tries/3000');
    expect(status).toBe(504);
    expect(front.blue.requests.length).toBe(3);
    expect(took).toBeGreaterThan(600);
    expect(took).toBeLessThan(2500);
  });

  it('an upgrade to WebSocket passes, and outlives the timeout of the route', async () => {
    const blue = await startServer('blue');
    await using _stop = blue;
    await using front = await startFront([
      aLocalNode('front', '127.0.0.1', backends('orders')),
      aLocalNode('blue', blue.address, {}),
      aService('orders', 'router/router'),
      aRouter('router', [route('socket', { timeout: { perRequest: ms(300) } })]),
    ]);
    blue.onUpgrade((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      socket.on('data', (data) => socket.write(`echo ${data}`));
    });
    const socket = connect(8080, front.envoy.place.outbound);
    const received: string[] = [];
    socket.on('data', (data) => received.push(`${data}`));
    socket.write(
      'GET /socket HTTP/1.1\r\nHost: orders.apps\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    );
    await expect.poll(() => received.join('')).toMatch(/^HTTP\/1.1 101/);
    await sleep(800);
    socket.write('hello');
    await expect.poll(() => received.join('')).toMatch(/echo hello$/);
    socket.destroy();
  });
});
