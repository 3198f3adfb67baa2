import { AppMeshClient, type AppMeshClientConfig } from '@aws-sdk/client-app-mesh';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppMeshAdapter } from '../../../../../shared/mesh/targets/app-mesh/adapter/app-mesh.ts';
import type { AppMesh } from '../../../../../shared/mesh/targets/app-mesh/api.ts';
import {
  type ResourceKind,
  type ResourceName,
  resourceKinds,
} from '../../../../../shared/mesh/targets/app-mesh/plan/resource-name.ts';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  QuotaExceededError,
  ResourceInUseError,
  RetryableError,
  WaitError,
} from '../../../../../shared/model/errors.ts';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
interface Answer {
  readonly status?: number;
  readonly error?: string;
  readonly body?: object;
}

let sent: Sent[];
let answers: (Answer | Error)[];
let adapter: AppMesh;
beforeEach(() => {
  sent = [];
  answers = [];
  adapter = new AppMeshAdapter(
    new AppMeshClient({
      region: 'us-west-2',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      maxAttempts: 1,
      requestHandler: { handle: async (request: object) => answer(request) },
    } as AppMeshClientConfig),
  );
});

/** Answers what the test wrote down, in turn, and keeps what was asked. */
function answer(request: object): { response: object } {
  const { method, path, query, body } = request as Sent & { body?: Uint8Array };
  sent.push({ method, path, query, body: body ? JSON.parse(new TextDecoder().decode(body)) : undefined });
  const next = answers.shift();
  if (next === undefined) throw new Error('the test has no more answers');
  if (next instanceof Error) throw next;
  const { error, status = error ? 400 : 200, body: said = error ? { message: 'in words' } : {} } = next;
  const headers = {
    'content-type': 'application/json',
    ...(error && { 'x-amzn-errortype': error }),
  };
  return { response: { statusCode: status, headers, body: new TextEncoder().encode(JSON.stringify(said)) } };
}

const metadata = {
  arn: 'arn:aws:appmesh:us-west-2:111122223333:mesh/webapp',
  version: 3,
  resourceOwner: '111122223333',
  meshOwner: '444455556666',
  uid: 'u',
  createdAt: 1,
  lastUpdatedAt: 1,
};
const spec = { listeners: [{ portMapping: { port: 8080, protocol: 'http' } }] };
const resource = (kind: ResourceKind, more: Partial<ResourceName> = {}): ResourceName => ({
  ...{ kind, meshName: 'webapp', name: kind === 'mesh' ? 'webapp' : 'front' },
  ...(kind === 'route' && { parentName: 'router' }),
  ...(kind === 'gatewayRoute' && { parentName: 'gateway' }),
  ...more,
});
const found = (kind: ResourceKind, status = 'ACTIVE', itsSpec: object = {}) => ({
  body: { meshName: 'webapp', [`${kind}Name`]: 'front', metadata, spec: itsSpec, status: { status } },
});
const thrown = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Path below the mesh of the collection, and of one; and the member with its name. */
const places: Readonly<Record<ResourceKind, readonly [string, string]>> = {
  mesh: ['', '/webapp'],
  virtualGateway: ['/webapp/virtualGateways', '/webapp/virtualGateways/front'],
  gatewayRoute: [
    '/webapp/virtualGateway/gateway/gatewayRoutes',
    '/webapp/virtualGateway/gateway/gatewayRoutes/front',
  ],
  virtualNode: ['/webapp/virtualNodes', '/webapp/virtualNodes/front'],
  virtualRouter: ['/webapp/virtualRouters', '/webapp/virtualRouters/front'],
  route: ['/webapp/virtualRouter/router/routes', '/webapp/virtualRouter/router/routes/front'],
  virtualService: ['/webapp/virtualServices', '/webapp/virtualServices/front'],
};

