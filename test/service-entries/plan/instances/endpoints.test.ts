import { describe, expect, it } from 'vitest';
import {
  type EndpointSource,
  endpointsOf,
} from '../../../../shared/service-entries/plan/instances/endpoints.ts';

const source = (
  id: string,
  address: string,
  ports: Readonly<Record<string, number>>,
  traits: Pick<EndpointSource, 'labels' | 'locality' | 'weight'> = {},
): EndpointSource => ({
  ...{ id, ...traits, addresses: [{ address, isName: false }] },
  ports: Object.entries(ports).map(([name, number]) => ({ name, number, instance: id })),
});
const names = new Set(['http', 'admin']);

describe('the endpoints of instances', () => {
  it('are sorted by address, and have only the ports that the entry has, sorted by name', () => {
    const sources = [
      source('a', '10.0.0.2', { http: 80, admin: 90, other: 1 }),
      source('b', '10.0.0.1', { http: 80 }),
      source('c', '10.0.0.3', { other: 1 }),
    ];
    const found = endpointsOf(sources, names);
    expect(found).toEqual([
      { address: '10.0.0.1', ports: { http: 80 } },
      { address: '10.0.0.2', ports: { admin: 90, http: 80 } },
    ]);
    expect(Object.keys(found[1]?.ports ?? {})).toEqual(['admin', 'http']);
    expect(endpointsOf([], names)).toEqual([]);
  });

  it('have the traits that the instance has, and no others', () => {
    const traits = { labels: { app: 'web' }, locality: 'eu-west-1', weight: 2 };
    const [all] = endpointsOf([source('a', '10.0.0.1', { http: 80 }, traits)], names);
    expect(all).toEqual({ address: '10.0.0.1', ports: { http: 80 }, ...traits });
    const [none] = endpointsOf([source('a', '10.0.0.1', { http: 80 })], names);
    expect(Object.keys(none ?? {})).toEqual(['address', 'ports']);
  });

  it('are one for instances of one address with ports of different names, with the traits of the first by id', () => {
    const sources = [
      source('b', '10.0.0.1', { admin: 90 }, { weight: 2 }),
      source('a', '10.0.0.1', { http: 80 }, { weight: 1 }),
    ];
    for (const each of [sources, sources.toReversed()])
      expect(endpointsOf(each, names)).toEqual([
        { address: '10.0.0.1', ports: { admin: 90, http: 80 }, weight: 1 },
      ]);
  });

  it('are several for instances of one address whose ports have different numbers, sorted by them', () => {
    const sources = [
      source('a', '10.0.0.1', { http: 81 }),
      source('b', '10.0.0.1', { http: 80 }),
      source('c', '10.0.0.1', { http: 81 }),
    ];
    expect(endpointsOf(sources, names)).toEqual([
      { address: '10.0.0.1', ports: { http: 80 } },
      { address: '10.0.0.1', ports: { http: 81 } },
    ]);
  });

  it('are several if one of two ports has another number', () => {
    const sources = [
      source('a', '10.0.0.1', { http: 80, admin: 90 }),
      source('b', '10.0.0.1', { http: 80, admin: 91 }),
    ];
    expect(endpointsOf(sources, names).map(({ ports }) => ports)).toEqual([
      { admin: 90, http: 80 },
      { admin: 91, http: 80 },
    ]);
  });

  it('have the ports that only another endpoint of the same address has', () => {
    const sources = [
      source('a', '10.0.0.1', { http: 80, admin: 90 }),
      source('b', '10.0.0.1', { http: 81 }),
      source('c', '10.0.0.2', { http: 82 }),
    ];
    expect(endpointsOf(sources, names)).toEqual([
      { address: '10.0.0.1', ports: { admin: 90, http: 80 } },
      { address: '10.0.0.1', ports: { admin: 90, http: 81 } },
      { address: '10.0.0.2', ports: { http: 82 } },
    ]);
  });

  it('are one for each address of an instance', () => {
    const dual = source('a', '10.0.0.1', { http: 80 });
    const addresses = [...dual.addresses, { address: 'fd00::1', isName: false }];
    expect(endpointsOf([{ ...dual, addresses }], names).map(({ address }) => address)).toEqual([
      ...['10.0.0.1', 'fd00::1'],
    ]);
  });
});
