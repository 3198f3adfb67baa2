import { expect, it } from 'vitest';
import { desired, mesh, node } from './desired-instances.ts';

it('a pod of a drained cluster has no instance, and each source that selects it is refused', () => {
  const annotations = {
    'eks-mesh-sync/cloud-map-namespace': 'shop.local',
    'eks-mesh-sync/cloud-map-service': 'back',
  };
  const drain = { sinceMs: Date.UTC(2026, 10, 21, 12), instances: 1 };
  const message =
    'cluster "local" is drained since 2026-11-21T12:00:00.000Z, so none of its pods is registered; ' +
    'a resync with "drain": false ends that';
  expect(desired({ annotations }, { drain })).toEqual({
    instances: [],
    problems: ['VirtualNode front', 'annotations'].map((source) => ({ source, code: 'Refused', message })),
    selectedBy: ['VirtualNode front', 'annotations'],
  });
  expect(desired({ labels: {} }, { drain })).toEqual({ instances: [], problems: [], selectedBy: [] });
});

it('an instance of a virtual node without a mesh says so, and no other does', () => {
  expect(desired({}, { meshes: [] }).instances).toMatchObject([{ lacksMesh: true }]);
  expect(desired({}, { meshes: [mesh()] }).instances[0]).not.toHaveProperty('lacksMesh');
});

it('a pod without an address has no instance and no problem of its own, but what selects it', () => {
  expect(desired({ ips: [] })).toEqual({
    instances: [],
    problems: [],
    selectedBy: ['VirtualNode front'],
  });
});

it('an instance has the addresses of its family alone', () => {
  const ips = ['10.0.0.1', 'fd00::1'];
  const familyOf = (ipPreference?: string) =>
    desired(
      { ips },
      { meshes: [mesh(ipPreference ? { meshServiceDiscovery: { ipPreference } } : {})] },
    ).instances.map(({ attributes }) => [attributes.AWS_INSTANCE_IPV4, attributes.AWS_INSTANCE_IPV6]);
  expect(familyOf('IPv4_ONLY')).toEqual([['10.0.0.1', undefined]]);
  expect(familyOf('IPv6_ONLY')).toEqual([[undefined, 'fd00::1']]);
  const [ofFour] = desired({ ips }, { virtualNodes: [node()] }).instances;
  expect(Object.keys(ofFour?.attributes ?? {})).not.toContain('AWS_INSTANCE_IPV6');
});
