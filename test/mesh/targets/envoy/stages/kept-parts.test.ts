import { describe, expect, it } from 'vitest';
import {
  type Files,
  type Resource,
  readResources,
  resourcesText,
} from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { withKept } from '../../../../../shared/mesh/targets/envoy/stages/with-kept.ts';

const file = (resources: readonly Resource[], version = '1') => resourcesText({ version, resources });
const host = (name: string, domains: readonly string[] = [name]) => ({ name, domains, routes: [] });
const table = (...hosts: readonly Resource[]) => ({ name: 'egress-80', virtual_hosts: hosts });
const read = (files: Files, name: string) => readResources(files[name]);
const kept = (services: readonly string[], endpoints: readonly string[] = []) => ({ services, endpoints });

describe('the virtual hosts of a service that is kept', () => {
  const rds = 'rds-egress-80.json';
  const merged = (desired: readonly Resource[], live: readonly Resource[], services = ['cart']) =>
    read(
      withKept({ [rds]: file([table(...desired)], '2') }, kept(services), {
        [rds]: file([table(...live)]),
        'lds.json': file([]),
      }),
      rds,
    );

  it('are those of its name, with a port or without, behind the desired ones', () => {
    const live = [host('cart'), host('cart:80'), host('carts'), host('other')];
    expect(merged([host('stock')], live)).toEqual({
      version: '2',
      resources: [table(host('stock'), host('cart'), host('cart:80'))],
    });
  });

  it('are none of which the desired table has the name or a domain, in whatever case', () => {
    const live = [
      host('cart', ['live', 'shared']),
      host('cart:80', ['Cart.shop', 'x']),
      host('cart:81', ['y']),
    ];
    const desired = [host('cart', ['wanted']), host('stock', ['cart.SHOP'])];
    expect(merged(desired, live)?.resources).toEqual([table(...desired, host('cart:81', ['y']))]);
  });

  it('leave the desired file as it is if nothing is added', () => {
    expect(merged([host('stock')], [host('other')])).toEqual({
      version: '2',
      resources: [table(host('stock'))],
    });
    const desired = { [rds]: file([table(host('cart'))], '2') };
    expect(withKept(desired, kept(['cart']), { [rds]: file([table(host('cart', ['live']))]) })).toEqual(
      desired,
    );
    expect(withKept(desired, kept(['cart']), { [rds]: file([]) })).toEqual(desired);
  });

  it('are all that is left of a table that is not desired', () => {
    const live = { [rds]: file([table(host('cart'), host('other'))]) };
    const files = withKept({}, kept(['cart']), live);
    expect(read(files, rds)).toEqual({ version: 'kept', resources: [table(host('cart'))] });
    expect(Object.keys(files)).toEqual([rds]);
  });

  it('are looked for in route tables only', () => {
    const other = { 'other.json': file([table(host('cart'))]) };
    expect(withKept({}, kept(['cart']), other)).toEqual({});
  });
});

