import { expect, it } from 'vitest';
import { handleRestJson } from '../../../../src/app-mesh/rest-json.ts';
import { Bench } from './setup.ts';

const root = '/v20190125';

async function send(bench: Bench, method: string, target: string, body = '') {
  const { pathname, searchParams: query } = new URL(target, 'http://embedded.invalid');
  const reply = await handleRestJson(bench.engine, { method, pathname, query, body });
  return { ...JSON.parse(String(reply?.body ?? '{}')), statusCode: reply?.status, headers: reply?.headers };
}

it('the answer of a resource is its whole body, times are seconds with a fraction', async () => {
  const bench = new Bench();
  bench.clock.advance(250);
  const { statusCode, meshName, metadata, mesh } = await send(
    bench,
    'PUT',
    `${root}/meshes`,
    '{"meshName":"m"}',
  );
  expect({ statusCode, meshName, mesh }).toEqual({ statusCode: 200, meshName: 'm', mesh: undefined });
  expect(metadata.createdAt).toBe(bench.clock.now() / 1000);
  expect(metadata.createdAt % 1).toBeCloseTo(0.25);
});

it('an error has its type in a header, its message in the body', async () => {
  const answer = await send(new Bench(), 'GET', `${root}/meshes/x`);
  expect(answer).toMatchObject({
    statusCode: 404,
    headers: { 'x-amzn-errortype': 'NotFoundException', 'content-type': 'application/json' },
    message: 'Mesh with name x is not present for account 000000000000',
  });
});

it('names in the path are decoded, members of the query are read', async () => {
  const bench = new Bench();
  bench.mesh();
  const services = `${root}/meshes/m/virtualServices`;
  for (const virtualServiceName of ['a/b%', 'ä'])
    await send(bench, 'PUT', services, JSON.stringify({ virtualServiceName, spec: {} }));
  const found = await send(bench, 'GET', `${services}/${encodeURIComponent('a/b%')}?meshOwner=000000000000`);
  expect(found).toMatchObject({ statusCode: 200, virtualServiceName: 'a/b%' });
  const { virtualServices, nextToken } = await send(bench, 'GET', `${services}?limit=1`);
  expect(virtualServices).toHaveLength(1);
  const rest = await send(bench, 'GET', `${services}?limit=1&nextToken=${encodeURIComponent(nextToken)}`);
  expect(rest.virtualServices).toMatchObject([{ virtualServiceName: 'ä' }]);
});

it.each([
  ['GET', `${root}/meshes?limit=many`, '', 'limit: must be of type number'],
  ['GET', `${root}/meshes?color=blue`, '', 'request: unknown member color'],
  ['PUT', `${root}/meshes`, '{', expect.stringContaining('the body is not JSON')],
  ['PUT', `${root}/meshes`, '[]', 'the body is not a JSON object'],
  ['PUT', `${root}/meshes`, '{"meshName":5}', 'meshName: must be of type string'],
])('%s %s %s is BadRequestException', async (method, target, body, message) => {
  expect(await send(new Bench(), method, target, body)).toMatchObject({
    statusCode: 400,
    headers: { 'x-amzn-errortype': 'BadRequestException' },
    message,
  });
});

it('a member that is null is absent', async () => {
  const body = '{"meshName":"m","spec":null,"tags":null}';
  expect(await send(new Bench(), 'PUT', `${root}/meshes`, body)).toMatchObject({ statusCode: 200 });
});

it.each([
  ['POST', `${root}/meshes`],
  ['GET', `${root}/meshes/m/virtualNodes/n/routes`],
  ['GET', `${root}/nonesuch`],
  ['GET', `${root}/meshes/%zz`],
])('%s %s is UnknownOperationException', async (method, target) => {
  expect(await send(new Bench(), method, target)).toMatchObject({
    statusCode: 404,
    headers: { 'x-amzn-errortype': 'UnknownOperationException' },
  });
});