describe.each(resourceKinds)('a %s', (kind) => {
  const [collection, one] = places[kind].map((path) => `/v20190125/meshes${path}`);
  const name = kind === 'mesh' ? 'webapp' : 'front';

  it('a resource is created with its tags and token', async () => {
    answers.push(found(kind));
    const options = { clientToken: 'token-1', tags: { 'eks-mesh-sync/cluster': 'production' } };
    const created = await adapter.create(resource(kind), {}, options);
    expect(created).toEqual({
      arn: metadata.arn,
      createdAtMs: 1000,
      version: 3,
      resourceOwner: '111122223333',
      meshOwner: '444455556666',
      spec: {},
    });
    expect(sent).toEqual([
      {
        method: 'PUT',
        path: collection,
        query: {},
        body: {
          [`${kind}Name`]: name,
          spec: {},
          clientToken: 'token-1',
          tags: [{ key: 'eks-mesh-sync/cluster', value: 'production' }],
        },
      },
    ]);
  });

  it('a resource is updated, described and deleted by its names', async () => {
    answers.push(found(kind), found(kind), found(kind, 'DELETED'));
    await adapter.update(resource(kind), {}, { clientToken: 'token-2' });
    expect(await adapter.describe(resource(kind))).toMatchObject({ arn: metadata.arn, version: 3 });
    await adapter.delete(resource(kind));
    const query = {};
    expect(sent).toEqual([
      { method: 'PUT', path: one, query, body: { spec: {}, clientToken: 'token-2' } },
      { method: 'GET', path: one, query, body: undefined },
      { method: 'DELETE', path: one, query, body: undefined },
    ]);
  });

  it('a resource is not there when it was not found, or its status is DELETED', async () => {
    answers.push({ error: 'NotFoundException', status: 404 }, found(kind, 'DELETED'));
    expect(await adapter.describe(resource(kind))).toBeUndefined();
    expect(await adapter.describe(resource(kind))).toBeUndefined();
  });

  it('a resource is listed page by page', async () => {
    const list = kind === 'mesh' ? 'meshes' : `${kind}s`;
    const item = (itsName: string) => ({ ...metadata, meshName: 'webapp', [`${kind}Name`]: itsName });
    answers.push(
      { body: { [list]: [item('a'), item('b')], nextToken: 'more' } },
      { body: { [list]: [item('c')] } },
    );
    const { kind: _, name: __, ...scope } = resource(kind);
    expect(await Array.fromAsync(adapter.list(kind, scope))).toEqual(
      ['a', 'b', 'c'].map((itsName) => ({ name: itsName, arn: metadata.arn, createdAtMs: 1000, version: 3 })),
    );
    expect(sent).toEqual([
      { method: 'GET', path: collection, query: { limit: '100' }, body: undefined },
      { method: 'GET', path: collection, query: { limit: '100', nextToken: 'more' }, body: undefined },
    ]);
  });
});

describe('a mesh of another account', () => {
  const owned = (kind: ResourceKind) => resource(kind, { meshOwner: '444455556666' });

  it('a mesh of another account is named with each call about what is in it', async () => {
    answers.push(...Array.from({ length: 4 }, () => found('route')), { body: { routes: [] } });
    await adapter.create(owned('route'), {}, { clientToken: 't', tags: {} });
    await adapter.update(owned('route'), {}, { clientToken: 't' });
    await adapter.describe(owned('route'));
    await adapter.delete(owned('route'));
    const scope = { meshName: 'webapp', meshOwner: '444455556666', parentName: 'router' };
    await Array.fromAsync(adapter.list('route', scope));
    expect(sent.map(({ query }) => query.meshOwner)).toEqual(Array(5).fill('444455556666'));
  });

  it('a mesh of another account is described as its own, but not written with an owner, which these calls do not know', async () => {
    answers.push(found('mesh'), found('mesh'));
    await adapter.describe(owned('mesh'));
    await adapter.update(owned('mesh'), {}, { clientToken: 't' });
    expect(sent.map(({ query }) => query)).toEqual([{ meshOwner: '444455556666' }, {}]);
  });
});

describe('specs', () => {
  it('specs go and come as they are', async () => {
    answers.push(found('virtualNode', 'ACTIVE', spec));
    const { spec: answered } = await adapter.update(resource('virtualNode'), spec, { clientToken: 't' });
    expect(sent[0]?.body).toMatchObject({ spec });
    expect(answered).toEqual(spec);
  });
});

