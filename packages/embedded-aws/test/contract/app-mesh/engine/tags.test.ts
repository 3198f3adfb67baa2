import { expect, it } from 'vitest';
import { Bench, node } from './setup.ts';

const resourceArn = 'arn:aws:appmesh:us-west-2:000000000000:mesh/m';
const tags = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: '' }));

it('a resource has at most 50 tags, and a request for more is refused as a whole', () => {
  const bench = new Bench();
  bench.mesh({ tags: tags(49) });
  const more = [
    { key: 'x', value: '' },
    { key: 'y', value: '' },
  ];
  expect(bench.refusal('TagResource', { resourceArn, tags: more })).toMatchObject({
    code: 'TooManyTagsException',
    status: 400,
  });
  bench.call('TagResource', { resourceArn, tags: tags(50) });
  expect(Object.keys(bench.engine.snapshot()[0]?.tags ?? {})).toEqual(tags(50).map(({ key }) => key));
  expect(bench.refusal('TagResource', { resourceArn, tags: tags(51) })).toMatchObject({
    code: 'BadRequestException',
    message: 'tags: must have a length of at most 50',
  });
});

it('tags are listed page by page, 50 at most', () => {
  const bench = new Bench();
  bench.mesh({ tags: tags(5) });
  const first = bench.call('ListTagsForResource', { resourceArn, limit: 3 });
  expect(first.tags).toEqual(tags(3));
  const { nextToken } = first;
  const second = bench.call('ListTagsForResource', { resourceArn, nextToken });
  expect(second).toEqual({ tags: tags(5).slice(3), nextToken: undefined });
  expect(bench.refusal('ListTagsForResource', { resourceArn, limit: 51 })).toMatchObject({
    message: 'limit: must be at most 50',
  });
});

it('keys of AWS are refused, and nothing is created with them', () => {
  const bench = new Bench();
  bench.mesh();
  const system = [{ key: 'aws:x', value: '' }];
  const badRequest = { code: 'BadRequestException', message: expect.stringContaining('aws:x') };
  expect(bench.refusal('TagResource', { resourceArn, tags: system })).toMatchObject(badRequest);
  expect(bench.refusal('CreateVirtualNode', node('blue', { tags: system }))).toMatchObject(badRequest);
  expect(bench.engine.snapshot()).toHaveLength(1);
});

it('tags go with their resource', () => {
  const bench = new Bench();
  bench.mesh({ tags: tags(1) });
  bench.call('DeleteMesh', { meshName: 'm' });
  bench.mesh();
  expect(bench.call('ListTagsForResource', { resourceArn }).tags).toEqual([]);
});
