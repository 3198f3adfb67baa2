import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { $ZodError } from 'zod/v4/core';
import { describeFaults } from '../../shared/model/faults.ts';
import { cloudMapNamespaceName, cloudMapServiceName } from '../../shared/model/mesh/cloud-map-names.ts';
import { meshSpecs } from '../../shared/model/mesh/object.ts';
import {
  checkVirtualNode,
  discoversThroughCloudMap,
  meshOf,
  virtualNodeOf,
} from '../../shared/model/virtual-node.ts';
import { anObject } from '../fakes/objects.ts';
import { faultsOf } from './mesh/specs.ts';

function faults(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof $ZodError) return describeFaults(error);
    throw error;
  }
  return '';
}
const node = (spec: Record<string, unknown>) => faults(() => virtualNodeOf(anObject('VirtualNode', spec)));
const cloudMap = (awsCloudMap: unknown) => ({ serviceDiscovery: { awsCloudMap } });
const attribute = (key: string, value: string) =>
  cloudMap({ namespaceName: 'n', serviceName: 's', attributes: [{ key, value }] });

describe('a VirtualNode', () => {
  it('a VirtualNode is valid with nothing said, and with null for nothing', () => {
    const nothing = {
      podSelector: null,
      listeners: null,
      meshRef: null,
      serviceDiscovery: null,
      awsName: null,
    };
    expect([
      node({}),
      node(nothing),
      faults(() => virtualNodeOf(anObject('VirtualNode', undefined))),
    ]).toEqual(['', '', '']);
  });

  it('a VirtualNode may say more than what pods are registered by', () => {
    expect(
      node({
        backends: [1],
        logging: 'x',
        listeners: [{ portMapping: { port: 1, protocol: 'http2' }, tls: {} }],
      }),
    ).toBe('');
  });

  it.each<readonly [Record<string, unknown>, string]>([
    [{ podSelector: 'app=front' }, 'spec.podSelector: Invalid input: expected object, received string'],
    [
      { podSelector: { matchLabels: { app: 1 } } },
      'spec.podSelector.matchLabels.app: Invalid input: expected string, received number',
    ],
    [
      { podSelector: { matchExpressions: [{ key: 'a', operator: 'in' }] } },
      'spec.podSelector.matchExpressions[0].operator: Invalid option: expected one of "In"|"NotIn"|"Exists"|"DoesNotExist"',
    ],
    [
      { podSelector: { matchExpressions: [{ operator: 'In' }] } },
      'spec.podSelector.matchExpressions[0].key: Invalid input: expected string, received undefined',
    ],
    [
      { listeners: [{}] },
      'spec.listeners[0].portMapping: Invalid input: expected object, received undefined',
    ],
    [
      { listeners: [{ portMapping: { port: 0 } }] },
      'spec.listeners[0].portMapping.port: Too small: expected number to be >=1',
    ],
    [
      { listeners: [{ portMapping: { port: 65536 } }] },
      'spec.listeners[0].portMapping.port: Too big: expected number to be <=65535',
    ],
    [
      { listeners: [{ portMapping: { port: '80' } }] },
      'spec.listeners[0].portMapping.port: Invalid input: expected number, received string',
    ],
    [{ meshRef: {} }, 'spec.meshRef.name: Invalid input: expected string, received undefined'],
    [
      cloudMap({ serviceName: 's' }),
      'spec.serviceDiscovery.awsCloudMap.namespaceName: Invalid input: expected string, received undefined',
    ],
    [
      cloudMap({ namespaceName: 'a b', serviceName: 's' }),
      'spec.serviceDiscovery.awsCloudMap.namespaceName: expected a Cloud Map namespace name: printable ASCII without spaces',
    ],
    [
      cloudMap({ namespaceName: 'n', serviceName: 'a b' }),
      'spec.serviceDiscovery.awsCloudMap.serviceName: expected a Cloud Map service name: labels of up to 63 letters, digits, _ and -, parted by dots',
    ],
    [
      attribute('a b', 'x'),
      'spec.serviceDiscovery.awsCloudMap.attributes[0].key: expected 1 to 255 printable ASCII characters without spaces',
    ],
    [
      attribute('', 'x'),
      'spec.serviceDiscovery.awsCloudMap.attributes[0].key: expected 1 to 255 printable ASCII characters without spaces',
    ],
    [
      attribute('k'.repeat(256), 'x'),
      'spec.serviceDiscovery.awsCloudMap.attributes[0].key: expected 1 to 255 printable ASCII characters without spaces',
    ],
    [
      attribute('a', ' x'),
      'spec.serviceDiscovery.awsCloudMap.attributes[0].value: expected printable ASCII that does not begin with a space',
    ],
    [
      attribute('a', 'x\ny'),
      'spec.serviceDiscovery.awsCloudMap.attributes[0].value: expected printable ASCII that does not begin with a space',
    ],
    [
      attribute('a', 'x'.repeat(1025)),
      'spec.serviceDiscovery.awsCloudMap.attributes[0].value: Too big: expected string to have <=1024 characters',
    ],
  ])('a VirtualNode with the spec %j: %s', (spec, expected) => {
    expect(node(spec)).toBe(expected);
  });

  it.each([
    ['a', ''],
    ['k'.repeat(255), 'x y\tz'],
    ['!~', 'x'.repeat(1024)],
  ])('a VirtualNode may have the attribute %j', (key, value) => {
    expect(node(attribute(key, value))).toBe('');
  });
});

