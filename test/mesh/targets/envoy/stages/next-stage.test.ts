import { describe, expect, it } from 'vitest';
import { nextFiles } from '../../../../../shared/mesh/targets/envoy/stages/next-files.ts';
import { proxyStateOf } from '../../../../../shared/mesh/targets/envoy/stages/proxy-state.ts';
import { type Files, readResources } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { filesOf, type SmallProxy } from './proxy-files.ts';

type Clusters = SmallProxy['clusters'];
const shop = (clusters: Clusters, hosts: Readonly<Record<string, readonly string[]>>, more: object = {}) => ({
  clusters,
  tables: { 'egress-80': hosts },
  listeners: { egress: { tables: ['egress-80'], clusters: [] } },
  ...more,
});

interface Given {
  readonly live: Files;
  readonly desired: Files;
  readonly unsettled?: readonly string[];
  /** What is known to be unused, and what of that for long enough. */
  readonly retired?: readonly string[];
  readonly removable?: readonly string[];
}

function staged({ live, desired, unsettled = [], retired = [], removable = [] }: Given) {
  const { files, ...stage } = nextFiles(live, desired, {
    has: (key) => !unsettled.includes(key),
    isRetired: (key) => [...retired, ...removable].includes(key),
    mayRemove: (key) => removable.includes(key),
  });
  return { files, ...stage };
}

/** By file, its version. */
const versionsOf = (files: Files) =>
  Object.fromEntries(
    Object.entries(files).flatMap(([file, text]) => {
      const read = readResources(text);
      return read === undefined ? [] : [[file, read.version]];
    }),
  );
const clustersOf = (files: Files) => [...proxyStateOf(files).clusters.keys()];
const done = { isDone: true, added: [], retired: [], unused: [] };

describe('the last stage', () => {
  const files = filesOf(shop({ a: '1s' }, { one: ['a'] }));

  it.each<readonly [name: string, live: Files, isChange: boolean]>([
    ['nothing changes', files, false],
    ['only the version does', filesOf(shop({ a: '1s' }, { one: ['a'] }), '0'), true],
    ['a file is not wanted', { ...files, 'other.json': '{}' }, true],
    ['another file is wanted', Object.fromEntries(Object.entries(files).slice(1)), true],
    ['the bootstrap changes', { ...files, 'bootstrap.json': '{"a":1}' }, true],
  ])('has the desired files: %s', (_, live, isChange) => {
    expect(staged({ live, desired: files })).toEqual({ ...done, files, isChange });
  });
});

