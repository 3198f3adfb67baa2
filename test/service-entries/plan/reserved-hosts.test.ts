import { describe, expect, it } from 'vitest';
import { applied, entryFor, instancesOf, ip, listingOf, planOf, serviceOf } from './fixtures.ts';

const instances = instancesOf(ip('10.0.0.1'));
const inDomain = (namespace: string, name = 'newsvc') => serviceOf(name, instances, { in: namespace });

describe('a host in a domain of others', () => {
  it.each([
    ['default.svc.cluster.local', 'cluster.local'],
    ['Default.SVC.Cluster.Local', 'cluster.local'],
    ['default.pod.cluster.local', 'cluster.local'],
    ['cluster.local', 'cluster.local'],
    ['default.svc', 'svc'],
    ['default.svc.clusterset.local', 'clusterset.local'],
    ['shop.virtual-node', 'virtual-node'],
    ['eu-west-1.amazonaws.com', 'amazonaws.com'],
    ['amazonaws.com.', 'amazonaws.com'],
    ['cn-north-1.amazonaws.com.cn', 'amazonaws.com.cn'],
    ['eu-west-1.api.aws', 'api.aws'],
  ])('a service in namespace %s gets no ServiceEntry: domain %s is reserved', (namespace, domain) => {
    const plan = planOf({ listing: listingOf([inDomain(namespace)]) });
    const reason = expect.stringContaining(`is in the domain ${domain}, which`);
    expect(plan).toMatchObject({
      apply: [],
      findings: [{ kind: 'InvalidName', message: reason }],
      skipped: [{ kind: 'InvalidName', reason }],
    });
  });

  it('a service whose host is its namespace in a reserved domain gets no ServiceEntry', () => {
    expect(planOf({ listing: listingOf([inDomain('s3.amazonaws.com', '.')]) }).apply).toEqual([]);
  });

  it.each(['mycluster.local', 'my-amazonaws.com', 'svc.local', 'virtual-node.local', 'amazonaws.com.local'])(
    'a domain that only contains the name of a reserved domain is not reserved: %s',
    (namespace) => {
      expect(planOf({ listing: listingOf([inDomain(namespace)]) }).apply).toHaveLength(1);
    },
  );

  it('clusterDomain in clusters.yml decides which domain of the cluster is reserved', () => {
    const options = { clusterDomain: 'k8s.example' };
    expect(planOf({ listing: listingOf([inDomain('default.svc.k8s.example')]), options }).apply).toEqual([]);
    expect(planOf({ listing: listingOf([inDomain('shop.cluster.local')]), options }).apply).toHaveLength(1);
  });

  describe('that has an entry already', () => {
    const former = { clusterDomain: 'k8s.example' };
    const many = Array.from({ length: 15 }, (_, index) => inDomain('default.svc.cluster.local', `s${index}`));
    const entries = many.map((service) => applied(entryFor(service, former)));

    it('a ServiceEntry in a reserved domain is deleted, even if its instances were not read', () => {
      const [one] = many;
      const unread = { ...inDomain('default.svc.cluster.local', 's0'), instances: undefined };
      for (const service of [one ?? unread, unread]) {
        const plan = planOf({ listing: listingOf([service], false), entries: entries.slice(0, 1) });
        expect(plan.delete.map(({ reason }) => reason)).toEqual([
          expect.stringContaining('is in the domain cluster.local'),
        ]);
        expect(plan.apply).toEqual([]);
      }
    });

    it('no more ServiceEntries in reserved domains are deleted in one run than the cap allows', () => {
      const plan = planOf({ listing: listingOf(many), entries });
      expect([plan.delete.length, plan.refusedDeletions.length]).toEqual([10, 5]);
    });
  });
});
