import { describe, expect, it } from 'vitest';
import { aRoute, aRouter, aService, backends } from '../../mesh/harness/manifests.ts';
import { startServer } from './local-server.ts';
import { type Asked, aLocalNode, missingEnvoy, startFront } from './running-front.ts';

type Route = ReturnType<typeof aRoute>;

/** The proxy of `front` with the routes of its backend `orders`, whose targets are `blue` and `red`. */
async function started(...routes: readonly Route[]) {
  const [blue, red] = await Promise.all([startServer('blue'), startServer('red')]);
  const front = await startFront([
    aLocalNode('front', '127.0.0.1', backends('orders')),
    aLocalNode('blue', blue.address),
    aLocalNode('red', red.address),
    aService('orders', 'router/router'),
    aRouter('router', routes),
  ]);
  const stop = async () => {
    for (const each of [front, blue, red]) await each[Symbol.asyncDispose]();
  };
  return { ...front, blue, red, [Symbol.asyncDispose]: stop };
}

describe.skipIf(missingEnvoy)(`routes in a running Envoy${missingEnvoy}`, () => {
  it('2,000 requests are split by the weights of the targets, and one of weight 0 gets none', async () => {
    await using front = await started(
      aRoute('split', { blue: 30, red: 10 }),
      aRoute('none', { blue: 1, red: 0 }, { match: { prefix: '/none' } }),
    );
    const total = 2000;
    for (let sent = 0; sent < total; sent += 50)
      await Promise.all(Array.from({ length: 50 }, () => front.get('/')));
    const sigma = Math.sqrt(total * 0.75 * 0.25);
    expect(Math.abs(front.blue.requests.length - total * 0.75)).toBeLessThan(4 * sigma);
    expect(front.blue.requests.length + front.red.requests.length).toBe(total);
    const before = front.red.requests.length;
    for (let sent = 0; sent < 100; sent++) expect((await front.get('/none')).body).toBe('blue');
    expect(front.red.requests.length).toBe(before);
  });

  const matches: readonly [
    title: string,
    match: object,
    hit: Asked & { path?: string },
    missed: Asked & { path?: string },
  ][] = [
    ['prefix of characters', { prefix: '/a' }, { path: '/ab' }, { path: '/b' }],
    ['exact path', { path: { exact: '/a' } }, { path: '/a?q=1' }, { path: '/a/' }],
    [
      'regular expression for the whole path',
      { path: { regex: '/[0-9]+' } },
      { path: '/12' },
      { path: '/12a' },
    ],
    ['method', { prefix: '/', method: 'DELETE' }, { method: 'DELETE' }, { method: 'POST' }],
    ['exact header', header('exact', 'b'), { headers: { 'x-a': 'b' } }, { headers: { 'x-a': 'B' } }],
    ['prefix of a header', header('prefix', 'b'), { headers: { 'X-A': 'bc' } }, {}],
    ['suffix of a header', header('suffix', 'c'), { headers: { 'x-a': 'bc' } }, { headers: { 'x-a': 'cb' } }],
    [
      'regular expression of a header',
      header('regex', 'b+'),
      { headers: { 'x-a': 'bb' } },
      { headers: { 'x-a': 'bbc' } },
    ],
    [
      'start of a range',
      header('range', { start: 1, end: 5 }),
      { headers: { 'x-a': '1' } },
      { headers: { 'x-a': '0' } },
    ],
    [
      'end of a range, which is not in it',
      header('range', { start: 1, end: 5 }),
      { headers: { 'x-a': '4' } },
      { headers: { 'x-a': '5' } },
    ],
    ['header that is there', { prefix: '/', headers: [{ name: 'x-a' }] }, { headers: { 'x-a': '' } }, {}],
    [
      'header that is absent',
      { prefix: '/', headers: [{ name: 'x-a', invert: true }] },
      {},
      { headers: { 'x-a': 'b' } },
    ],
    ['inverted header, which must be there', header('exact', 'b', true), { headers: { 'x-a': 'c' } }, {}],
    [
      'inverted header of the value',
      header('exact', 'b', true),
      { headers: { 'x-a': 'c' } },
      { headers: { 'x-a': 'b' } },
    ],
    [
      'query parameter',
      { prefix: '/', queryParameters: [{ name: 'q', match: { exact: '1' } }] },
      { path: '/?p=2&q=1' },
      { path: '/?q=2' },
    ],
    [
      'query parameter of any value',
      { prefix: '/', queryParameters: [{ name: 'q' }] },
      { path: '/?q' },
      { path: '/?p' },
    ],
    ['scheme', { prefix: '/', scheme: 'http' }, {}, { headers: { 'x-forwarded-proto': 'https' } }],
  ];
  it('each condition of a match is met by what meets it, and by nothing else', async () => {
    // All in one Envoy: a header that every route requires chooses which one is meant.
    const routes = matches.map(([, match], index) => {
      const chosen = [
        ...((match as { headers?: object[] }).headers ?? []),
        { name: 'x-case', match: { exact: `${index}` } },
      ];
      return aRoute(`case-${index}`, { blue: 1 }, { match: { ...match, headers: chosen } });
    });
    await using front = await started(...routes);
    for (const [index, [title, , hit, missed]] of matches.entries()) {
      const status = async ({ path = '/', ...asked }: Asked & { path?: string }) =>
        (await front.get(path, { ...asked, headers: { ...asked.headers, 'x-case': `${index}` } })).status;
      expect([title, await status(hit), await status(missed)]).toEqual([title, 200, 404]);
    }
  });

  it('routes are tried by priority, then by the length of the prefix', async () => {
    await using front = await started(
      aRoute('all', { red: 1 }),
      aRoute('long', { blue: 1 }, { match: { prefix: '/long' } }),
      aRoute('first', { red: 1 }, { match: { prefix: '/l' }, priority: 3 }),
      aRoute('longest', { blue: 1 }, { match: { prefix: '/longest' }, priority: 2 }),
    );
    const body = async (path: string) => (await front.get(path)).body;
    expect([await body('/a'), await body('/long'), await body('/longest')]).toEqual(['red', 'red', 'blue']);
  });

  it('a backend answers for its name in any case and with the port, and gets the host as it was sent', async () => {
    await using front = await started(aRoute('all', { blue: 1 }));
    for (const host of ['orders.apps', 'Orders.Apps', 'orders.apps:8080']) {
      expect((await front.get('/', { host })).status).toBe(200);
      expect(front.blue.last().host).toBe(host);
    }
  });

  it('what is no backend gets 404: another name, another port of the name, and nothing of a longer name', async () => {
    await using front = await started(aRoute('all', { blue: 1 }));
    for (const host of ['cart.apps', 'orders.apps:81', 'orders', 'x.orders.apps', 'orders.apps.x'])
      expect([host, (await front.get('/', { host })).status]).toEqual([host, 404]);
    expect((await front.get('/', { port: 80 })).status).toBe(404);
  });
});

function header(kind: string, value: unknown, invert = false): object {
  return { prefix: '/', headers: [{ name: 'x-a', match: { [kind]: value }, invert }] };
}
