import { describe, expect, it } from 'vitest';
import { virtualNodeSpecInput } from '../../../../../shared/mesh/targets/app-mesh/translate/virtual-node.ts';
import { virtualNodeSpec } from '../../../../../shared/model/mesh/kinds/virtual-node.ts';
import { type Faulty, faultsOf, type Translated } from '../../../../model/mesh/specs.ts';
import { aResolver, expectedName } from './harness.ts';

const input = (spec: unknown) => virtualNodeSpecInput(virtualNodeSpec.parse(spec), aResolver());
const faults = (spec: unknown) => faultsOf(virtualNodeSpec, spec);

describe('the spec of a VirtualNode', () => {
  it.each<Translated>([
    [{}],
    [
      {
        awsName: null,
        podSelector: null,
        meshRef: null,
        listeners: null,
        serviceDiscovery: null,
        backends: null,
        backendGroups: null,
        backendDefaults: null,
        logging: null,
      },
      {},
    ],
    [{ awsName: '', podSelector: {}, meshRef: { name: 'shop', uid: 'uid-1' } }, {}],
    [{ awsName: 'orders', podSelector: { matchLabels: { app: 'orders' } } }, {}],
    [{ listeners: [] }, {}],
  ])('%j becomes %j', (spec, expected = spec) => {
    expect(input(spec)).toStrictEqual(expected);
  });

  it.each<Faulty>([
    [{ listener: [] }, 'spec: Unrecognized key: "listener"'],
    [{ awsName: 'x'.repeat(256) }, 'spec.awsName: Too big: expected string to have <=255 characters'],
    [{ podSelector: { app: 'orders' } }, 'spec.podSelector: Unrecognized key: "app"'],
    [{ meshRef: { uid: 'uid-1' } }, 'spec.meshRef.name: Invalid input: expected string, received undefined'],
    [{ meshRef: { name: 'Shop', uid: 'uid-1' } }, `spec.meshRef.name: ${expectedName}`],
    [
      { listeners: [{ portMapping: { port: 80, protocol: 'http' } }] },
      'spec.serviceDiscovery: expected dns or awsCloudMap, as the virtual node has a listener; found none',
    ],
  ])('%j is wrong', (spec, expected) => {
    expect(faults(spec)).toBe(expected);
  });
});

describe('the serviceDiscovery of a VirtualNode', () => {
  const names = { namespaceName: 'shop.local', serviceName: 'orders' };
  const cloudMap = (changes: object) => ({ awsCloudMap: { ...names, ...changes } });
  const preferences = '"IPv4_ONLY"|"IPv6_ONLY"|"IPv4_PREFERRED"|"IPv6_PREFERRED"';

  it.each<Translated>([
    [{ dns: { hostname: 'orders.shop.svc.cluster.local' } }],
    [{ dns: { hostname: 'a', responseType: 'ENDPOINTS' } }],
    [{ dns: { hostname: 'a', responseType: 'LOADBALANCER' } }],
    [{ dns: { hostname: 'a', ipPreference: 'IPv6_ONLY' } }],
    [
      { dns: { hostname: 'a', responseType: null, ipPreference: null }, awsCloudMap: null },
      { dns: { hostname: 'a' } },
    ],
    [cloudMap({})],
    [
      cloudMap({
        attributes: [
          { key: 'version', value: 'v1' },
          { key: 'track', value: 'a b' },
        ],
      }),
    ],
    [cloudMap({ attributes: [] }), cloudMap({})],
    [cloudMap({ attributes: null, ipPreference: null }), cloudMap({})],
    [cloudMap({ ipPreference: 'IPv4_PREFERRED' })],
  ])('%j becomes %j', (serviceDiscovery, expected = serviceDiscovery) => {
    expect(input({ serviceDiscovery })).toStrictEqual({ serviceDiscovery: expected });
  });

  const path = 'spec.serviceDiscovery';
  it.each<Faulty>([
    [{}, `${path}: expected exactly one of dns, awsCloudMap; found none`],
    [
      { dns: { hostname: 'a' }, ...cloudMap({}) },
      `${path}: expected exactly one of dns, awsCloudMap; found dns and awsCloudMap`,
    ],
    [{ dns: {} }, `${path}.dns.hostname: Invalid input: expected string, received undefined`],
    [
      { dns: { hostname: '' } },
      `${path}.dns.hostname: expected a host name, such as orders.shop.svc.cluster.local`,
    ],
    [
      { dns: { hostname: 'a', responseType: 'ENDPOINT' } },
      `${path}.dns.responseType: Invalid option: expected one of "LOADBALANCER"|"ENDPOINTS"`,
    ],
    [
      { dns: { hostname: 'a', ipPreference: 'ipv6' } },
      `${path}.dns.ipPreference: Invalid option: expected one of ${preferences}`,
    ],
    [{ dns: { hostName: 'a', hostname: 'a' } }, `${path}.dns: Unrecognized key: "hostName"`],
    [
      { awsCloudMap: { serviceName: 'orders' } },
      `${path}.awsCloudMap.namespaceName: Invalid input: expected string, received undefined`,
    ],
    [
      cloudMap({ namespaceName: 'shop local' }),
      `${path}.awsCloudMap.namespaceName: expected a Cloud Map namespace name: printable ASCII without spaces`,
    ],
    [
      cloudMap({ serviceName: '-orders' }),
      `${path}.awsCloudMap.serviceName: expected a Cloud Map service name: labels of up to 63 letters, digits, _ and -, parted by dots`,
    ],
    [
      cloudMap({ attributes: [{ key: 'a b', value: 'x' }] }),
      `${path}.awsCloudMap.attributes[0].key: expected 1 to 255 printable ASCII characters without spaces`,
    ],
    [
      cloudMap({ attributes: [{ key: 'a', value: '' }] }),
      `${path}.awsCloudMap.attributes[0].value: Too small: expected string to have >=1 characters`,
    ],
    [
      cloudMap({ attributes: [{ key: 'a', value: ' x' }] }),
      `${path}.awsCloudMap.attributes[0].value: expected printable ASCII that does not begin with a space`,
    ],
    [
      cloudMap({ attributes: [{ key: 'a', value: 'x'.repeat(1025) }] }),
      `${path}.awsCloudMap.attributes[0].value: Too big: expected string to have <=1024 characters`,
    ],
    [
      cloudMap({ attributes: { a: 'b' } }),
      `${path}.awsCloudMap.attributes: Invalid input: expected array, received object`,
    ],
    [
      cloudMap({ ipPreference: 'IPv6_only' }),
      `${path}.awsCloudMap.ipPreference: Invalid option: expected one of ${preferences}`,
    ],
  ])('%j is wrong', (serviceDiscovery, expected) => {
    expect(faults({ serviceDiscovery })).toBe(expected);
  });
});