describe('a stage', () => {
  it('adds what is new, and leaves the routes that have to wait', () => {
    const live = filesOf(shop({ a: '1s' }, { one: ['a'], two: ['a'] }), '1');
    const desired = filesOf(
      shop(
        { a: '1s', b: 'eds 1' },
        { one: ['a', 'b'], two: ['a'] },
        { tables: { 'egress-80': { one: ['a', 'b'], two: ['a'] }, 'egress-90': { one: ['a'] } } },
      ),
      '2',
    );
    const { files, ...stage } = staged({ live, desired });
    expect(stage).toEqual({
      ...{ isChange: true, isDone: false, retired: [], unused: [] },
      added: ['b', 'file rds-egress-90.json'],
    });
    expect(clustersOf(files)).toEqual(['a', 'b']);
    expect(versionsOf(files)).toEqual({
      ...{ 'cds.json': '2', 'lds.json': '2', 'eds-b.json': '2' },
      ...{ 'rds-egress-80.json': '1', 'rds-egress-90.json': '2' },
    });
  });

  it('takes a listener that leads to a table which the live one leads to, though a part of it has to wait', () => {
    const of = (hosts: Readonly<Record<string, readonly string[]>>, clusters: readonly string[]) => ({
      tables: { 'egress-80': hosts },
      listeners: { ingress: { tables: ['egress-80'], clusters } },
    });
    const live = filesOf({ clusters: { a: '1s' }, ...of({ one: ['a'] }, []) }, '1');
    const desired = filesOf(
      { clusters: { a: '1s', b: '1s' }, ...of({ one: ['a'], two: ['b'] }, ['a@90']) },
      '2',
    );
    const { files } = staged({ live, desired, unsettled: ['file rds-egress-80.json'] });
    expect(versionsOf(files)).toMatchObject({ 'lds.json': '2', 'rds-egress-80.json': '1' });
  });

  it('has a version of its own where it has parts of both', () => {
    const live = filesOf(shop({ a: '1s', c: '1s' }, { one: ['a'], two: ['a'] }), '1');
    const desired = filesOf(shop({ a: '1s', b: '1s' }, { one: ['b'], two: ['a', 'a'] }), '2');
    const { files, ...stage } = staged({ live, desired });
    expect(stage).toEqual({
      ...{ isChange: true, isDone: false, added: ['b'] },
      retired: ['c'],
      unused: ['c'],
    });
    expect(versionsOf(files)).toEqual({
      ...{ 'cds.json': 'on the way to 2', 'lds.json': '2', 'rds-egress-80.json': 'on the way to 2' },
    });
    expect(Object.keys(files).sort()).toEqual([
      'bootstrap.json',
      'cds.json',
      'lds.json',
      'rds-egress-80.json',
    ]);
  });

  const less = {
    live: filesOf(shop({ a: '1s', b: 'eds 1' }, { one: ['a'] }), '1'),
    desired: filesOf(shop({ a: '1s' }, { one: ['a'] }), '2'),
  };
  const both = ['b', 'file eds-b.json'];

  it.each<
    readonly [
      name: string,
      given: Partial<Given>,
      expected: object,
      clusters: readonly string[],
      eds: string | undefined,
    ]
  >([
    ['not known to be unused', {}, { retired: both, unused: both }, ['a', 'b'], '1'],
    ['unused for some time', { retired: both }, { retired: [], unused: both }, ['a', 'b'], '1'],
    [
      'unused for long enough',
      { removable: ['b'], retired: both },
      { retired: [], unused: ['file eds-b.json'] },
      ['a'],
      '1',
    ],
  ])('keeps what is %s', (_, given, expected, clusters, eds) => {
    const { files, ...stage } = staged({ ...less, ...given });
    expect({ ...stage, files: clustersOf(files) }).toMatchObject({
      ...expected,
      isDone: false,
      files: clusters,
    });
    expect(readResources(files['eds-b.json'])?.version).toBe(eds);
  });

  it('removes a file that nothing names, whatever else is unused', () => {
    const live = { ...less.live, 'eds-x.json': less.live['eds-b.json'] ?? '' };
    const { files, unused } = staged({ ...less, live, removable: ['file eds-x.json'] });
    expect(unused).toEqual(both);
    expect(Object.keys(files).filter((file) => file.startsWith('eds-'))).toEqual(['eds-b.json']);
  });

  it('is the last one when all that is unused may be removed', () => {
    expect(staged({ ...less, removable: both })).toEqual({ ...done, files: less.desired, isChange: true });
  });

  it('adds the virtual hosts of the second hop of a gateway', () => {
    const gateway = (
      hosts: Readonly<Record<string, readonly string[]>>,
      routes: Readonly<Record<string, string>>,
    ): SmallProxy => ({
      ...{ clusters: { self: '1s', a: '1s' }, tables: { egress: hosts }, firstHop: { 'gateway-80': routes } },
      listeners: {
        egress: { tables: ['egress'], clusters: [] },
        'gateway-80': { tables: ['gateway-80'], clusters: [] },
      },
    });
    const live = filesOf(gateway({ one: ['a'] }, { 'apps/a': 'one' }), '1');
    const desired = filesOf(gateway({ one: ['a'], two: ['a'] }, { 'apps/a': 'one', 'apps/b': 'two' }), '2');
    const { files, ...stage } = staged({ live, desired });
    expect(stage).toEqual({ isChange: true, isDone: false, added: ['host two'], retired: [], unused: [] });
    expect(versionsOf(files)).toMatchObject({ 'rds-egress.json': '2', 'rds-gateway-80.json': '1' });
  });
});

describe('files that a ConfigMap has no room for', () => {
  const of = (clusters: Clusters, hosts: readonly string[], version: string) =>
    filesOf(shop(clusters, { one: hosts }), version);

  it('are the desired ones at once if nothing of the live ones is unused', () => {
    const live = of({ a: '1s' }, ['a'], '1');
    const stageWith = (text: string) => {
      const desired = of({ a: '1s', b: text }, ['b'], '2');
      return { desired, ...staged({ live, desired }) };
    };
    const size = Object.values(stageWith('').files).join('').length;
    expect(stageWith('x'.repeat(1_000_000 - size))).toMatchObject({ isDone: false, added: ['b'] });
    const { desired, ...stage } = stageWith('x'.repeat(1_000_001 - size));
    expect(stage).toEqual({ ...done, files: desired, isChange: true, added: ['b'] });
  });

  it('wait until what is unused is removed', () => {
    const live = of({ a: '1s', c: '1s' }, ['a'], '1');
    const desired = of({ a: '1s', b: 'x'.repeat(1_000_000) }, ['b'], '2');
    const stage = { isDone: false, added: [], isChange: false, unused: ['c'] };
    expect(staged({ live, desired })).toEqual({ ...stage, files: live, retired: ['c'] });
    expect(staged({ live, desired, retired: ['c'] })).toEqual({ ...stage, files: live, retired: [] });
    const { files, ...next } = staged({ live, desired, removable: ['c'] });
    expect(next).toEqual({ ...stage, isChange: true, retired: [], unused: [] });
    expect(clustersOf(files)).toEqual(['a']);
  });

  it('wait until files that are unused are removed', () => {
    const tables = { 'egress-80': { one: ['a'] }, 'egress-90': { one: ['a'] } };
    const live = filesOf({ ...shop({ a: '1s', c: 'eds 1' }, {}), tables }, '1');
    const desired = of({ a: '1s', b: 'x'.repeat(1_000_000) }, ['b'], '2');
    const removable = ['c', 'file eds-c.json', 'file rds-egress-90.json'];
    const left = ['bootstrap.json', 'cds.json', 'lds.json', 'rds-egress-80.json'];
    const { files, isDone } = staged({ live, desired, removable });
    expect([Object.keys(files).sort(), isDone]).toEqual([left, false]);
    expect(staged({ live: files, desired, removable })).toMatchObject({ isDone: true });
  });
});
