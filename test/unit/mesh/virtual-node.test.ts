import { describe, expect, it } from 'vitest';
import { virtualNodeSpecInput } from '../../../shared/mesh/translate/virtual-node.ts';
import { virtualNodeSpec } from '../../../shared/model/mesh/virtual-node.ts';
import { aResolver, arn, expectedArn, expectedName } from './kit.ts';
import { type Faulty, faultsOf, type Translated } from './specs.ts';

const resolver = {
  ...aResolver(),
  backendGroup: ({ name, namespace }: { name: string; namespace?: string | null | undefined }) =>
    ['z', 'orders', 'a'].map((service) => `${service}.${namespace ?? name}`),
};
const input = (spec: unknown) => virtualNodeSpecInput(virtualNodeSpec.parse(spec), resolver);
const faults = (spec: unknown) => faultsOf(virtualNodeSpec, spec);

const byRef = (name: string, more: object = {}) => ({
  virtualService: { virtualServiceRef: { name, ...more } },
});
const byArn = (name: string) => ({ virtualService: { virtualServiceARN: arn('virtualService', name) } });
const named = (virtualServiceName: string) => ({ virtualService: { virtualServiceName } });
const trust = { sds: { secretName: 'orders' } };
const acm = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1';

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
    [{ dns: { hostname: '' } }, `${path}.dns.hostname: Too small: expected string to have >=1 characters`],
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

describe('the backends of a VirtualNode', () => {
  it.each<Translated>([
    [{ backends: [] }, {}],
    [{ backendGroups: [] }, {}],
    [{ backends: [byRef('orders')] }, { backends: [named('orders.shop')] }],
    [{ backends: [byRef('orders', { namespace: 'depot' })] }, { backends: [named('orders.depot')] }],
    [{ backends: [byRef('orders', { namespace: null })] }, { backends: [named('orders.shop')] }],
    [{ backends: [byArn('orders.example.com')] }, { backends: [named('orders.example.com')] }],
    [
      { backends: [byRef('b'), byArn('a'), byRef('c')] },
      { backends: [named('b.shop'), named('a'), named('c.shop')] },
    ],
    [{ backends: [byRef('a'), byArn('a.shop')] }, { backends: [named('a.shop')] }],
    [
      { backendGroups: [{ name: 'all' }] },
      { backends: [named('a.all'), named('orders.all'), named('z.all')] },
    ],
    [
      {
        backendGroups: [
          { name: '*', namespace: 'depot' },
          { name: 'some', namespace: 'depot' },
        ],
      },
      { backends: [named('a.depot'), named('orders.depot'), named('z.depot')] },
    ],
    [
      { backends: [byRef('orders', { namespace: 'all' })], backendGroups: [{ name: 'all' }] },
      { backends: [named('orders.all'), named('a.all'), named('z.all')] },
    ],
    [
      {
        backends: [
          {
            virtualService: {
              virtualServiceRef: { name: 'a' },
              virtualServiceARN: null,
              clientPolicy: { tls: { validation: { trust: { acm: { certificateAuthorityARNs: [acm] } } } } },
            },
          },
          { virtualService: { virtualServiceRef: { name: 'b' }, clientPolicy: null } },
        ],
      },
      {
        backends: [
          {
            virtualService: {
              virtualServiceName: 'a.shop',
              clientPolicy: { tls: { validation: { trust: { acm: { certificateAuthorityArns: [acm] } } } } },
            },
          },
          named('b.shop'),
        ],
      },
    ],
  ])('%j become %j', (spec, expected = spec) => {
    expect(input(spec)).toStrictEqual(expected);
  });

  it('says where its references stand', () => {
    const asked = aResolver();
    const groups: string[] = [];
    const backendGroup = (_: unknown, path: string) => {
      groups.push(path);
      return [];
    };
    const spec = { backends: [byArn('a'), byRef('b')], backendGroups: [{ name: 'c' }, { name: 'd' }] };
    virtualNodeSpecInput(virtualNodeSpec.parse(spec), { ...asked, backendGroup });
    expect([...asked.asked, ...groups]).toEqual([
      'VirtualService spec.backends[1].virtualService.virtualServiceRef',
      'spec.backendGroups[0]',
      'spec.backendGroups[1]',
    ]);
  });

  const path = 'spec.backends[0].virtualService';
  const one = 'expected exactly one of virtualServiceRef, virtualServiceARN; found';
  const once = (name: string) => `expected each virtual service once; ${name} is an earlier backend, too`;
  it.each<Faulty>([
    [{ backends: [{}] }, `${path}: Invalid input: expected object, received undefined`],
    [{ backends: [{ virtualService: {} }] }, `${path}: ${one} none`],
    [
      { backends: [{ virtualService: { ...byRef('a').virtualService, ...byArn('a').virtualService } }] },
      `${path}: ${one} virtualServiceRef and virtualServiceARN`,
    ],
    [{ backends: [byRef('A')] }, `${path}.virtualServiceRef.name: ${expectedName}`],
    [{ backends: [byRef('a', { namespace: 'B' })] }, `${path}.virtualServiceRef.namespace: ${expectedName}`],
    [{ backends: [byRef('a', { uid: 'x' })] }, `${path}.virtualServiceRef: Unrecognized key: "uid"`],
    ...['orders', arn('virtualNode', 'orders'), 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop'].map(
      (virtualServiceARN): Faulty => [
        { backends: [{ virtualService: { virtualServiceARN } }] },
        `${path}.virtualServiceARN: ${expectedArn('virtualService')}`,
      ],
    ),
    [
      { backends: [{ virtualService: { ...byRef('a').virtualService, clientPolicy: { tls: {} } } }] },
      `${path}.clientPolicy.tls.validation: Invalid input: expected object, received undefined`,
    ],
    [
      {
        backends: [
          {
            virtualService: {
              ...byRef('a').virtualService,
              clientPolicy: { tls: { validation: { trust } } },
            },
          },
          byRef('a'),
        ],
      },
      `spec.backends[1].virtualService: ${once('a')}`,
    ],
    [
      { backends: [byRef('a', { namespace: 'b' }), byRef('a'), byRef('a', { namespace: 'b' })] },
      `spec.backends[2].virtualService: ${once('b/a')}`,
    ],
    [
      { backends: [byArn('a'), byArn('a')] },
      `spec.backends[1].virtualService: ${once(arn('virtualService', 'a'))}`,
    ],
    [
      { backendGroups: [{}] },
      'spec.backendGroups[0].name: Invalid input: expected string, received undefined',
    ],
    [{ backendGroups: [{ name: 'a*' }] }, "spec.backendGroups[0].name: expected * or a backend group's name"],
    [{ backendGroups: ['a'] }, 'spec.backendGroups[0]: Invalid input: expected object, received string'],
  ])('%j are wrong', (spec, expected) => {
    expect(faults(spec)).toBe(expected);
  });
});
