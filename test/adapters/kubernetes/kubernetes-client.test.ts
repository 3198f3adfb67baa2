import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { KubernetesClient } from '../../../shared/adapters/kubernetes/client.ts';
import { ExpiredError } from '../../../shared/adapters/kubernetes/errors.ts';
import { lines } from '../../../shared/adapters/kubernetes/lines.ts';
import {
  collectionPath,
  meshResources,
  namespaces,
  nodes,
  pods,
} from '../../../shared/adapters/kubernetes/resources.ts';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  RetryableError,
} from '../../../shared/model/errors.ts';
import { body, client, listen, servers } from './api-client.ts';

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const watchOptions = { resourceVersion: '7', timeoutSeconds: 10, idleTimeoutMs: 2000 };

async function firstEvent(kubernetes: KubernetesClient, options = {}) {
  for await (const event of kubernetes.watch(pods, { ...watchOptions, ...options })) return event;
  return undefined;
}

describe('paths', () => {
  it.each([
    [pods, undefined, '/api/v1/pods'],
    [pods, 'shop', '/api/v1/namespaces/shop/pods'],
    [nodes, 'shop', '/api/v1/nodes'],
    [namespaces, undefined, '/api/v1/namespaces'],
    [meshResources.Mesh, 'shop', '/apis/appmesh.k8s.aws/v1beta2/meshes'],
    [meshResources.VirtualNode, 'shop', '/apis/appmesh.k8s.aws/v1beta2/namespaces/shop/virtualnodes'],
    [meshResources.GatewayRoute, undefined, '/apis/appmesh.k8s.aws/v1beta2/gatewayroutes'],
  ])('%o in namespace %s: %s', (resource, namespace, path) => {
    expect(collectionPath(resource, namespace)).toBe(path);
  });

  it('paths keep a path that the server’s URL has', async () => {
    let asked = '';
    const port = await listen(
      createServer((request, response) => {
        asked = request.url ?? '';
        response.end(body([]));
      }),
    );
    await new KubernetesClient({ server: `http://127.0.0.1:${port}/clusters/a/` }).list(nodes);
    expect(asked).toBe('/clusters/a/api/v1/nodes?limit=500');
  });
});

