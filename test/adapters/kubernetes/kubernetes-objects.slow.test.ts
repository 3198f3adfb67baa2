import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubernetesObjectsAdapter } from '../../../shared/adapters/kubernetes/kubernetes-objects.ts';
import {
  ConflictError,
  KindNotServedError,
  NotFoundError,
  PermanentError,
  RetryableError,
} from '../../../shared/model/errors.ts';
import { listen, servers } from './api-client.ts';

const group = 'networking.istio.io';
const apiVersion = `${group}/v1`;
const id = { apiVersion, kind: 'ServiceEntry', namespace: 'shop', name: 'cart' };
const manifest = {
  apiVersion,
  kind: 'ServiceEntry',
  metadata: { namespace: 'shop', name: 'cart' },
  spec: {},
};
const live = { ...manifest, metadata: { ...manifest.metadata, uid: 'u', resourceVersion: '1' } };
const served = [{ name: 'serviceentries', kind: 'ServiceEntry', namespaced: true }];

let asked: string[];
let bodies: unknown[];
/** What the server answers to requests for objects, in order; the last one again and again. */
let answers: { code: number; body: unknown }[];
let resources: unknown[];
let now: number;
let objects: KubernetesObjectsAdapter;
beforeEach(async () => {
  [asked, bodies, answers, resources, now] = [[], [], [{ code: 200, body: live }], served, 0];
  const server = createServer(async (request, response) => {
    const text = (await request.toArray()).join('');
    asked.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
    if (text) bodies.push(JSON.parse(text));
    const [next, ...later] = answers;
    const isObject = !request.url?.match(/^\/apis(\/[^/]+\/[^/]+)?$/);
    if (isObject && later.length > 0) answers = later;
    const { code, body } = isObject && next ? next : { code: 200, body: discovery(request.url ?? '') };
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const port = await listen(server);
  objects = new KubernetesObjectsAdapter(
    async () => ({ server: `http://127.0.0.1:${port}` }),
    () => undefined,
    () => now,
  );
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function discovery(path: string): object {
  const groups = [{ name: group, versions: [{ version: 'v1' }, { version: 'v1beta1' }] }];
  if (path === '/apis') return { kind: 'APIGroupList', groups };
  return { kind: 'APIResourceList', resources };
}

const objectPath = `/apis/${apiVersion}/namespaces/shop/serviceentries/cart`;

describe('a request for an object', () => {
  it('get, apply and delete send the paths, parameters and bodies that the API server expects', async () => {
    await objects.get(id);
    await objects.apply(manifest, { force: true });
    await objects.delete({ id, uid: 'u' });
    expect(asked.slice(2)).toEqual([
      `GET ${objectPath}`,
      `PATCH ${objectPath}?fieldManager=eks-mesh-sync&force=true&fieldValidation=Strict`,
      `DELETE ${objectPath}`,
    ]);
    expect(bodies[0]).toEqual(manifest);
    expect(bodies[1]).toMatchObject({ preconditions: { uid: 'u' } });
  });

  it.each([
    [400, PermanentError],
    [403, PermanentError],
    [409, ConflictError],
    [422, PermanentError],
    [429, RetryableError],
    [500, RetryableError],
    [503, RetryableError],
  ])('a request that the API server refuses with %i fails', async (code, type) => {
    answers = [{ code, body: { message: 'no' } }];
    for (const call of [
      () => objects.get(id),
      () => objects.list(id),
      () => objects.create(manifest),
      () => objects.apply(manifest),
      () => objects.delete({ id, uid: 'u' }),
    ])
      await expect(call()).rejects.toThrow(type);
  });

  it('a 404 of a proxy does not mean that the object does not exist', async () => {
    answers = [{ code: 404, body: '404 page not found' }];
    await expect(objects.get(id)).rejects.toThrow(RetryableError);
    await expect(objects.list(id)).rejects.toThrow(RetryableError);
    await expect(objects.delete({ id, uid: 'u' })).rejects.toThrow(RetryableError);
    answers = [{ code: 404, body: { details: { name: 'cart' } } }];
    expect(await objects.get(id)).toBeUndefined();
    await expect(objects.delete({ id, uid: 'u' })).rejects.toThrow(NotFoundError);
  });

  it('the error for a kind whose definition was removed meanwhile names the kind', async () => {
    await objects.get(id);
    answers = [{ code: 404, body: '404 page not found' }];
    resources = [];
    await expect(objects.get(id)).rejects.toThrow(RetryableError);
    await expect(objects.get(id)).rejects.toThrow(KindNotServedError);
  });
});

describe('a create that somebody else won', () => {
  const owned = (manager: string, part: string) => ({ manager, fieldsV1: { [part]: {} } });
  const answerOf = (...managedFields: object[]) => ({
    code: 200,
    body: { ...live, metadata: { ...live.metadata, managedFields } },
  });

  it.each(['f:spec', 'f:data'])(
    'create withdraws its %s from an object that somebody else created first',
    async (part) => {
      answers = [answerOf(owned('kubectl', part), owned('eks-mesh-sync', part))];
      await expect(objects.create(manifest)).rejects.toThrow(ConflictError);
      const { namespace, name } = manifest.metadata;
      expect(bodies.at(-1)).toEqual({
        ...{ apiVersion, kind: 'ServiceEntry' },
        metadata: { namespace, name, uid: 'u' },
      });
    },
  );

  it('create recognizes the object that its first attempt created, if the response was lost', async () => {
    answers = [answerOf(owned('eks-mesh-sync', 'f:spec'), owned('labeller', 'f:metadata'))];
    expect((await objects.create(manifest)).metadata.uid).toBe('u');
    expect(bodies).toHaveLength(1);
  });

  it('create is to be retried if its fields cannot be withdrawn', async () => {
    answers = [answerOf(owned('kubectl', 'f:spec')), { code: 503, body: {} }];
    await expect(objects.create(manifest)).rejects.toThrow(RetryableError);
  });
});

describe('discovery', () => {
  it('the discovery of the API server is read once in five minutes', async () => {
    const reads = () => asked.filter((line) => /^GET \/apis(\/[^/]+\/[^/]+)?$/.test(line)).length;
    await objects.servedVersion(group, 'ServiceEntry', ['v1']);
    await objects.get(id);
    now += 5 * 60_000;
    await objects.get(id);
    expect(reads()).toBe(2);
    now += 1;
    await objects.get(id);
    expect(reads()).toBe(4);
  });

  it('the discovery of the API server is read again soon for a kind that it does not have', async () => {
    resources = [];
    await expect(objects.get(id)).rejects.toThrow(KindNotServedError);
    resources = served;
    await expect(objects.get(id)).rejects.toThrow(KindNotServedError);
    now += 10_001;
    expect(await objects.get(id)).toMatchObject({ kind: 'ServiceEntry' });
  });

  it('a kind does not count as absent if the discovery of the API server cannot be read', async () => {
    resources = 'broken' as unknown as unknown[];
    await expect(objects.servedVersion(group, 'ServiceEntry', ['v1'])).rejects.toThrow(RetryableError);
    resources = served;
    expect(await objects.servedVersion(group, 'ServiceEntry', ['v1'])).toBe('v1');
  });
});
