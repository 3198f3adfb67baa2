import { describe, expect, it } from 'vitest';
import { complete } from '../../../../../shared/mesh/targets/envoy/stages/complete.ts';
import { proxyStateOf } from '../../../../../shared/mesh/targets/envoy/stages/proxy-state.ts';
import {
  domainsOf,
  isFirstHop,
  isRoutes,
  isSameResource,
  isSupplement,
  listIn,
  readResources,
  resourcesText,
} from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { fileSource } from '../../../../../shared/mesh/targets/envoy/translate/layout.ts';
import { filesOf } from './proxy-files.ts';

describe('a file of resources', () => {
  it.each<readonly [text: string | undefined, version: string | undefined, resources: readonly object[]]>([
    ['{"version_info":"7","resources":[{"name":"a"}]}', '7', [{ name: 'a' }]],
    ['{"version_info":7,"resources":[]}', '7', []],
    ['{"resources":[]}', '', []],
    [undefined, undefined, []],
    ['', undefined, []],
    ['null', undefined, []],
    ['{', undefined, []],
    ['{}', undefined, []],
    ['{"resources":{}}', undefined, []],
    ['{"resources":[1]}', undefined, []],
    ['{"resources":[null]}', undefined, []],
    ['{"resources":[[]]}', undefined, []],
    ['{"resources":[{},"a"]}', undefined, []],
  ])('%j has the version %j and the resources %j', (text, version, resources) => {
    expect(readResources(text)).toEqual(version === undefined ? undefined : { version, resources });
  });

  it('is read as it was written', () => {
    const file = { version: '1', resources: [{ name: 'a' }] };
    expect(resourcesText(file)).toBe('{"version_info":"1","resources":[{"name":"a"}]}');
    expect(readResources(resourcesText(file))).toEqual(file);
  });

  it.each([
    ['rds-egress-80.json', 'routes'],
    ['rds-gateway-80.json', 'routes first hop'],
    ['eds-rds-a.json', 'supplement'],
    ['sds-a.json', 'supplement'],
    ['lds.json', ''],
    ['cds.json', ''],
    ['my-eds-a.json', ''],
    ['my-rds-gateway.json', ''],
    ['rds-green-80.json', 'routes'],
  ])('%s is of the kinds: %s', (file, kinds) => {
    const found = [
      isRoutes(file) && 'routes',
      isSupplement(file) && 'supplement',
      isFirstHop(file) && 'first hop',
    ];
    expect(found.filter(Boolean).join(' ')).toBe(kinds);
  });

  it('has the same resources if their texts are equal', () => {
    expect(isSameResource({ a: [1] }, { a: [1] })).toBe(true);
    expect(isSameResource({ a: [1] }, { a: [2] })).toBe(false);
    expect(isSameResource(undefined, {})).toBe(false);
  });

  it('has in a list only what is an object, and domains as texts', () => {
    expect(listIn({ x: [{ a: 1 }, null, 'b', [], 2] }, 'x')).toEqual([{ a: 1 }]);
    expect([listIn({ x: {} }, 'x'), listIn({}, 'x'), listIn(undefined, 'x')]).toEqual([[], [], []]);
    expect(domainsOf({ domains: ['a', 1] })).toEqual(['a', '1']);
    expect([domainsOf({ domains: 'a' }), domainsOf({})]).toEqual([[], []]);
  });
});

describe('the files of a proxy', () => {
  it('have no table for a file without resources', () => {
    const files = { 'rds-egress-80.json': '{"resources":[]}', 'rds-egress-90.json': '{', 'lds.json': '{' };
    const { routes, listeners, clusters, hosts } = proxyStateOf(files);
    expect([routes.size, listeners.size, clusters.size, hosts.size]).toEqual([0, 0, 0, 0]);
  });

  it('have in a gateway the domains of the second hop only', () => {
    const tables = { egress: { one: [], two: [] } };
    const state = proxyStateOf(
      filesOf({ clusters: {}, tables, listeners: {}, firstHop: { 'gateway-80': { r: 'one' } } }),
    );
    expect([...state.hosts]).toEqual(['one', 'two']);
    expect([...state.routes.keys()]).toEqual(['rds-egress.json', 'rds-gateway-80.json']);
  });
});

