import { describe, expect, it } from 'vitest';
import { keptRoutes } from '../../../../../shared/mesh/targets/envoy/translate/gateway/kept-routes.ts';

const table = (...routes: readonly string[]) => ({
  name: 'gateway-80',
  virtual_hosts: [
    { name: 'gateway', domains: ['*'], routes: routes.map((text) => ({ name: text[0], is: text })) },
  ],
});

describe('the routes of a gateway that stay as they are in the cluster', () => {
  it.each([
    ['a refused route, before the one that followed it', ['a', 'b', 'c'], ['a', 'c'], ['a', 'b', 'c']],
    ['one whose successor is gone, before the next', ['a', 'b', 'c', 'd'], ['d', 'a'], ['b', 'd', 'a']],
    ['one that was the last, as the last', ['a', 'b'], ['a', 'c'], ['a', 'c', 'b']],
    ['both routes of a prefix', ['b1', 'b2', 'c'], ['c'], ['b1', 'b2', 'c']],
    ['one of a new target, in its new place', ['a', 'b-live'], ['b', 'b', 'a'], ['b-live', 'a']],
    ['nothing that was not there', ['a'], ['a', 'b'], ['a', 'b']],
  ])('%s', (_, live, desired, expected) => {
    expect(keptRoutes(table(...live), table(...desired), ['b'])).toEqual(table(...expected));
  });
});