describe('lists of what is not there', () => {
  it('lists of what is not there are empty', async () => {
    answers.push({ error: 'NotFoundException', status: 404 });
    expect(await Array.fromAsync(adapter.list('virtualNode', { meshName: 'webapp' }))).toEqual([]);
  });

  it('lists of what is not there end where the parent goes in the middle', async () => {
    const item = { ...metadata, meshName: 'webapp', virtualNodeName: 'a' };
    answers.push({ body: { virtualNodes: [item], nextToken: 'x' } }, { error: 'NotFoundException' });
    expect(await Array.fromAsync(adapter.list('virtualNode', { meshName: 'webapp' }))).toHaveLength(1);
  });
});

describe('tags', () => {
  it('tags are read to the end, and written', async () => {
    answers.push(
      { body: { tags: [{ key: 'a', value: '1' }], nextToken: 'more' } },
      { body: { tags: [{ key: 'b', value: '2' }] } },
      { body: {} },
    );
    expect(await adapter.tags(metadata.arn)).toEqual({ a: '1', b: '2' });
    await adapter.tag(metadata.arn, { c: '3' });
    expect(sent.at(-1)).toMatchObject({
      path: '/v20190125/tag',
      query: { resourceArn: metadata.arn },
      body: { tags: [{ key: 'c', value: '3' }] },
    });
  });
});

describe('errors', () => {
  const node = resource('virtualNode');
  const create = () => adapter.create(node, spec, { clientToken: 't', tags: {} });

  it.each([
    [
      'ConflictException',
      409,
      ConflictError,
      'CreateVirtualNode virtualNode/webapp/front: ConflictException',
    ],
    [
      'LimitExceededException',
      400,
      QuotaExceededError,
      'CreateVirtualNode virtualNode/webapp/front: LimitEx',
    ],
    ['BadRequestException', 400, PermanentError, 'BadRequestException: in words'],
    ['ForbiddenException', 403, PermanentError, 'not allowed to call appmesh:CreateVirtualNode'],
    ['AccessDeniedException', 403, PermanentError, 'not allowed to call appmesh:CreateVirtualNode'],
    ['TooManyRequestsException', 429, WaitError, 'TooManyRequestsException'],
    ['ServiceUnavailableException', 503, RetryableError, 'ServiceUnavailableException'],
    ['InternalServerErrorException', 500, RetryableError, 'InternalServerErrorException'],
    ['NotFoundException', 404, NotFoundError, 'CreateVirtualNode virtualNode/webapp/front'],
  ])('%s of a create', async (error, status, type, text) => {
    answers.push({ error, status });
    const fault = await thrown(create());
    expect((fault as object).constructor).toBe(type);
    expect((fault as Error).message).toContain(text);
  });

  it('an update of what is gone says so', async () => {
    answers.push({ error: 'NotFoundException', status: 404 });
    const fault = await thrown(adapter.update(node, spec, { clientToken: 't' }));
    expect(fault).toMatchObject({ name: 'NotFoundError', resource: 'resource' });
  });

  it('a deletion of what is in use is retried, one of what is gone is done', async () => {
    answers.push(
      { error: 'ResourceInUseException', status: 409 },
      { error: 'NotFoundException', status: 404 },
    );
    expect(await thrown(adapter.delete(node))).toBeInstanceOf(ResourceInUseError);
    await adapter.delete(node);
  });

  it('a tag too many is permanent', async () => {
    answers.push({ error: 'TooManyTagsException' });
    expect(await thrown(adapter.tag(metadata.arn, { a: '1' }))).toBeInstanceOf(PermanentError);
  });

  it.each(['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT'])(
    '%s: an endpoint that is not there may be one day',
    async (code) => {
      const cause = Object.assign(new Error(`getaddrinfo ${code}`), { code });
      answers.push(cause);
      expect(await thrown(adapter.describe(node))).toMatchObject({ name: 'RetryableError', cause });
    },
  );

  it('an answer without an ARN is none', async () => {
    answers.push({ body: { metadata: {}, status: { status: 'ACTIVE' } } });
    expect(await thrown(adapter.describe(node))).toMatchObject({
      name: 'RetryableError',
      message: 'App Mesh answered without an ARN, a time or a version for virtualNode/webapp/front',
    });
  });
});
