import { expect, it } from 'vitest';
import { consider } from '../../../../shared/mesh/routing/evaluate/consider.ts';
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