describe('lists', () => {
  it('lists follow continue, and name the items of built-in kinds', async () => {
    const asked: string[] = [];
    const kubernetes = await client((request, response) => {
      asked.push(request.url ?? '');
      const isFirst = asked.length === 1;
      const metadata = isFirst ? { resourceVersion: '7', continue: 'a b' } : { resourceVersion: '7' };
      response.end(body([{ metadata: { name: `pod-${asked.length}` } }], metadata));
    });
    const { resourceVersion, items } = await kubernetes.list(pods, { limit: 1, labelSelector: 'a=b' });
    expect(resourceVersion).toBe('7');
    expect(items).toEqual(
      [1, 2].map((index) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${index}` } })),
    );
    expect(asked[1]).toBe('/api/v1/pods?limit=1&labelSelector=a%3Db&continue=a+b');
  });

  it('lists take a list without items for empty', async () => {
    const kubernetes = await client((_, response) =>
      response.end('{"metadata":{"resourceVersion":"7"},"items":null}'),
    );
    expect((await kubernetes.list(pods)).items).toEqual([]);
  });

  it('lists fail if their pages have different resourceVersions', async () => {
    let version = 7;
    const kubernetes = await client((_, response) =>
      response.end(body([], { resourceVersion: `${version++}`, continue: 'more' })),
    );
    await expect(kubernetes.list(pods)).rejects.toThrow(ExpiredError);
    expect(version).toBe(13);
  });

  it.each([
    ['is not JSON', 'not JSON', '<html>'],
    ['has no resourceVersion', 'no resourceVersion', '{"items":[]}'],
  ])('whose answer %s may be tried again', async (_, text, answer) => {
    const kubernetes = await client((_request, response) => response.end(answer));
    const listing = kubernetes.list(pods);
    await expect(listing).rejects.toThrow(RetryableError);
    await expect(listing).rejects.toThrow(text);
  });

  it('lists fail if the response is cut short', async () => {
    const kubernetes = await client((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"metadata"', () => response.destroy());
    });
    await expect(kubernetes.list(pods)).rejects.toThrow(/connection broke while trying to list pods/);
  });

  it('lists end with the reason when they are aborted', async () => {
    const kubernetes = await client(() => undefined);
    const controller = new AbortController();
    const listing = kubernetes.list(pods, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 10);
    await expect(listing).rejects.toThrow('enough');
  });
});

describe('refusals', () => {
  it.each([
    [400, PermanentError],
    [401, PermanentError],
    [403, PermanentError],
    [404, NotFoundError],
    [409, ConflictError],
    [410, ExpiredError],
    [429, RetryableError],
    [500, RetryableError],
    [503, RetryableError],
  ])('refusals with %i are %o and say what was refused', async (code, kind) => {
    const kubernetes = await client((_, response) => {
      response.writeHead(code);
      response.end(JSON.stringify({ kind: 'Status', message: 'because', code }));
    });
    const listing = kubernetes.list(meshResources.VirtualNode, { namespace: 'shop' });
    await expect(listing).rejects.toThrow(kind);
    await expect(listing).rejects.toThrow(
      `refused to list virtualnodes.appmesh.k8s.aws in namespace shop: HTTP ${code}, because`,
    );
  });

  it('refusals quote the beginning of a response that does not come from an API server', async () => {
    const kubernetes = await client((_, response) => {
      response.writeHead(502);
      response.end('<html>bad gateway</html>');
    });
    await expect(kubernetes.list(pods)).rejects.toThrow('HTTP 502, <html>bad gateway');
  });

  it('refusals say how long to wait', async () => {
    const kubernetes = await client((_, response) => {
      response.writeHead(429, { 'retry-after': '3' });
      response.end('{}');
    });
    await expect(kubernetes.list(pods)).rejects.toMatchObject({ retryAfterMs: 3000 });
  });

  it('refusals may be retried if the connection is refused', async () => {
    const port = await listen(createServer());
    servers.pop()?.close();
    const kubernetes = new KubernetesClient({ server: `http://127.0.0.1:${port}` });
    await expect(kubernetes.list(pods)).rejects.toThrow(RetryableError);
  });
});

describe('watches', () => {
  it('watches ask for bookmarks, and start at the given resourceVersion', async () => {
    let asked = '';
    const kubernetes = await client((request, response) => {
      asked = request.url ?? '';
      response.end();
    });
    await firstEvent(kubernetes, { namespace: 'shop' });
    expect(asked).toBe(
      '/api/v1/namespaces/shop/pods?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=10',
    );
  });

  it('watches turn an ERROR event into what its code means', async () => {
    const error = (status: object) =>
      client((_, response) => response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`));
    await expect(firstEvent(await error({ code: 410, message: 'too old' }))).rejects.toThrow(ExpiredError);
    await expect(firstEvent(await error({ reason: 'Expired' }))).rejects.toThrow(ExpiredError);
    const tooLarge = { code: 504, details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } };
    await expect(firstEvent(await error(tooLarge))).rejects.toThrow(ExpiredError);
    await expect(firstEvent(await error({ code: 504 }))).rejects.not.toThrow(ExpiredError);
    await expect(firstEvent(await error({ code: 500 }))).rejects.toThrow(RetryableError);
  });

  it.each(['not JSON', '{"type":"NOTHING"}'])('watches do not take %s for an event', async (line) => {
    const kubernetes = await client((_, response) => response.end(`${line}\n`));
    await expect(firstEvent(kubernetes)).rejects.toThrow(RetryableError);
  });

  it.each([
    ['before the answer', false],
    ['after some events', true],
  ])('watches notice silence %s', async (_, speaks) => {
    const kubernetes = await client((_request, response) => {
      if (speaks) response.write('{"type":"BOOKMARK","object":{}}\n');
    });
    const seen: string[] = [];
    const watching = async () => {
      for await (const { type } of kubernetes.watch(pods, { ...watchOptions, idleTimeoutMs: 300 }))
        seen.push(type);
    };
    await expect(watching()).rejects.toThrow('nothing came for 300 ms while trying to watch pods');
    expect(seen).toEqual(speaks ? ['BOOKMARK'] : []);
  });

  it('watches do not take a slow reader for silence', async () => {
    const kubernetes = await client((_, response) => {
      response.end('{"type":"ADDED","object":{}}\n{"type":"DELETED","object":{}}\n');
    });
    const seen: string[] = [];
    for await (const { type } of kubernetes.watch(pods, { ...watchOptions, idleTimeoutMs: 300 })) {
      seen.push(type);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(seen).toEqual(['ADDED', 'DELETED']);
  });

  it('watches close the connection when the reader has enough', async () => {
    const closed = Promise.withResolvers<void>();
    const kubernetes = await client((_, response) => {
      response.on('close', closed.resolve);
      response.write('{"type":"ADDED","object":{}}\n');
    });
    await firstEvent(kubernetes);
    await closed.promise;
  });
});

it('lines are put together over chunks, and an unfinished one is dropped', async () => {
  async function* chunks() {
    yield* ['{"a"', ':1}\n\n{"b":', '2}\n{"c":3}\n{"d', '":4'];
  }
  const seen: string[] = [];
  for await (const line of lines(chunks())) seen.push(line);
  expect(seen).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
});
