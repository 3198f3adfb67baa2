import { describe, expect, it } from 'vitest';
import { proxyStateOf } from '../../../../../shared/mesh/targets/envoy/stages/proxy-state.ts';
import type { Files } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { withKept } from '../../../../../shared/mesh/targets/envoy/stages/with-kept.ts';
import { filesOf } from './proxy-files.ts';

const live = filesOf({
  clusters: { a: '1s', b: 'eds 1', c: '1s' },
  tables: { 'egress-80': { shop: ['b'], user: ['a'] }, 'egress-90': { shop: ['c'] } },
  listeners: { egress: { tables: ['egress-80', 'egress-90'], clusters: [] } },
});
const desired = filesOf({
  clusters: { a: '2s' },
  tables: { 'egress-80': { new: ['a'] } },
  listeners: { egress: { tables: ['egress-80'], clusters: [] } },
});
const kept = { services: ['shop'], endpoints: [] };

function hosts(files: Files, table: string): readonly unknown[] {
  const { virtual_hosts: all = [] } = proxyStateOf(files).routes.get(`rds-${table}.json`) ?? {};
  return (all as { name: string }[]).map(({ name }) => name);
}

describe('what is kept of the live files', () => {
  const files = withKept(desired, kept, live);

  it('are the virtual hosts of a service in all tables, and no other', () => {
    expect(hosts(files, 'egress-80')).toEqual(['new', 'shop']);
    expect(hosts(files, 'egress-90')).toEqual(['shop']);
  });

  it('are the clusters and endpoints that these name; what is desired is as desired', () => {
    expect([...proxyStateOf(files).clusters.keys()]).toEqual(['a', 'b', 'c']);
    expect(proxyStateOf(files).clusters.get('a')).toMatchObject({ connect_timeout: '2s' });
    expect(files['eds-b.json']).toBe(live['eds-b.json']);
  });

  it('is the filter chain by which a kept table is reached', () => {
    expect(files['lds.json']).toContain('http-egress-90');
  });

  it('is the same if it is computed again from its own result', () => {
    expect(withKept(desired, kept, files)).toEqual(files);
  });

  it('is the chain of a TCP service by the name of the service and its port', () => {
    const tcp = {
      name: 'db:5432',
      filter_chain_match: { destination_port: 5432 },
      filters: [{ cluster: 'c' }],
    };
    const { resources } = JSON.parse(live['lds.json'] ?? '');
    const [listener] = resources;
    const listeners = [{ ...listener, filter_chains: [...listener.filter_chains, tcp] }];
    const changed = { ...live, 'lds.json': JSON.stringify({ version_info: '1', resources: listeners }) };
    const found = withKept(desired, { services: ['db'], endpoints: [] }, changed);
    expect(found['lds.json']).toContain('db:5432');
    expect([...proxyStateOf(found).clusters.keys()]).toEqual(['a', 'c']);
  });

  it('is the chain of a contested port, in the place of what closes that port in a new proxy', () => {
    const withChain = (files: Files, name: string, filters: readonly object[]) => {
      const [listener] = JSON.parse(files['lds.json'] ?? '').resources;
      const chain = { name, filter_chain_match: { destination_port: 5432 }, filters };
      const listeners = [{ ...listener, filter_chains: [...listener.filter_chains, chain] }];
      return { ...files, 'lds.json': JSON.stringify({ version_info: '1', resources: listeners }) };
    };
    const closing = withChain(desired, 'contested-5432', []);
    const before = withChain(live, 'db:5432', [{ cluster: 'c' }]);
    const db = { services: ['db'], endpoints: [] };
    expect(withKept(closing, db, before)['lds.json']).toContain('db:5432');
    expect(withKept(closing, db, before)['lds.json']).not.toContain('contested-5432');
    expect(withKept(closing, db, live)['lds.json']).toContain('contested-5432');
    const files = withKept(closing, db, before);
    expect(withKept(closing, db, files)).toEqual(files);
  });

  it('is nothing in a new proxy', () => {
    expect(withKept(desired, kept, undefined)).toEqual(desired);
  });

  it('is an empty cluster where a route names one that is nowhere, so that it answers 503 and nothing is missing', () => {
    const named = filesOf({ clusters: {}, tables: { 'egress-80': { new: ['gone'] } }, listeners: {} });
    expect(proxyStateOf(withKept(named, undefined, live)).clusters.get('gone')).toMatchObject({
      load_assignment: { cluster_name: 'gone', endpoints: [] },
    });
  });
});

describe('a live file that somebody else wrote', () => {
  it.each([
    '{"resources":[null]}',
    '{"resources":["a"]}',
    '{"resources":[[]]}',
    'null',
    '{',
    '{"resources":{}}',
  ])('%s counts as none, since Envoy could not read it either', (text) => {
    const spoilt = { ...live, 'lds.json': text, 'cds.json': text, 'rds-egress-80.json': text };
    expect(hosts(withKept(desired, kept, spoilt), 'egress-80')).toEqual(['new']);
  });
});