describe('what is read of', () => {
  const awsCloudMap = { namespaceName: 'n', serviceName: 's' };

  it('a VirtualNode is its name and the part of its spec that registrations depend on', () => {
    const podSelector = { matchLabels: { app: 'front' } };
    const object = anObject('VirtualNode', { podSelector, backends: [] }, { name: 'front' });
    const { creationTimestamp: createdAt } = object.metadata;
    const read = { name: 'front', createdAt, spec: { podSelector } };
    expect(virtualNodeOf(object)).toEqual({ ...read, namespace: 'shop' });
    const { namespace: _, ...metadata } = object.metadata;
    expect(virtualNodeOf({ ...object, metadata })).toEqual({ ...read, namespace: '' });
  });

  it('a Mesh is its name and its spec', () => {
    expect(meshOf(anObject('Mesh', { awsName: 'a' }, { name: 'shop' }))).toEqual({
      name: 'shop',
      spec: { awsName: 'a' },
    });
  });

  it('a VirtualNode says whether it discovers through Cloud Map', () => {
    const discovers = (spec: Record<string, unknown>) =>
      discoversThroughCloudMap(virtualNodeOf(anObject('VirtualNode', spec)));
    expect(discovers({ serviceDiscovery: { awsCloudMap } })).toBe(true);
    expect(discovers({ serviceDiscovery: { dns: { hostname: 'a' } } })).toBe(false);
    expect(discovers({})).toBe(false);
  });
});

describe('a Mesh', () => {
  it.each([
    [{}, ''],
    [{ namespaceSelector: null, meshServiceDiscovery: null }, ''],
    [{ meshServiceDiscovery: { ipPreference: 'IPv4_PREFERRED' } }, ''],
    [
      { meshServiceDiscovery: { ipPreference: 'IPv4' } },
      'spec.meshServiceDiscovery.ipPreference: Invalid option: expected one of "IPv4_ONLY"|"IPv6_ONLY"|"IPv4_PREFERRED"|"IPv6_PREFERRED"',
    ],
    [{ namespaceSelector: [] }, 'spec.namespaceSelector: Invalid input: expected object, received array'],
  ])('%j', (spec, expected) => {
    expect(faults(() => meshOf(anObject('Mesh', spec)))).toBe(expected);
  });
});

describe("names are taken exactly where Cloud Map's service model takes them", () => {
  const near = (characters: string) => fc.stringMatching(new RegExp(`^[${characters}]{0,70}$`));

  it('the schema accepts the service names that Cloud Map accepts, and no others', () => {
    const label = '([a-zA-Z0-9_][a-zA-Z0-9-_]{0,61}[a-zA-Z0-9_]|[a-zA-Z0-9])';
    const model = new RegExp(`^${label}(\\.${label})*$`);
    fc.assert(
      fc.property(
        fc.oneof(
          near('a0_.-'),
          near('a0_-'),
          fc.array(near('a_-'), { maxLength: 4 }).map((all) => all.join('.')),
        ),
        (name) => {
          expect(cloudMapServiceName.safeParse(name).success).toBe(name.length <= 127 && model.test(name));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('the schema accepts the namespace names that Cloud Map accepts, and no others', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 12 }),
          fc.constantFrom('arn:', 'arn:x', 'x'.repeat(1024), 'x'.repeat(1025)),
        ),
        (name) => {
          expect(cloudMapNamespaceName.safeParse(name).success).toBe(/^(?!arn:)[!-~]{1,1024}$/.test(name));
        },
      ),
    );
  });
});

describe('a VirtualNode that comes from the cluster', () => {
  const many = (count: number, value = 'v') =>
    Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value }));
  const of = (attributes: readonly object[]) => {
    const awsCloudMap = { namespaceName: 'n', serviceName: 's', attributes };
    return anObject('VirtualNode', { serviceDiscovery: { awsCloudMap } });
  };
  const at = 'spec.serviceDiscovery.awsCloudMap.attributes';

  it.each<readonly [string, readonly object[], string]>([
    ['thirty attributes', many(30), ''],
    ['5,000 characters', [...many(4, 'v'.repeat(1_024)), { key: 'rest', value: 'v'.repeat(892) }], ''],
    [
      'a name by which Cloud Map acts',
      [
        { key: 'color', value: 'blue' },
        { key: 'AWS_INSTANCE_PORT', value: '1' },
      ],
      `${at}[1].key: expected a name that does not begin with AWS_, which Cloud Map reserves`,
    ],
    [
      'in small letters',
      [{ key: 'aws_x', value: '1' }],
      `${at}[0].key: expected a name that does not begin with AWS_, which Cloud Map reserves`,
    ],
    ['31 attributes', many(31), `${at}: expected at most 30 attributes, the limit of Cloud Map; found 31`],
    [
      '5,001 characters',
      [...many(4, 'v'.repeat(1_024)), { key: 'rest', value: 'v'.repeat(893) }],
      `${at}: expected at most 5000 characters in total, the limit of Cloud Map; found 5001`,
    ],
  ])('a VirtualNode that comes from the cluster with %s', (_what, attributes, expected) => {
    expect(faults(() => checkVirtualNode(of(attributes)))).toBe(expected);
    expect(faultsOf(meshSpecs.VirtualNode, of(attributes).spec)).toBe(expected);
    expect(faults(() => virtualNodeOf(of(attributes)))).toBe(''); // as stored by an earlier version
  });

  it('a VirtualNode that comes from the cluster is checked in all its other fields, too', () => {
    const attributes = [{ key: 'a b', value: '\n' }];
    expect(faults(() => checkVirtualNode(of(attributes)))).toBe(faults(() => virtualNodeOf(of(attributes))));
    expect(faults(() => checkVirtualNode(anObject('VirtualNode', { podSelector: 1 })))).toContain(
      'spec.podSelector',
    );
    expect(faults(() => checkVirtualNode(anObject('VirtualNode', undefined)))).toBe('');
  });
});
