import { describe, expect, it } from 'vitest';
import {
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

/**
 * The faults of the Istio Cloud Map operator, each with the right behaviour. Those of its reads, 1 (paging), 3 (before the
 * first read) and 12 (number of calls), are tested with our reads.
 */
const at = (address: string, AWS_INSTANCE_PORT: string) => ip(address, { AWS_INSTANCE_PORT });
const web = serviceOf('web', instancesOf(ip('10.0.0.1'), ip('10.0.0.2')));
const owned = applied(entryFor(web));

describe("the operator's faults", () => {
  it('fault 2 of the operator: our ServiceEntry is recognized after a restart, by what does not change', () => {
    const later = { ...owned, metadata: { ...owned.metadata, uid: 'another', resourceVersion: '99' } };
    const fewer = serviceOf('web', instancesOf(ip('10.0.0.1')));
    expect(planOf({ listing: listingOf([fewer]), entries: [later] }).apply).toMatchObject([
      { action: 'update' },
    ]);
    expect(planOf({ listing: listingOf([]), entries: [later] }).delete).toHaveLength(1);
  });

  it('fault 3 of the operator: no ServiceEntry is deleted before Cloud Map was read completely', () => {
    const nothing = { isComplete: false, namespaces: [] };
    expect(planOf({ listing: nothing, entries: [owned] })).toMatchObject({
      apply: [],
      delete: [],
      unchanged: 1,
    });
  });

  it('fault 4 of the operator: a ServiceEntry without an owner is neither changed nor deleted, and reported once', () => {
    const theirs = foreign('default', 'cloudmap-web.shop.local', ['web.shop.local']);
    const plan = planOf({ listing: listingOf([web]), entries: [theirs] });
    expect(plan).toMatchObject({
      apply: [],
      delete: [],
      refusedDeletions: [],
      findings: [{ kind: 'DuplicateHost' }],
    });
  });

  it('fault 5 of the operator: a ServiceEntry has labels instead of an owner reference to an object that does not exist', () => {
    const [write] = planOf({ listing: listingOf([web]) }).apply;
    expect(write?.entry).not.toHaveProperty('ownerReferences');
    expect(write?.entry.labels).toEqual({
      'app.kubernetes.io/managed-by': 'eks-mesh-sync',
      'eks-mesh-sync/source': 'cloud-map',
    });
  });

  it('fault 6 of the operator: another order of endpoints is no change, and a wrong port, address or host is corrected', () => {
    const reversed = { ...web, instances: web.instances?.toReversed() };
    expect(planOf({ listing: listingOf([reversed]), entries: [owned] }).apply).toEqual([]);
    const wrong = {
      hosts: ['other.local'],
      ports: [{ name: 'http', number: 81, protocol: 'TCP' }],
      endpoints: [{ address: '10.6.6.6', ports: { http: 80 } }],
    };
    for (const [field, value] of Object.entries(wrong)) {
      const changed = { ...owned, spec: { ...owned.spec, [field]: value } };
      const { apply } = planOf({ listing: listingOf([web]), entries: [changed] });
      expect(apply).toMatchObject([
        { action: 'update', differences: [`spec.${field}`], entry: { spec: entryFor(web).spec } },
      ]);
    }
  });

  it('fault 7 of the operator: the ports of a ServiceEntry have a fixed order and different names', () => {
    const all = [at('10.0.0.1', '443'), at('10.0.0.1', '80'), at('10.0.0.2', '8080'), at('10.0.0.3', '9090')];
    const ports = (order: typeof all) => entryFor(serviceOf('web', instancesOf(...order))).spec.ports;
    expect(ports(all).map(({ name, number }) => `${name} ${number}`)).toEqual([
      'http 80',
      'https 443',
      'tcp 8080',
    ]);
    expect(ports(all.toReversed())).toEqual(ports(all));
  });

  it('fault 8 of the operator: addresses is absent, and by option does not change while its endpoint is there', () => {
    expect(entryFor(web).spec).not.toHaveProperty('addresses');
    const addresses = 'first-endpoint' as const;
    const live = applied(entryFor(serviceOf('web', instancesOf(ip('10.0.0.2'))), { addresses }));
    for (const instances of [web.instances, web.instances?.toReversed()])
      expect(entryFor({ ...web, instances }, { addresses }, live).spec.addresses).toEqual(['10.0.0.2']);
  });

  it('fault 9 of the operator: IPv6 addresses and aliases are endpoints, also beside an IPv4 address', () => {
    const all = [
      { AWS_INSTANCE_IPV6: 'fd00::1' },
      { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_IPV6: 'fd00::2' },
      { AWS_ALIAS_DNS_NAME: 'lb.eu-west-1.elb.amazonaws.com' },
    ];
    const { endpoints } = entryFor(serviceOf('web', instancesOf(...all))).spec;
    expect(endpoints.map(({ address }) => address)).toEqual([
      '10.0.0.1',
      'fd00::1',
      'fd00::2',
      'lb.eu-west-1.elb.amazonaws.com',
    ]);
  });

  it('fault 10 of the operator: unhealthy instances are left out, and an attribute can name the protocol', () => {
    const all = [
      {
        id: 'a',
        attributes: ip('10.0.0.1', { AWS_INSTANCE_PORT: '9000', PROTOCOL: 'grpc' }),
        health: 'HEALTHY',
      },
      {
        id: 'b',
        attributes: ip('10.0.0.2', { AWS_INSTANCE_PORT: '9000', PROTOCOL: 'grpc' }),
        health: 'UNHEALTHY',
      },
    ];
    expect(entryFor(serviceOf('web', all)).spec).toMatchObject({
      ports: [{ number: 9000, name: 'grpc', protocol: 'GRPC' }],
      endpoints: [{ address: '10.0.0.1' }],
    });
  });

  it('fault 11 of the operator: endpoints have locality, labels and weight', () => {
    const attributes = { REGION: 'eu-west-1', AVAILABILITY_ZONE: 'eu-west-1a', version: 'v2', WEIGHT: '3' };
    const { endpoints } = entryFor(serviceOf('web', instancesOf(ip('10.0.0.1', attributes)))).spec;
    expect(endpoints).toMatchObject([
      { locality: 'eu-west-1/eu-west-1a', labels: { version: 'v2' }, weight: 3 },
    ]);
  });

  it('faults 2 and 5 of the operator: ServiceEntries that it left are taken over on request only', () => {
    const entries = [operatorEntry('web.shop.local')];
    expect(planOf({ listing: listingOf([web]), entries }).apply).toEqual([]);
    const options = { adopt: 'istio-cloud-map' as const };
    expect(planOf({ listing: listingOf([web]), entries, options }).apply).toMatchObject([
      { action: 'replace' },
    ]);
  });
});
