import { expect, it } from 'vitest';
import { routeSpec } from '../specs.ts';
import { Bench, route } from './setup.ts';

type Page = { virtualNodes: { virtualNodeName: string }[]; nextToken?: string };
const meshName = 'm';

function withNodes(...names: readonly string[]): Bench {
  const bench = new Bench();
  bench.mesh();
  for (const name of names) bench.node(name);
  return bench;
}

const pageOf = (bench: Bench, input: object): Page =>
  bench.call('ListVirtualNodes', { meshName, ...input }) as unknown as Page;
const namesOf = ({ virtualNodes }: Page) => virtualNodes.map(({ virtualNodeName }) => virtualNodeName);

it('a page holds what the limit says, and the last one has no token', () => {
  const bench = withNodes('a', 'b', 'c');
  const first = pageOf(bench, { limit: 2 });
  expect(namesOf(first)).toEqual(['a', 'b']);
  const second = pageOf(bench, { limit: 2, nextToken: first.nextToken });
  expect(second).toMatchObject({ nextToken: undefined });
  expect(namesOf(second)).toEqual(['c']);
  expect(pageOf(bench, { limit: 3 }).nextToken).toBeUndefined();
});

it('a page holds at most 100 resources, and 100 without a limit', () => {
  const names = Array.from({ length: 101 }, (_, index) => `n${index}`);
  const bench = withNodes(...names);
  expect(namesOf(pageOf(bench, {}))).toEqual(names.slice(0, 100));
  for (const limit of [0, 101, 1.5])
    expect(bench.refusal('ListVirtualNodes', { meshName, limit })).toMatchObject({
      code: 'BadRequestException',
      message: expect.stringMatching(/^limit: must be/),
    });
});

it('a resource that is created or deleted between two pages moves no other', () => {
  const bench = withNodes('a', 'b', 'c', 'd');
  const { nextToken } = pageOf(bench, { limit: 2 });
  bench.call('DeleteVirtualNode', { meshName, virtualNodeName: 'a' });
  bench.node('e');
  expect(namesOf(pageOf(bench, { nextToken }))).toEqual(['c', 'd', 'e']);
});

it('a token of another listing, or none at all, is BadRequestException', () => {
  const bench = withNodes('a', 'b');
  const { nextToken } = pageOf(bench, { limit: 1 });
  const badRequest = { code: 'BadRequestException', message: 'nextToken: is not valid for this request' };
  expect(bench.refusal('ListVirtualRouters', { meshName, nextToken })).toMatchObject(badRequest);
  expect(bench.refusal('ListVirtualNodes', { meshName, nextToken: 'x' })).toMatchObject(badRequest);
});

it('routes are listed by their router, each with names, version, owners and times', () => {
  const bench = withNodes('blue');
  for (const name of ['r', 's']) bench.router(name);
  bench.route('all', { blue: 1 });
  bench.call('CreateRoute', { ...route('other', routeSpec({ blue: 1 })), virtualRouterName: 's' });
  const createdAt = new Date(bench.clock.now());
  bench.clock.advance(1000);
  bench.call('UpdateRoute', route('all', routeSpec({ blue: 2 })));
  expect(bench.call('ListRoutes', { meshName, virtualRouterName: 'r' }).routes).toEqual([
    {
      meshName,
      virtualRouterName: 'r',
      routeName: 'all',
      arn: 'arn:aws:appmesh:us-west-2:000000000000:mesh/m/virtualRouter/r/route/all',
      createdAt,
      lastUpdatedAt: new Date(bench.clock.now()),
      meshOwner: '000000000000',
      resourceOwner: '000000000000',
      version: 2,
    },
  ]);
});