describe('the filter chains of a service that is kept', () => {
  const chain = (name: string, port: number, cluster = 'a') => ({
    name,
    filter_chain_match: { destination_port: port },
    filters: cluster === '' ? [] : [{ cluster }],
  });
  const listener = (name: string, ...chains: readonly Resource[]) => ({ name, filter_chains: chains });
  const clusters = { 'cds.json': file([{ name: 'a' }], '2') };
  const merged = (desired: readonly Resource[], live: readonly Resource[], services = ['db']) =>
    read(
      withKept({ ...clusters, 'lds.json': file(desired, '2') }, kept(services), { 'lds.json': file(live) }),
      'lds.json',
    );

  it('are behind the desired ones of the listener of the same name', () => {
    const live = [
      listener('ingress', chain('in', 1)),
      listener('egress', chain('db:5432', 5432), chain('x:1', 1)),
    ];
    const desired = [listener('ingress', chain('in', 2)), listener('egress', chain('y', 80))];
    expect(merged(desired, live)).toEqual({
      version: '2',
      resources: [
        listener('ingress', chain('in', 2)),
        listener('egress', chain('y', 80), chain('db:5432', 5432)),
      ],
    });
  });

  it('are none of which a desired one has the name or the match', () => {
    const live = [listener('egress', chain('db:1', 1), chain('db:2', 2), chain('db:3', 3))];
    const desired = [listener('egress', chain('db:1', 9), chain('y', 2))];
    expect(merged(desired, live)?.resources).toEqual([
      listener('egress', chain('db:1', 9), chain('y', 2), chain('db:3', 3)),
    ]);
  });

  it('take the place of those that close their ports, and of no others', () => {
    const live = [listener('egress', chain('db:1', 1), chain('db:2', 2))];
    const desired = [
      listener('egress', chain('contested-1', 1, ''), chain('contested-3', 3, ''), chain('y', 2)),
    ];
    expect(merged(desired, live)?.resources).toEqual([
      listener('egress', chain('contested-3', 3, ''), chain('y', 2), chain('db:1', 1)),
    ]);
  });

  it('are all that is left of a listener that is not desired', () => {
    const live = [listener('ingress', chain('in', 1)), listener('egress', chain('x', 1), chain('db:1', 2))];
    expect(merged([], live)).toEqual({ version: '2', resources: [listener('egress', chain('db:1', 2))] });
    const files = withKept(clusters, kept(['db']), { 'lds.json': file(live) });
    expect(read(files, 'lds.json')).toEqual({
      version: 'kept',
      resources: [listener('egress', chain('db:1', 2))],
    });
  });

  it('leave the desired file as it is if there are none', () => {
    const desired = { ...clusters, 'lds.json': file([listener('egress', chain('y', 1))], '2') };
    const live = { 'lds.json': file([listener('egress', chain('x', 1))]) };
    expect(withKept(desired, kept(['db']), live)).toEqual(desired);
    expect(withKept(desired, kept(['db']), {})).toEqual(desired);
  });
});

describe('the endpoints of a cluster that are kept', () => {
  const inline = (name: string, endpoints: readonly string[] | undefined, timeout = '1s') => ({
    ...{ name, connect_timeout: timeout },
    ...(endpoints && { load_assignment: { cluster_name: name, endpoints } }),
  });
  const of = (desired: readonly Resource[], live: readonly Resource[], endpoints = ['a']) =>
    withKept({ 'cds.json': file(desired, '2') }, kept([], endpoints), {
      'cds.json': file(live),
      'eds-a.json': 'live a',
      'eds-b.json': 'live b',
    });

  it('are in the cluster, where both states have them there', () => {
    const desired = [inline('a', ['new'], '2s'), inline('b', ['new'])];
    const live = [inline('b', ['old']), inline('a', ['old'])];
    expect(read(of(desired, live), 'cds.json')).toEqual({
      version: '2',
      resources: [inline('a', ['old'], '2s'), inline('b', ['new'])],
    });
  });

  it.each([
    ['the live cluster has none', [inline('a', undefined)]],
    ['there is no live cluster', []],
  ])('are the desired ones if %s', (_, live) => {
    expect(of([inline('a', ['new'])], live)['cds.json']).toBe(file([inline('a', ['new'])], '2'));
  });

  it('are not written into a cluster that has them in a file', () => {
    const desired = [inline('a', undefined)];
    expect(of(desired, [inline('a', ['old'])])['cds.json']).toBe(file(desired, '2'));
  });

  it('are in a file, if there is a live one', () => {
    const files = of([inline('a', undefined)], [], ['a', 'c']);
    expect(Object.keys(files)).toEqual(['cds.json', 'eds-a.json']);
    expect(files['eds-a.json']).toBe('live a');
  });

  it('are none if none are kept', () => {
    const desired = [inline('a', ['new'])];
    expect(of(desired, [inline('a', ['old'])], [])).toEqual({ 'cds.json': file(desired, '2') });
  });

  it('are those of the live file also without desired clusters', () => {
    const files = withKept({}, kept([], ['a']), { 'eds-a.json': 'live a' });
    expect(files).toEqual({ 'eds-a.json': 'live a' });
  });
});
