import { describe, expect, it } from 'vitest';
import {
  afterPlan,
  applied,
  entryFor,
  foreign,
  instancesOf,
  ip,
  listingOf,
  operatorEntry,
  planOf,
  serviceOf,
} from './fixtures.ts';

const web = serviceOf('web', instancesOf(ip('10.0.0.1'), ip('10.0.0.2')));
const api = serviceOf('api', instancesOf(ip('10.0.1.1')));
const many = Array.from({ length: 100 }, (_, index) =>
  serviceOf(`s${index}`, instancesOf(ip(`10.1.0.${index}`))),
);

describe('the plan of ServiceEntries', () => {
  it('the plan creates a ServiceEntry for each service, and is empty once it is carried out', () => {
    const first = planOf({ listing: listingOf([web, api]) });
    expect(first.apply.map(({ action, entry }) => [action, entry.namespace, entry.name])).toEqual([
      ['create', 'default', 'cloudmap-api.shop.local'],
      ['create', 'default', 'cloudmap-web.shop.local'],
    ]);
    const second = planOf({ listing: listingOf([web, api]), entries: afterPlan([], first) });
    expect(second).toMatchObject({ apply: [], delete: [], findings: [], unchanged: 2 });
  });

  it('the plan changes no ServiceEntry for another order of instances', () => {
    const reversed = { ...web, instances: web.instances?.toReversed() };
    const plan = planOf({ listing: listingOf([reversed]), entries: [applied(entryFor(web))] });
    expect(plan).toMatchObject({ apply: [], unchanged: 1 });
  });

  it('the plan changes no ServiceEntry if the API server returns lists and fields in another order', () => {
    const live = applied(entryFor(web));
    const shuffled = JSON.parse(JSON.stringify(live), (_, value) => {
      if (Array.isArray(value)) return value.toReversed();
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).toReversed());
    });
    expect(planOf({ listing: listingOf([web]), entries: [shuffled] }).apply).toEqual([]);
  });

  it('the plan changes only the endpoints of a ServiceEntry while instances come and go', () => {
    const entries = [applied(entryFor(web))];
    const fewer = serviceOf('web', instancesOf(ip('10.0.0.3')));
    for (const service of [fewer, serviceOf('web', [])])
      expect(planOf({ listing: listingOf([service]), entries }).apply).toMatchObject([
        { action: 'update', differences: ['spec.endpoints'] },
      ]);
  });

  it.each([
    ['hosts', ['other.local'], 'spec.hosts'],
    ['resolution', 'DNS', 'spec.resolution'],
    ['location', 'MESH_INTERNAL', 'spec.location'],
    ['endpoints', [{ address: '10.9.9.9', ports: { http: 80 } }], 'spec.endpoints'],
    ['ports', [{ name: 'http', number: 8080, protocol: 'HTTP' }], 'spec.ports'],
    [
      'ports',
      [
        { name: 'http', number: 80, protocol: 'TCP' },
        { name: 'https', number: 443, protocol: 'HTTPS' },
      ],
      'spec.ports',
    ],
  ])('the plan restores %s of a ServiceEntry that somebody changed to %j', (field, value, difference) => {
    const live = applied(entryFor(web));
    const changed = { ...live, spec: { ...live.spec, [field]: value } };
    const plan = planOf({ listing: listingOf([web]), entries: [changed] });
    expect(plan.apply).toMatchObject([{ action: 'update', differences: [difference] }]);
    expect(plan.apply[0]?.entry).toEqual(entryFor(web));
  });

  it('the plan removes a port of a ServiceEntry that no instance has any more', () => {
    const ports = (...numbers: string[]) =>
      serviceOf(
        'web',
        instancesOf(...numbers.map((AWS_INSTANCE_PORT) => ip('10.0.0.1', { AWS_INSTANCE_PORT }))),
      );
    const plan = planOf({
      listing: listingOf([ports('80')]),
      entries: [applied(entryFor(ports('80', '443')))],
    });
    expect(plan.apply).toMatchObject([
      { differences: ['metadata.annotations', 'spec.endpoints', 'spec.ports'] },
    ]);
  });

  it('the plan keeps what others add to a ServiceEntry, and reports an added port', () => {
    const live = applied(entryFor(web));
    const ports = [...entryFor(web).spec.ports, { name: 'admin', number: 9000, protocol: 'HTTP' }];
    const labels = { ...live.metadata.labels, 'istio.io/use-waypoint': 'waypoint' };
    const changed = {
      ...live,
      metadata: { ...live.metadata, labels },
      spec: { ...live.spec, ports, subjectAltNames: ['x'] },
    };
    const plan = planOf({ listing: listingOf([web]), entries: [changed] });
    expect(plan.apply).toEqual([]);
    expect(plan.findings).toMatchObject([{ kind: 'ForeignFields', subject: 'shop.local/web' }]);
  });

  it('the plan keeps the ServiceEntry of a service whose instances were not read', () => {
    const unread = serviceOf('web', undefined);
    expect(planOf({ listing: listingOf([unread]), entries: [applied(entryFor(web))] })).toMatchObject({
      apply: [],
      delete: [],
      skipped: [{ kind: 'NotRead', subject: 'shop.local/web' }],
      unchanged: 1,
    });
  });

  describe('deletes', () => {
    const entries = [web, api].map((service) => applied(entryFor(service)));

    it('the plan deletes the ServiceEntry of a service that a complete listing of its namespace does not have', () => {
      const plan = planOf({ listing: { ...listingOf([api]), isComplete: false }, entries });
      expect(plan.delete.map(({ entry }) => entry.metadata.name)).toEqual(['cloudmap-web.shop.local']);
      expect(plan.delete[0]?.reason).toContain('shop.local/web does not exist');
    });

    it('the plan deletes no ServiceEntry of a namespace that was not listed completely', () => {
      expect(planOf({ listing: listingOf([api], false), entries })).toMatchObject({
        delete: [],
        refusedDeletions: [],
      });
    });

    it('the plan deletes no ServiceEntry of a namespace that is not in an incomplete list of namespaces', () => {
      expect(planOf({ listing: { isComplete: false, namespaces: [] }, entries }).delete).toEqual([]);
    });

    it('the plan deletes the ServiceEntries of a namespace that a complete list of namespaces does not have', () => {
      expect(planOf({ listing: { isComplete: true, namespaces: [] }, entries }).delete).toHaveLength(2);
    });

    it('the plan deletes no ServiceEntry of another account with a namespace of the same name', () => {
      const elsewhere = serviceOf('web', [], {
        namespace: {
          id: 'ns-2',
          name: 'shop.local',
          type: 'HTTP',
          account: '222233334444',
          region: 'eu-west-1',
        },
      });
      const theirs = applied(
        entryFor({ ...web, namespace: { ...web.namespace, account: '111122223333', region: 'eu-west-1' } }),
      );
      const plan = planOf({ listing: { ...listingOf([elsewhere]), isComplete: false }, entries: [theirs] });
      expect(plan.delete).toEqual([]);
      expect(plan.findings).toMatchObject([{ kind: 'HostCollision' }]);
    });

    it('the plan deletes at most 20 % of the ServiceEntries in one run, and all of them by force', () => {
      const all = many.map((service) => applied(entryFor(service)));
      const listing = listingOf([]);
      const plan = planOf({ listing, entries: all });
      expect([plan.delete.length, plan.refusedDeletions.length, plan.unchanged]).toEqual([20, 80, 80]);
      expect(plan.refusedDeletions[0]?.refusal).toContain(
        'more than 20 of the ServiceEntries of the cluster',
      );
      expect(planOf({ listing, entries: all, force: true }).delete).toHaveLength(100);
    });

    it('the plan deletes no ServiceEntry of others, even if it has copies of our labels and annotations', () => {
      const own = applied(entryFor(web));
      const copied = { ...own, metadata: { ...own.metadata, name: 'copied', uid: 'uid-copied' } };
      const otherCluster = applied(entryFor(api));
      const annotations = { ...otherCluster.metadata.annotations, 'eks-mesh-sync/cluster': 'staging' };
      const theirs = { ...otherCluster, metadata: { ...otherCluster.metadata, annotations } };
      const others = [
        copied,
        theirs,
        operatorEntry('x.shop.local'),
        foreign('apps', 'cloudmap-y.shop.local', ['y.shop.local']),
      ];
      expect(
        planOf({ listing: listingOf([]), entries: others, options: { adopt: 'istio-cloud-map' } }),
      ).toMatchObject({
        apply: [],
        delete: [],
        refusedDeletions: [],
      });
    });
  });

  describe('for pods of the cluster itself', () => {
    const own = ip('10.0.0.1', { 'k8s.io/cluster': 'production' });
    const other = ip('10.0.0.2', { 'k8s.io/cluster': 'staging' });

    it('the plan deletes the ServiceEntry of a service that has only pods of the cluster, and creates none', () => {
      const service = serviceOf('web', instancesOf(own));
      const plan = planOf({ listing: listingOf([service]), entries: [applied(entryFor(web))] });
      expect(plan.delete).toHaveLength(1);
      const reason = 'all of its instances are pods of this cluster, and importOwnPods is false';
      expect(plan.skipped).toMatchObject([{ kind: 'OnlyOwnPods', reason }]);
      expect(planOf({ listing: listingOf([service]) }).apply).toEqual([]);
    });

    it('the plan creates no first ServiceEntry for a service of pods without instances, and keeps an existing one', () => {
      const service = serviceOf('web', [], { isRegisteredByPods: true });
      const plan = planOf({ listing: listingOf([service]) });
      const reason = 'it has no instances, and only pods were registered in it so far';
      expect(plan).toMatchObject({ apply: [], findings: [], skipped: [{ kind: 'OnlyOwnPods', reason }] });
      const kept = planOf({ listing: listingOf([service]), entries: [applied(entryFor(web))] });
      expect(kept).toMatchObject({ apply: [{ action: 'update' }], delete: [] });
      const options = { importOwnPods: true };
      expect(planOf({ listing: listingOf([service]), options }).apply).toMatchObject([{ action: 'create' }]);
    });

    it('a ServiceEntry leaves out pods of its own cluster beside others, unless importOwnPods is set', () => {
      const service = serviceOf('web', instancesOf(own, other));
      const addresses = (importOwnPods: boolean) =>
        entryFor(service, { importOwnPods }).spec.endpoints.map(({ address }) => address);
      expect(addresses(false)).toEqual(['10.0.0.2']);
      expect(addresses(true)).toEqual(['10.0.0.1', '10.0.0.2']);
    });
  });

  it('the plan removes addresses and exportTo of a ServiceEntry when the configuration no longer names them', () => {
    const live = applied(entryFor(web, { addresses: 'first-endpoint', exportTo: ['.'] }));
    const plan = planOf({ listing: listingOf([web]), entries: [live] });
    expect(plan.apply).toMatchObject([{ action: 'update', differences: ['metadata.annotations'] }]);
    expect(plan.apply[0]?.entry.spec).not.toHaveProperty('addresses');
    expect(plan.apply[0]?.entry.spec).not.toHaveProperty('exportTo');
  });
});
