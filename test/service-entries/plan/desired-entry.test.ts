import { describe, expect, it } from 'vitest';
import {
  type Attributes,
  applied,
  entryFor,
  instancesOf,
  ip,
  listingOf,
  planOf,
  serviceOf,
} from './fixtures.ts';

const specFor = (all: readonly Attributes[], changes = {}) =>
  entryFor(serviceOf('web', instancesOf(...all)), changes).spec;
const endpointsFor = (all: readonly Attributes[], changes = {}) => specFor(all, changes).endpoints;
const addressesFor = (all: readonly Attributes[], changes = {}) =>
  endpointsFor(all, changes).map(({ address }) => address);

describe('the entry of a service', () => {
  it('a ServiceEntry is named after its service and namespace, and its labels and annotations name its owner', () => {
    const namespace = {
      id: 'ns-1',
      name: 'shop.local',
      type: 'HTTP' as const,
      account: '111122223333',
      region: 'eu-west-1',
    };
    expect(entryFor(serviceOf('web', [], { namespace }), { namespace: 'imports' })).toMatchObject({
      name: 'cloudmap-web.shop.local',
      namespace: 'imports',
      host: 'web.shop.local',
      labels: { 'app.kubernetes.io/managed-by': 'eks-mesh-sync', 'eks-mesh-sync/source': 'cloud-map' },
      annotations: {
        'eks-mesh-sync/cluster': 'production',
        'eks-mesh-sync/source-object': '111122223333/eu-west-1/shop.local/web',
      },
    });
  });

  it('the ServiceEntry of a service without instances has no endpoints and is STATIC, so that calls fail at once', () => {
    expect(specFor([])).toEqual({
      hosts: ['web.shop.local'],
      location: 'MESH_EXTERNAL',
      resolution: 'STATIC',
      ports: [
        { number: 80, name: 'http', protocol: 'HTTP' },
        { number: 443, name: 'https', protocol: 'HTTPS' },
      ],
      endpoints: [],
    });
  });

  it('a ServiceEntry takes location, exportTo and default ports from the configuration', () => {
    const changes = {
      location: 'MESH_INTERNAL',
      exportTo: ['shop', '.'],
      defaultPorts: { grpc: 9000, web: 80 },
    };
    expect(specFor([ip('10.0.0.1')], changes)).toMatchObject({
      location: 'MESH_INTERNAL',
      exportTo: ['.', 'shop'],
      ports: [
        { number: 80, name: 'web', protocol: 'HTTP' },
        { number: 9000, name: 'grpc', protocol: 'GRPC' },
      ],
      endpoints: [{ address: '10.0.0.1', ports: { grpc: 9000, web: 80 } }],
    });
  });

  describe('has as endpoints', () => {
    const dual = { AWS_INSTANCE_IPV4: '10.0.0.1', AWS_INSTANCE_IPV6: '2001:DB8::1' };

    it.each([
      ['both addresses of an instance', [dual], {}, ['10.0.0.1', '2001:db8::1'], 'STATIC'],
      ['the IPv4 address by option', [dual], { ipFamily: 'ipv4' }, ['10.0.0.1'], 'STATIC'],
      ['the IPv6 address by option', [dual], { ipFamily: 'ipv6' }, ['2001:db8::1'], 'STATIC'],
      [
        'the address of the other family if it is the only one',
        [ip('10.0.0.1')],
        { ipFamily: 'ipv6' },
        ['10.0.0.1'],
        'STATIC',
      ],
      ['an IPv6 address', [{ AWS_INSTANCE_IPV6: 'fd00::7' }], {}, ['fd00::7'], 'STATIC'],
      [
        'a CNAME, without its final dot',
        [{ AWS_INSTANCE_CNAME: 'DB.example.com.' }],
        {},
        ['db.example.com'],
        'DNS',
      ],
      [
        'an alias',
        [{ AWS_ALIAS_DNS_NAME: 'lb-1.eu-west-1.elb.amazonaws.com' }],
        {},
        ['lb-1.eu-west-1.elb.amazonaws.com'],
        'DNS',
      ],
      [
        'IP addresses beside names',
        [ip('10.0.0.1'), { AWS_INSTANCE_CNAME: 'db.example.com' }],
        {},
        ['10.0.0.1', 'db.example.com'],
        'DNS',
      ],
      [
        'an address once, however often it is registered',
        [ip('10.0.0.1'), ip('10.0.0.1')],
        {},
        ['10.0.0.1'],
        'STATIC',
      ],
    ])('the endpoints of a ServiceEntry include %s', (_, all, changes, addresses, resolution) => {
      expect(addressesFor(all, changes)).toEqual(addresses);
      expect(specFor(all, changes).resolution).toBe(resolution);
    });

    it.each([
      [{ AWS_INSTANCE_IPV4: '10.0.0.256' }],
      [{ AWS_INSTANCE_IPV6: 'fe80::1%eth0' }],
      ...['0.0.0.0', '127.0.0.1', '127.9.9.9', '169.254.169.254', '224.0.0.1', '255.255.255.255'].map(
        (address): [Attributes] => [{ AWS_INSTANCE_IPV4: address }],
      ),
      ...[
        '::',
        '::1',
        '0:0:0:0:0:0:0:1',
        '::ffff:127.0.0.1',
        '::7f00:1',
        'FE80::1',
        'febf::1',
        'ff02::1',
      ].map((address): [Attributes] => [{ AWS_INSTANCE_IPV6: address }]),
      [{ AWS_INSTANCE_CNAME: 'localhost' }],
      [{ AWS_INSTANCE_CNAME: 'x.LOCALHOST.' }],
      [{ AWS_INSTANCE_CNAME: '127.0.0.1' }],
      [{ AWS_INSTANCE_CNAME: 'not_a_host.example.com' }],
      [{ AWS_INSTANCE_CNAME: 'example.123' }],
      [{ AWS_INSTANCE_CNAME: `${'a'.repeat(64)}.example.com` }],
      [{ url: 'https://example.com' }],
    ])('an instance with %j is no endpoint of a ServiceEntry, and is reported', (attributes) => {
      const service = serviceOf('web', instancesOf(attributes, ip('10.0.0.1')));
      const plan = planOf({ listing: listingOf([service]) });
      expect(plan.apply[0]?.entry.spec.endpoints).toHaveLength(1);
      expect(plan.findings).toMatchObject([{ kind: 'InstanceSkipped', subject: 'shop.local/web' }]);
      expect(plan.findings[0]?.message).toContain('Instance i0 is left out');
    });

    it.each([
      ['unhealthy', { health: 'UNHEALTHY' }, {}],
      ['not ready, as the MCS controller marks it', {}, { READY: 'false' }],
      ['with weight 0', {}, { WEIGHT: '0' }],
    ])('an instance that is %s is no endpoint, even if there is no other', (_, health, attributes) => {
      const [first, second] = instancesOf(ip('10.0.0.1', attributes), ip('10.0.0.2'));
      const one = { id: 'i0', attributes: {}, ...first, ...health };
      expect(entryFor(serviceOf('web', [one])).spec.endpoints).toEqual([]);
      const both = [one, ...(second ? [second] : [])];
      expect(entryFor(serviceOf('web', both)).spec.endpoints).toMatchObject([{ address: '10.0.0.2' }]);
    });

    it('instances that are healthy or without a health check are endpoints of a ServiceEntry', () => {
      const all = ['HEALTHY', 'UNKNOWN', undefined].map((health, index) => ({
        id: `i${index}`,
        attributes: ip(`10.0.0.${index}`),
        health,
      }));
      expect(entryFor(serviceOf('web', all)).spec.endpoints).toHaveLength(3);
    });
  });

  it('the health of instances does not change the ports and resolution of a ServiceEntry', () => {
    const healthy = instancesOf(ip('10.0.0.1', { AWS_INSTANCE_PORT: '8080' }), {
      AWS_INSTANCE_CNAME: 'db.example.com',
    });
    const without = (id: string) =>
      healthy.map((each) => (each.id === id ? { ...each, health: 'UNHEALTHY' } : each));
    const { endpoints: _, ...spec } = entryFor(serviceOf('web', healthy)).spec;
    for (const id of ['i0', 'i1']) expect(entryFor(serviceOf('web', without(id))).spec).toMatchObject(spec);
  });

  describe('has a name of its own for a Cloud Map name that is none of DNS', () => {
    it.each([
      ['Web', 'Shop.Local', 'web.shop.local'],
      ['my_service', 'shop', 'esc--my-5fservice.shop'],
      ['a-b_c', 'shop', 'esc--a-2db-5fc.shop'],
      ['_http._tcp', 'shop.local', 'esc---5fhttp.esc---5ftcp.shop.local'],
      ['esc--x', 'shop', 'esc--esc-2d-2dx.shop'],
      ['web', 'prod/eu!', 'web.esc--prod-2feu-21'],
      ['web', '123', 'web.esc--123'],
      ['.', 'shop.local', 'shop.local'],
      ['web', 'shop.local.', 'web.shop.local'],
    ])('the service %s in the Cloud Map namespace %s has the host %s', (name, namespace, host) => {
      const entry = entryFor(serviceOf(name, [], { in: namespace }));
      expect(entry.host).toBe(host);
      expect(entry.name).toBe(`cloudmap-${host}`);
      expect(entry.spec.hosts).toEqual([host]);
    });

    it.each([
      ['too long a label', 'a'.repeat(64), 'shop'],
      ['too long a label once it is escaped', '_'.repeat(30), 'shop'],
      ['an empty label', 'web', 'shop..local'],
      ['too long a name', 'web', Array.from({ length: 5 }, () => 'a'.repeat(60)).join('.')],
    ])('a Cloud Map name with %s gets no ServiceEntry, and is reported', (_, name, namespace) => {
      const plan = planOf({ listing: listingOf([serviceOf(name, [], { in: namespace })]) });
      expect(plan).toMatchObject({
        apply: [],
        findings: [
          {
            kind: 'InvalidName',
            message: 'It gets no entry: its name can be no host, even with its characters escaped',
          },
        ],
        skipped: [
          { kind: 'InvalidName', reason: 'its name can be no host, even with its characters escaped' },
        ],
      });
    });
  });

  describe('has addresses only by option', () => {
    const addresses = 'first-endpoint' as const;
    const [one, two] = [ip('10.0.0.1'), ip('10.0.0.2')];

    it('a ServiceEntry has an address only by option: the first IP address, for as long as an endpoint has it', () => {
      expect(specFor([two, one])).not.toHaveProperty('addresses');
      expect(specFor([two], { addresses }).addresses).toEqual(['10.0.0.2']);
      const live = applied(entryFor(serviceOf('web', instancesOf(two)), { addresses }));
      const later = (...all: Attributes[]) =>
        entryFor(serviceOf('web', instancesOf(...all)), { addresses }, live).spec.addresses;
      expect(later(one, two)).toEqual(['10.0.0.2']);
      expect(later(one)).toEqual(['10.0.0.1']);
      expect(later()).toBeUndefined();
    });
  });

  describe('keeps within the limits of the API and reports what is left out', () => {
    const findingsOf = (all: readonly Attributes[]) => {
      const plan = planOf({ listing: listingOf([serviceOf('web', instancesOf(...all))]) });
      return {
        spec: plan.apply[0]?.entry.spec,
        findings: plan.findings.map(({ kind, message }) => `${kind}: ${message}`),
      };
    };

    it('a ServiceEntry has at most 4,096 endpoints, and the others are reported', () => {
      const all = Array.from({ length: 4100 }, (_, index) => ip(`10.0.${index >> 8}.${index & 255}`));
      const { spec, findings } = findingsOf(all);
      expect(spec?.endpoints).toHaveLength(4096);
      expect(findings).toEqual([
        'LimitExceeded: Only 4096 of 4100 endpoints are in the entry, the maximum of the API',
      ]);
    });

    it('a service with more than 128 ports gets no ServiceEntry, and is reported', () => {
      const all = Array.from({ length: 129 }, (_, index) =>
        ip('10.0.0.1', { AWS_INSTANCE_PORT: String(1000 + index), SERVICE_PORT_NAME: `p${index}` }),
      );
      const { spec, findings } = findingsOf(all);
      expect(spec).toBeUndefined();
      expect(findings).toEqual(['LimitExceeded: It gets no entry: it has 129 ports; an entry can have 128']);
    });

    it('a ServiceEntry that is too large leaves its labels out, which is reported', () => {
      const labels = Object.fromEntries(
        Array.from({ length: 25 }, (_, index) => [`label-${index}`, 'x'.repeat(60)]),
      );
      const all = Array.from({ length: 900 }, (_, index) => ip(`10.0.${index >> 8}.${index & 255}`, labels));
      const { spec, findings } = findingsOf(all);
      expect(spec?.endpoints.some((endpoint) => endpoint.labels !== undefined)).toBe(false);
      expect(findings).toMatchObject([
        expect.stringContaining('LimitExceeded: The labels of its 900 endpoints'),
      ]);
    });
  });
});
