import { describe, expect, it } from 'vitest';
import type { DesiredEntry, LiveEntry } from '../../../shared/service-entries/plan/entry.ts';
import { entryDifferences, foreignPorts } from '../../../shared/service-entries/plan/entry-differences.ts';
import { applied, entryFor, instancesOf, ip, serviceOf } from './fixtures.ts';

const web = entryFor(serviceOf('web', instancesOf(ip('10.0.0.1', { AWS_INSTANCE_PORT: '80' }))));
const live = applied(web);
const portsAnnotation = 'eks-mesh-sync/ports';
const optionalFields = 'eks-mesh-sync/optional-fields';

/** The entry of the cluster with changes of its spec, its labels and its annotations. */
function changed(
  spec: Readonly<Record<string, unknown>>,
  metadata: Pick<LiveEntry['metadata'], 'labels' | 'annotations'> = {},
): LiveEntry {
  return { ...live, spec: { ...live.spec, ...spec }, metadata: { ...live.metadata, ...metadata } };
}

const desired = (spec: Partial<DesiredEntry['spec']>, rest: Partial<DesiredEntry> = {}): DesiredEntry => ({
  ...{ ...web, ...rest },
  spec: { ...web.spec, ...spec },
});
const http = { name: 'http', number: 80, protocol: 'HTTP' } as const;
const https = { name: 'https', number: 443, protocol: 'HTTPS' } as const;

describe('the differences of a ServiceEntry', () => {
  it('are none of the entry as it was applied', () => {
    expect(entryDifferences(web, live)).toEqual([]);
  });

  it('are all its fields if the entry has none', () => {
    const bare = { ...live, metadata: { name: web.name, namespace: web.namespace, uid: 'uid' } } as LiveEntry;
    expect(entryDifferences(web, { ...bare, spec: undefined })).toEqual([
      ...['metadata.labels', 'metadata.annotations'],
      ...['spec.hosts', 'spec.location', 'spec.resolution', 'spec.endpoints', 'spec.ports'],
    ]);
  });

  it('are labels and annotations of ours that are missing or have another value, not those of others', () => {
    const { labels = {}, annotations = {} } = live.metadata;
    const [label = ''] = Object.keys(labels);
    const [annotation = ''] = Object.keys(annotations);
    expect(entryDifferences(web, changed({}, { labels: { ...labels, [label]: 'x' }, annotations }))).toEqual([
      'metadata.labels',
    ]);
    expect(
      entryDifferences(web, changed({}, { labels, annotations: { ...annotations, [annotation]: 'x' } })),
    ).toEqual(['metadata.annotations']);
    const more = { labels: { ...labels, x: 'y' }, annotations: { ...annotations, x: 'y' } };
    expect(entryDifferences(web, changed({}, more))).toEqual([]);
  });

  it.each([portsAnnotation, optionalFields])(
    'are annotations if the entry has %s, which it should not have',
    (key) => {
      const { [key]: _, ...annotations } = { ...web.annotations, [key]: '' };
      const entry = desired({}, { annotations });
      const liveWith = (value: string) => changed({}, { annotations: { ...annotations, [key]: value } });
      expect(entryDifferences(entry, liveWith('x'))).toEqual(['metadata.annotations']);
      expect(entryDifferences(entry, liveWith(''))).toEqual([]);
    },
  );

  it.each([
    ['hosts', ['a.local', 'b.local'], ['b.local', 'a.local'], ['a.local']],
    ['addresses', ['10.0.0.1'], ['10.0.0.1'], ['10.0.0.2']],
    ['exportTo', ['.', 'apps'], ['apps', '.'], ['.']],
    ['location', 'MESH_INTERNAL', 'MESH_INTERNAL', 'MESH_EXTERNAL'],
    ['resolution', 'DNS', 'DNS', 'STATIC'],
    [
      'endpoints',
      [
        { address: '10.0.0.1', ports: { a: 1, b: 2 } },
        { address: '10.0.0.2', ports: {} },
      ],
      [
        { ports: {}, address: '10.0.0.2' },
        { ports: { b: 2, a: 1 }, address: '10.0.0.1' },
      ],
      [
        { address: '10.0.0.1', ports: { a: 1, b: 3 } },
        { address: '10.0.0.2', ports: {} },
      ],
    ],
  ])('are %s with another value, not in another order', (field, value, same, other) => {
    const entry = desired({ [field]: value });
    expect(entryDifferences(entry, changed({ [field]: same }))).toEqual([]);
    expect(entryDifferences(entry, changed({ [field]: other }))).toEqual([`spec.${field}`]);
    expect(entryDifferences(entry, changed({ [field]: null }))).toEqual([`spec.${field}`]);
    expect(entryDifferences(entry, changed({ [field]: undefined }))).toEqual([`spec.${field}`]);
  });

  it('are not optional fields that only somebody else set', () => {
    expect(entryDifferences(web, changed({ addresses: ['10.0.0.1'], exportTo: ['.'] }))).toEqual([]);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['missing', undefined, ['spec.ports']],
    ['no list', 'http', ['spec.ports']],
    ['of another name', [{ ...http, name: 'web' }], ['spec.ports']],
    ['of another number', [{ ...http, number: 81 }], ['spec.ports']],
    ['of another protocol', [{ ...http, protocol: 'TCP' }], ['spec.ports']],
    ['as they were written', [http], []],
    ['beside those of others and what is no port', [null, 'x', { ...https, name: 'other' }, http], []],
  ])('are its ports, which are %s', (_, ports, expected) => {
    const entry = desired({ ports: [http] });
    expect(entryDifferences(entry, changed({ ports }))).toEqual(expected);
  });

  it('are its ports if one of two is missing, or one is there that was ours and is not any more', () => {
    const both = desired({ ports: [http, https] });
    expect(entryDifferences(both, changed({ ports: [http] }))).toEqual(['spec.ports']);
    expect(entryDifferences(both, changed({ ports: [https, http] }))).toEqual([]);
    const annotations = { ...web.annotations, [portsAnnotation]: 'http=80/HTTP,https=443/HTTPS' };
    const one = desired({ ports: [http] }, { annotations });
    expect(entryDifferences(one, changed({ ports: [http, https] }, { annotations }))).toEqual(['spec.ports']);
    expect(entryDifferences(one, changed({ ports: [http] }, { annotations }))).toEqual([]);
  });
});

describe('the ports that somebody added to a ServiceEntry', () => {
  it('are those that it should not have and did not have from us', () => {
    const annotations = { [portsAnnotation]: 'https=443/HTTPS' };
    const ports = [null, { name: 'b' }, http, https, { number: 1 }, { name: 'a' }];
    const entry = { spec: { ...web.spec, ports: [http] } };
    expect(foreignPorts(entry, changed({ ports }, { annotations }))).toEqual(['b', 'a']);
    expect(foreignPorts(entry, changed({ ports }, { annotations: {} }))).toEqual(['b', 'https', 'a']);
    expect(foreignPorts(entry, changed({ ports: undefined }))).toEqual([]);
  });
});
