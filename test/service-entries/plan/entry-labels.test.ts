import { describe, expect, it } from 'vitest';
import { desiredEntry } from '../../../shared/service-entries/plan/desired-entry.ts';
import {
  type Attributes,
  applied,
  cluster,
  entryFor,
  instancesOf,
  ip,
  optionsOf,
  serviceOf,
} from './fixtures.ts';

const specFor = (all: readonly Attributes[], changes = {}) =>
  entryFor(serviceOf('web', instancesOf(...all)), changes).spec;
const endpointsFor = (all: readonly Attributes[], changes = {}) => specFor(all, changes).endpoints;

describe('the entry of a service', () => {
  describe('has labels, locality and weight from attributes', () => {
    const endpointFor = (attributes: Attributes, changes = {}) =>
      endpointsFor([ip('10.0.0.1', attributes)], changes)[0];

    it('an endpoint has the attributes that Kubernetes accepts as labels', () => {
      const attributes = {
        app: 'web',
        version: 'v1.2_3',
        'app.kubernetes.io/name': 'web',
        empty: '',
        K8S_CONTROLLER: 'mcs controller v1',
        long: 'x'.repeat(64),
        'two words': 'x',
        '/x': 'y',
        'a/b/c': 'd',
        '-x': 'y',
        EC2_INSTANCE_ID: 'i-0123',
        AWS_EC2_INSTANCE_ID: 'i-0123',
        AWS_INIT_HEALTH_STATUS: 'HEALTHY',
      };
      expect(endpointFor(attributes)?.labels).toEqual({
        app: 'web',
        version: 'v1.2_3',
        'app.kubernetes.io/name': 'web',
        empty: '',
        EC2_INSTANCE_ID: 'i-0123',
      });
    });

    it('an endpoint has no label that changes how Istio reaches it, and mutual TLS only inside the mesh', () => {
      const attributes = {
        'istio-locality': 'x',
        'networking.istio.io/tunnel': 'http',
        'istio.io/use-waypoint': 'x',
        'topology.istio.io/network': 'n',
        'security.istio.io/tlsMode': 'istio',
      };
      expect(endpointFor(attributes)).not.toHaveProperty('labels');
      expect(endpointFor(attributes, { location: 'MESH_INTERNAL' })?.labels).toEqual({
        'security.istio.io/tlsMode': 'istio',
      });
    });

    it.each([
      [{ REGION: 'eu-west-1', AVAILABILITY_ZONE: 'eu-west-1a' }, 'eu-west-1/eu-west-1a'],
      [{ AVAILABILITY_ZONE: 'us-gov-east-1b' }, 'us-gov-east-1/us-gov-east-1b'],
      [{ REGION: 'eu-west-1' }, 'eu-west-1'],
      [{ REGION: 'eu-west-1', AVAILABILITY_ZONE: 'a/b' }, 'eu-west-1'],
      [{ AVAILABILITY_ZONE: 'euw1-az1' }, undefined],
      [{}, undefined],
    ])('the locality of an endpoint with the attributes %j is %s', (attributes, locality) => {
      expect(endpointFor(attributes)?.locality).toBe(locality);
    });

    it.each([
      ['7', 7],
      ['1000000', 1_000_000],
      ['1000001', undefined],
      ['1.5', undefined],
      ['-1', undefined],
      ['heavy', undefined],
    ])('the weight of an endpoint with the attribute WEIGHT=%s is %s', (WEIGHT, weight) => {
      expect(endpointFor({ WEIGHT })?.weight).toBe(weight);
    });
  });

  describe('remembers what stays while instances come and go', () => {
    const ports = 'eks-mesh-sync/ports';
    const optionalFields = 'eks-mesh-sync/optional-fields';
    const web = serviceOf('web', instancesOf(ip('10.0.0.1', { AWS_INSTANCE_PORT: '8080' })));
    const empty = serviceOf('web', []);

    it('its ports, once an instance had one', () => {
      expect(entryFor(empty).annotations).not.toHaveProperty(ports);
      expect(entryFor(web).annotations[ports]).toBe('tcp=8080/TCP');
      const later = entryFor(empty, {}, applied(entryFor(web)));
      expect(later.annotations[ports]).toBe('tcp=8080/TCP');
      expect(later.spec.ports).toEqual([{ name: 'tcp', number: 8080, protocol: 'TCP' }]);
    });

    it('its optional fields, which the configuration asked for', () => {
      const optional = (changes: Parameters<typeof entryFor>[1]) =>
        entryFor(web, changes).annotations[optionalFields];
      expect(optional({})).toBeUndefined();
      expect(optional({ exportTo: ['.'] })).toBe('exportTo');
      expect(optional({ exportTo: ['.'], addresses: 'first-endpoint' })).toBe('addresses,exportTo');
    });

    it('its address, while an endpoint has it and it is the only one', () => {
      const both = serviceOf('web', instancesOf(ip('10.0.0.1'), ip('10.0.0.2')));
      const addressesAfter = (spec: object, annotations: object = {}) => {
        const live = applied(entryFor(both, { addresses: 'first-endpoint' }));
        const metadata = {
          ...live.metadata,
          annotations: { ...live.metadata.annotations, ...annotations },
        };
        const changed = { ...live, metadata, spec: { ...live.spec, ...spec } };
        return entryFor(both, { addresses: 'first-endpoint' }, changed).spec.addresses;
      };
      expect(addressesAfter({ addresses: ['10.0.0.2'] })).toEqual(['10.0.0.2']);
      expect(addressesAfter({ addresses: ['10.0.0.2'] }, { [optionalFields]: 'exportTo' })).toEqual([
        '10.0.0.1',
      ]);
      expect(addressesAfter({ addresses: ['10.0.0.9'] })).toEqual(['10.0.0.1']);
      expect(addressesAfter({ addresses: ['10.0.0.2', '10.0.0.1'] })).toEqual(['10.0.0.1']);
      expect(addressesAfter({ addresses: '10.0.0.2' })).toEqual(['10.0.0.1']);
      expect(addressesAfter({ addresses: undefined })).toEqual(['10.0.0.1']);
    });

    it('no name as its address, and its names only while it has endpoints', () => {
      const named = serviceOf('web', instancesOf({ AWS_INSTANCE_CNAME: 'db.example.com' }, ip('10.0.0.2')));
      const { addresses, resolution } = entryFor(named, { addresses: 'first-endpoint' }).spec;
      expect([addresses, resolution]).toEqual([['10.0.0.2'], 'DNS']);
      const unready = serviceOf('web', instancesOf({ AWS_INSTANCE_CNAME: 'db.example.com', READY: 'false' }));
      const without = entryFor(unready, { addresses: 'first-endpoint' }).spec;
      expect(without).toMatchObject({ endpoints: [], resolution: 'STATIC' });
      expect(without).not.toHaveProperty('addresses');
    });
  });

  it('has the default ports by number, with the protocol of their names or numbers', () => {
    const changes = { defaultPorts: { web: 443, 'grpc-api': 80, other: 9000 } };
    expect(entryFor(serviceOf('web', []), changes).spec.ports).toEqual([
      { name: 'grpc-api', number: 80, protocol: 'GRPC' },
      { name: 'web', number: 443, protocol: 'HTTPS' },
      { name: 'other', number: 9000, protocol: 'TCP' },
    ]);
  });

  it('has a note if Cloud Map did not answer all instances', () => {
    const notesOf = (isTruncated?: boolean) => {
      const service = serviceOf('web', instancesOf(ip('10.0.0.1'), ip('10.0.0.2')), { isTruncated });
      return desiredEntry(service, { cluster, options: optionsOf() }).notes;
    };
    expect(notesOf(true)).toEqual([
      {
        kind: 'InstancesTruncated',
        message: 'Cloud Map answered 2 instances, its maximum; others may be missing in the entry',
      },
    ]);
    expect([...notesOf(false), ...notesOf()]).toEqual([]);
  });

  it('is none yet of a service of pods without instances, unless one was there', () => {
    const skippedOf = (instances: ReturnType<typeof instancesOf> | undefined, hasEntry = false) => {
      const service = serviceOf('web', instances, { isRegisteredByPods: true });
      const live = hasEntry ? applied(entryFor(serviceOf('web', []))) : undefined;
      return desiredEntry(service, { cluster, options: optionsOf(), live }).skipped?.kind;
    };
    expect([skippedOf([]), skippedOf([], true), skippedOf(instancesOf(ip('10.0.0.1')))]).toEqual([
      ...['OnlyOwnPods', undefined, undefined],
    ]);
  });
});
