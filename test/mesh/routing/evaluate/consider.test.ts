import { expect, it } from 'vitest';
import { consider } from '../../../../shared/mesh/routing/evaluate/consider.ts';
import { httpMatchOf } from '../../../../shared/mesh/routing/match.ts';
import { asked } from './evaluated.ts';

const listening = { protocol: 'http', listener: 'port 80 of VirtualRouter apps/cart' };

const route = (name: string, fault?: string) => ({
  ...{ name, protocol: 'http', fault },
  match: { path: undefined, headers: [], queryParameters: [] },
});

it('an invalid route takes no request, whatever the words of its fault', () => {
  const routes = [route('invalid', 'not known whether it is valid'), route('all')];
  expect(consider(routes, asked, listening)).toEqual({
    taken: routes[1],
    considered: [
      { name: 'invalid', outcome: 'not matched', reason: 'not known whether it is valid' },
      { name: 'all', outcome: 'taken' },
    ],
  });
});

it('no route takes a request if there is none', () => {
  expect(consider([], asked, listening)).toEqual({ taken: undefined, considered: [] });
});

it('a route that cannot be evaluated leaves undecided which of those after it takes the request', () => {
  const unknown = { ...route('letters'), match: httpMatchOf({ path: { regex: '/\\pL*' } }) };
  const reason =
    'not known whether the path matches "/\\\\pL*": this regular expression cannot be evaluated here';
  expect(consider([unknown, route('all')], asked, listening)).toEqual({
    taken: undefined,
    undecided: `letters: ${reason}`,
    considered: [
      { name: 'letters', outcome: 'not known', reason },
      { name: 'all', outcome: 'not reached', reason: 'matches, too; letters is tried before it' },
    ],
  });
});

it.each([
  ['application/grpc', true],
  ['application/grpc+proto', true],
  ['application/grpc-web', false],
  ['text/application/grpc', false],
  ['', false],
])('a gRPC route takes a request with the content type %j: %j', (type, isTaken) => {
  const call = { ...route('call'), protocol: 'grpc' };
  const request = { ...asked, headers: { 'content-type': type } };
  const reason = 'the request is no gRPC call: its content type is not application/grpc';
  expect(consider([call], request, { ...listening, protocol: 'grpc' }).considered).toEqual([
    isTaken ? { name: 'call', outcome: 'taken' } : { name: 'call', outcome: 'not matched', reason },
  ]);
});

it('a route of another protocol than the listener takes nothing', () => {
  const call = { ...route('call'), protocol: 'grpc' };
  expect(consider([call], asked, listening).considered).toEqual([
    {
      ...{ name: 'call', outcome: 'not matched' },
      reason: 'is for grpc; port 80 of VirtualRouter apps/cart is http',
    },
  ]);
});