describe('files that name what they do not define', () => {
  const live = filesOf({ clusters: { a: '1s', b: 'eds 1' }, tables: {}, listeners: {} });
  const desired = filesOf(
    {
      clusters: { d: 'eds 1' },
      tables: { 'egress-80': { one: ['b', 'a', 'c', 'd'] } },
      listeners: { egress: { tables: ['egress-80'], clusters: ['e'] } },
    },
    '2',
  );
  const clustersIn = (files: Readonly<Record<string, string>>) => readResources(files['cds.json']);

  it('get the live clusters, or else empty ones, behind their own and by name', () => {
    const empty = (name: string) => ({
      '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
      ...{ name, type: 'STATIC', connect_timeout: '1s' },
      load_assignment: { cluster_name: name, endpoints: [] },
    });
    const [a, b] = clustersIn(live)?.resources ?? [];
    const [d] = clustersIn(desired)?.resources ?? [];
    expect(clustersIn(complete(desired, live))).toEqual({
      version: '2',
      resources: [d, a, b, empty('c'), empty('e')],
    });
  });

  it('get the live endpoints', () => {
    const files = complete(desired, live);
    expect(files['eds-b.json']).toBe(live['eds-b.json']);
    expect(files['eds-d.json']).toBe(desired['eds-d.json']);
  });

  it('get empty endpoints where there are no live ones, and no other file', () => {
    const { 'eds-d.json': _, ...without } = desired;
    const text = complete(without, {})['eds-d.json'];
    expect(readResources(text)).toEqual({
      version: 'without endpoints',
      resources: [
        {
          '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
          cluster_name: 'd',
          endpoints: [],
        },
      ],
    });
    expect(Object.keys(complete(without, {})).sort()).toEqual(Object.keys(desired).sort());
  });

  it('get empty endpoints of a cluster by its whole name, and no certificate', () => {
    const cluster = {
      name: 'blue.apps',
      files: [fileSource('eds-blue.apps.json'), fileSource('sds-web.json')],
    };
    const cds = resourcesText({ version: '1', resources: [cluster] });
    const files = complete({ 'cds.json': cds }, {});
    expect(Object.keys(files)).toEqual(['cds.json', 'eds-blue.apps.json']);
    expect(readResources(files['eds-blue.apps.json'])?.resources).toMatchObject([
      { cluster_name: 'blue.apps' },
    ]);
  });

  it('get no cluster that only another file names, and no endpoints of a file with another name', () => {
    const cluster = { name: 'a', files: ['my-eds-a.json', 'eds-b.json.old'].map(fileSource) };
    const cds = resourcesText({ version: '1', resources: [cluster] });
    const other = resourcesText({ version: '1', resources: [{ cluster: 'b' }] });
    const files = { 'cds.json': cds, 'other.json': other };
    expect(complete(files, {})).toBe(files);
  });

  it('get clusters also if they have no file of clusters', () => {
    const { 'cds.json': _, ...without } = filesOf({
      clusters: {},
      tables: { 'egress-80': { one: ['a'] } },
      listeners: {},
    });
    expect(clustersIn(complete(without, live))).toEqual({
      version: '',
      resources: clustersIn(live)?.resources.slice(0, 1),
    });
  });

  it('get several files by their names', () => {
    const cluster = { name: 'a', files: ['eds-b.json', 'eds-a.json'].map(fileSource) };
    const cds = resourcesText({ version: '1', resources: [cluster] });
    expect(Object.keys(complete({ 'cds.json': cds }, {}))).toEqual(['cds.json', 'eds-a.json', 'eds-b.json']);
  });

  it('stay as they are if they define all', () => {
    const whole = filesOf({ clusters: { a: '1s' }, tables: { 'egress-80': { one: ['a'] } }, listeners: {} });
    expect(complete(whole, live)).toBe(whole);
  });
});
