import { describe, expect, it } from 'vitest';
import { type EntryOf, isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import {
  needsService,
  ownService,
  selectorOf,
  serviceOfHost,
  serviceOfNode,
} from '../../../../../shared/mesh/targets/gateway-api/plan/node-service.ts';
import { aNode } from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';

function nodeWith(spec: object): EntryOf<'VirtualNode'> {
  const [entry] = directoryOf(aNode('blue', { ...spec })).entries;
  if (entry === undefined || !isOfKind(entry, 'VirtualNode')) throw new Error('expected a virtual node');
  return entry;
}
const cloudMap = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'blue' } };
const podSelector = { matchLabels: { app: 'blue' } };

describe('the Service that a host name means for pods of namespace apps', () => {
  it.each([
    ['blue', 'apps/blue'],
    ['BLUE', 'apps/blue'],
    ['blue.', 'apps/blue'],
    ['blue.apps', 'apps/blue'],
    ['blue.shop', undefined],
    ['blue.shop.svc', 'shop/blue'],
    ['blue.shop.svc.cluster.local', 'shop/blue'],
    ['blue.shop.svc.cluster.local.', 'shop/blue'],
    ['blue.apps.svc', 'apps/blue'],
    ['blue.svc', undefined],
    ['blue.svc.cluster.local', undefined],
    ['blue.shop.svc.example.com', undefined],
    ['api.example.com', undefined],
    ['1blue', undefined],
    ['-blue', undefined],
    ['blue-', undefined],
    ['b', 'apps/b'],
    ['b2-c', 'apps/b2-c'],
    [`b${'x'.repeat(62)}`, `apps/b${'x'.repeat(62)}`],
    [`b${'x'.repeat(63)}`, undefined],
    ['x.blue', undefined],
    ['', undefined],
  ])('%s: %s', (host, expected) => {
    const [namespace, name] = expected?.split('/') ?? [];
    expect(serviceOfHost(host, 'apps')).toEqual(expected && { namespace, name });
  });
});

describe('the Service with the pods of a virtual node', () => {
  const dns = (hostname: string) => ({ serviceDiscovery: { dns: { hostname } } });

  it.each<readonly [what: string, spec: object, name: string | undefined]>([
    ['a host of its namespace', dns('green.apps.svc.cluster.local'), 'green'],
    ['a host of another namespace', dns('green.shop.svc.cluster.local'), undefined],
    ['a host outside the cluster', dns('api.example.com'), undefined],
    ['a name in Cloud Map and a selector', { serviceDiscovery: cloudMap, podSelector }, 'mesh-node-blue'],
    ['a name in Cloud Map and no selector', { serviceDiscovery: cloudMap }, undefined],
    ['no service discovery', { serviceDiscovery: null, listeners: [], podSelector }, undefined],
  ])('with %s is %s', (_, spec, name) => {
    expect(serviceOfNode(nodeWith(spec))).toEqual(name && { namespace: 'apps', name });
  });

  it('is one of its own for a node that Cloud Map has a name for', () => {
    expect(needsService(nodeWith({ serviceDiscovery: cloudMap }))).toBe(true);
    expect(needsService(nodeWith({}))).toBe(false);
    expect(needsService(nodeWith({ serviceDiscovery: null, listeners: [] }))).toBe(false);
    expect(ownService(nodeWith({}))).toEqual({ namespace: 'apps', name: 'mesh-node-blue' });
  });
});

describe('the labels by which a Service selects pods', () => {
  const within = (key: string, ...values: string[]) => ({ key, operator: 'In' as const, values });

  it.each<readonly [selector: Parameters<typeof selectorOf>[0], labels: object | undefined]>([
    [undefined, undefined],
    [null, undefined],
    [{}, undefined],
    [{ matchLabels: {}, matchExpressions: [] }, undefined],
    [{ matchLabels: { a: '1', b: '2' } }, { a: '1', b: '2' }],
    [{ matchExpressions: [within('a', '1')] }, { a: '1' }],
    [
      { matchLabels: { a: '1' }, matchExpressions: [within('b', '2'), within('c', '3')] },
      { a: '1', b: '2', c: '3' },
    ],
    [{ matchLabels: { a: '1' }, matchExpressions: [within('a', '1')] }, { a: '1' }],
    [{ matchLabels: { a: '1' }, matchExpressions: [within('a', '2')] }, undefined],
    [{ matchLabels: { a: '1' }, matchExpressions: [within('b', '2', '3')] }, undefined],
    [{ matchLabels: { a: '1' }, matchExpressions: [within('b')] }, undefined],
    [{ matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'In' }] }, undefined],
    [{ matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'Exists' }] }, undefined],
    [
      { matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'NotIn', values: ['2'] }] },
      undefined,
    ],
  ])('of the selector %j are %j', (selector, labels) => {
    expect(selectorOf(selector)).toEqual(labels);
  });
});
