import { describe, expect, it } from 'vitest';
import { clustersFile, describeFaults } from '../shared/model/cluster-config.ts';
import { podGroup } from '../shared/model/identity.ts';

describe('podGroup', () => {
  it('is readable where it fits, and never longer than SQS allows', () => {
    expect(podGroup({ cluster: 'local', namespace: 'a', name: 'b' })).toBe('local/a/b');
    const long = { cluster: 'c'.repeat(100), namespace: 'n'.repeat(63), name: 'x'.repeat(253) };
    expect(podGroup(long)).toHaveLength(128);
    expect(podGroup(long)).not.toBe(podGroup({ ...long, name: `${'x'.repeat(252)}y` }));
  });
});

describe('clusters.yml', () => {
  it('fills in the defaults', () => {
    const { clusters } = clustersFile.parse({ clusters: [{ name: 'production' }] });
    expect(clusters[0]?.cloudMap).toEqual({
      instanceId: 'pod-ip',
      ipFamily: 'ipv4',
      namespaces: [],
      services: { ttlSeconds: 300, healthCheck: 'custom' },
    });
  });

  it('names a typo with its path', () => {
    const result = clustersFile.safeParse({
      clusters: [{ name: 'production', cloudMap: { instanceID: 'pod-ip' } }],
    });
    expect(result.error && describeFaults(result.error)).toMatch(/^clusters\[0\]\.cloudMap: .*instanceID/);
  });
});
