import { describe, expect, it } from 'vitest';
import { type Attributes, entryFor, instancesOf, ip, serviceOf } from './fixtures.ts';

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
});
