import { describe, expect, it } from 'vitest';
import { namedIn } from '../../../../../shared/mesh/targets/envoy/stages/named-in.ts';
import { nextListeners } from '../../../../../shared/mesh/targets/envoy/stages/next-listeners.ts';
import type { Change } from '../../../../../shared/mesh/targets/envoy/stages/readiness.ts';
import { listIn, type Resource } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { changeOf, type Given } from './change.ts';

const egress = (...clusters: readonly string[]) => ({ egress: { tables: [], clusters } });

/** By listener, its chains as `port cluster`; of a chain of HTTP, `port http`. */
function listenersOf(change: Change, routes = change.want.routes) {
  const next = nextListeners(change, routes);
  const chainText = (chain: Resource) => {
    const { destination_port: port } = chain.filter_chain_match as { readonly destination_port: string };
    return `${port} ${[...namedIn(chain).clusters][0] ?? 'http'}`;
  };
  return Object.fromEntries(
    [...next].map(([name, each]) => [name, listIn(each, 'filter_chains').map(chainText)]),
  );
}

describe('the next listeners', () => {
  it.each<readonly [name: string, given: Given, expected: object]>([
    [
      'are as desired if all that they name is settled',
      {
        was: { listeners: { ...egress('a@80'), ingress: { tables: [], clusters: ['a@70'] } } },
        want: { listeners: egress('b@80', 'a@90') },
      },
      { egress: ['80 b', '90 a'] },
    ],
    [
      'have the live chains of a port that has to wait',
      {
        was: { listeners: egress('a@80') },
        want: { listeners: egress('a@90', 'b@80') },
        unsettled: ['b'],
      },
      { egress: ['90 a', '80 a'] },
    ],
    [
      'have no chain of a new port that has to wait',
      { was: { listeners: egress('a@80') }, want: { listeners: egress('a@80', 'b@90') }, unsettled: ['b'] },
      { egress: ['80 a'] },
    ],
    [
      'do not name a cluster that the live files lack',
      {
        was: { clusters: { a: '1s' }, listeners: egress('a@80') },
        want: { listeners: egress('a@80', 'b@90') },
      },
      { egress: ['80 a'] },
    ],
    [
      'may name a cluster that is not desired either',
      { was: { clusters: {} }, want: { clusters: {}, listeners: egress('self@80') } },
      { egress: ['80 self'] },
    ],
    [
      'have a port that is not wanted as long as it may be in use',
      {
        was: { listeners: egress('a@80', 'a@81', 'a@82') },
        want: { listeners: egress('b@80') },
        ...{ unsettled: ['b'], removable: ['port 82'] },
      },
      { egress: ['80 a', '81 a'] },
    ],
    [
      'are the live ones if nothing of them would be left',
      {
        was: { listeners: egress('a@80') },
        want: { listeners: egress('b@90') },
        ...{ unsettled: ['b'], removable: ['port 80'] },
      },
      { egress: ['80 a'] },
    ],
    [
      'do not have a new one that has to wait',
      { was: {}, want: { listeners: egress('b@90') }, unsettled: ['b'] },
      {},
    ],
    [
      'have an inbound one as a whole',
      {
        was: { listeners: { ingress: { tables: [], clusters: ['a@80'] } } },
        want: { listeners: { ingress: { tables: [], clusters: ['a@81', 'b@80'] } } },
        unsettled: ['b'],
      },
      { ingress: ['80 a'] },
    ],
    [
      'have all chains of a port or none',
      {
        was: { listeners: egress('a@80') },
        want: { listeners: egress('a@80', 'b@80', 'a@90') },
        unsettled: ['b'],
      },
      { egress: ['80 a', '90 a'] },
    ],
    [
      'do not have a part of a new one',
      { was: {}, want: { listeners: egress('a@80', 'b@90') }, unsettled: ['b'] },
      {},
    ],
    [
      'have one that is not wanted until the others are as desired',
      {
        was: { listeners: { ...egress('a@80'), ingress: { tables: [], clusters: ['a@70'] } } },
        want: { listeners: egress('b@80') },
        unsettled: ['b'],
      },
      { egress: ['80 a'], ingress: ['70 a'] },
    ],
  ])('%s', (_, given, expected) => {
    expect(listenersOf(changeOf(given))).toEqual(expected);
  });

  it.each([
    [{ port: 15_001 }, { port: 15_001 }, ['new']],
    [{ port: 15_001 }, { port: 15_002 }, ['new', 'old']],
    [{ port: 15_001 }, undefined, ['new', 'old']],
    [undefined, undefined, ['new', 'old']],
  ])('have one at an address: %j beside %j', (wanted, live, expected) => {
    const state = changeOf({ unsettled: ['b'] });
    const waiting = { name: 'waits', filter_chains: [{ filters: [{ cluster: 'b' }] }] };
    const listeners = (all: readonly Resource[]) => new Map(all.map((each) => [String(each.name), each]));
    const change = {
      ...state,
      was: { ...state.was, listeners: listeners([{ name: 'old', address: live }]) },
      want: { ...state.want, listeners: listeners([{ name: 'new', address: wanted }, waiting]) },
    };
    expect([...nextListeners(change, new Map()).keys()]).toEqual(expected);
  });
});

describe('a listener that leads to a route table', () => {
  const http = { egress: { tables: ['egress-80'], clusters: [] } };
  const tables = { 'egress-80': { one: ['a'] } };
  const table = (hosts: readonly object[]) =>
    new Map([['rds-egress-80.json', { name: 'egress-80', virtual_hosts: hosts }]]);
  const other = table([{ name: 'one', routes: [{ route: { cluster: 'a' } }] }]);

  it.each<
    readonly [name: string, given: Given, routes: Change['want']['routes'] | undefined, isOpen: boolean]
  >([
    ['as desired', { want: { tables, listeners: http } }, undefined, true],
    ['that is not there', { want: { tables, listeners: http } }, new Map(), false],
    ['that is not whole, and new', { want: { tables, listeners: http } }, other, false],
    ['that is not whole, and live', { was: { tables }, want: { tables, listeners: http } }, other, true],
    [
      'that is not whole, and live since a moment ago',
      { was: { tables }, want: { tables, listeners: http }, unsettled: ['file rds-egress-80.json'] },
      other,
      false,
    ],
    [
      'that is live and has no hosts',
      { was: { tables }, want: { tables, listeners: http } },
      table([]),
      false,
    ],
    [
      'that is live and has a host without routes',
      { was: { tables }, want: { tables, listeners: http } },
      table([{ name: 'one', routes: [] }]),
      false,
    ],
    [
      'that is live and has one host with routes',
      { was: { tables }, want: { tables, listeners: http } },
      table([{ routes: [] }, { routes: [{}] }]),
      true,
    ],
    ['that nobody defines', { want: { listeners: http } }, new Map(), true],
    ['that is not desired', { want: { listeners: http } }, other, true],
  ])('%s', (_, given, routes, isOpen) => {
    expect(listenersOf(changeOf(given), routes)).toEqual(isOpen ? { egress: ['egress-80 http'] } : {});
  });

  it('counts as there if live listeners lead to it', () => {
    const unsettled = ['file rds-egress-80.json'];
    const live = { gateway: { tables: ['egress-80'], clusters: [] } };
    const wanted = { gateway: { tables: ['egress-80'], clusters: ['a@90'] } };
    const change = changeOf({
      was: { tables, listeners: live },
      want: { tables, listeners: wanted },
      unsettled,
    });
    expect(listenersOf(change, other)).toEqual({ gateway: ['egress-80 http', '90 a'] });
  });
});
