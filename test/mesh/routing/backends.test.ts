import { describe, expect, it } from 'vitest';
import { isOfKind } from '../../../shared/mesh/plan/entry.ts';
import { backendEntriesOf, backendsOf } from '../../../shared/mesh/routing/backends.ts';
import type { Manifest } from '../harness/harness.ts';
import { aBackendGroup, aMesh, aNamespace, aNode, aService, backends } from '../harness/manifests.ts';
import { directoryOf } from '../plan/entries.ts';

const base = [aNamespace(), aMesh(), aService('pay'), aService('cart'), aService('ads')];
const groups = (...references: readonly object[]) => ({ backendGroups: references });
const policy = (port: number) => ({ tls: { ports: [port], validation: { trust: { file: trust } } } });
const trust = { certificateChain: '/ca.pem' };
const arn = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualService/cart';

/** Of the node `client` in `apps`. */
function found(spec: Readonly<Record<string, unknown>>, ...manifests: readonly Manifest[]) {
  const directory = directoryOf(...base, ...manifests, aNode('client', spec));
  const node = directory.find('VirtualNode', { namespace: 'apps', name: 'client' });
  if (!node || !isOfKind(node, 'VirtualNode')) throw new Error(`not valid: ${node?.fault}`);
  return { all: backendEntriesOf(directory, node), valid: backendsOf(directory, node) };
}

function names(spec: Readonly<Record<string, unknown>>, ...manifests: readonly Manifest[]) {
  return found(spec, ...manifests).all.map(({ service: { id } }) => `${id.namespace}/${id.name}`);
}

describe('the virtual services that a virtual node may call', () => {
  it('the listed ones come in their order, then those of groups by name', () => {
    const spec = { ...backends('pay', 'cart'), ...groups({ name: 'more' }) };
    expect(names(spec, aService('bill'), aBackendGroup('more', ['cart', 'bill', 'ads']))).toEqual([
      'apps/pay',
      'apps/cart',
      'apps/ads',
      'apps/bill',
    ]);
  });

  it.each([[['pay', 'cart', 'ads']], [['ads', 'cart', 'pay']], [['cart', 'ads', 'pay', 'cart']]])(
    'those of the group %j come once each, by name',
    (members) => {
      expect(names(groups({ name: 'all' }), aBackendGroup('all', members))).toEqual([
        'apps/ads',
        'apps/cart',
        'apps/pay',
      ]);
    },
  );

  it('those of equal names are ordered by namespace', () => {
    const other = [aNamespace('a'), aNamespace('b')];
    const cartOf = (namespace: string) => {
      const cart = aService('cart');
      return { ...cart, metadata: { ...cart.metadata, namespace } };
    };
    const all = { name: '*', namespace: 'b' };
    const spec = groups(all, { name: '*' }, { name: '*', namespace: 'a' });
    expect(names(spec, ...other, cartOf('b'), cartOf('a'))).toEqual([
      'a/cart',
      'apps/ads',
      'apps/cart',
      'apps/pay',
      'b/cart',
    ]);
  });

  it('a group named * is all of the namespace that the reference names, of virtual services alone', () => {
    expect(names(groups({ name: '*', namespace: 'apps' }), aNode('other'))).toEqual([
      'apps/ads',
      'apps/cart',
      'apps/pay',
    ]);
    expect(names(groups({ name: '*', namespace: 'none' }))).toEqual([]);
  });

  it('a group gives its own members, not all of its namespace', () => {
    expect(names(groups({ name: 'one' }), aBackendGroup('one', ['cart']))).toEqual(['apps/cart']);
  });

  it('a group of the name of a service does not give that service', () => {
    expect(names(groups({ name: 'cart' }), aBackendGroup('cart', ['ads']))).toEqual(['apps/ads']);
  });

  it('a member without a namespace is of the namespace of its group', () => {
    const group = { ...aBackendGroup('far', ['cart']), metadata: { name: 'far', namespace: 'far' } };
    const cart = { ...aService('cart'), metadata: { name: 'cart', namespace: 'far' } };
    const reference = { name: 'far', namespace: 'far' };
    expect(names(groups(reference), aNamespace('far'), group, cart)).toEqual(['far/cart']);
  });

  it.each([
    ['no list', {}],
    ['a service that is missing', backends('none')],
    ['a group that is missing', groups({ name: 'none' })],
    ['a group without members', groups({ name: 'empty' })],
    ['a group that is invalid', groups({ name: 'bad' })],
    ['a group with a member that is missing', groups({ name: 'dangling' })],
    ['a service by its ARN', { backends: [{ virtualService: { virtualServiceARN: arn } }] }],
  ])('a virtual node with %s may call none', (_, spec) => {
    const empty = { ...aBackendGroup('empty', []), spec: {} };
    const bad = { ...aBackendGroup('bad', ['cart']), spec: { virtualservices: [{ name: 'cart' }], x: 1 } };
    expect(names(spec, empty, bad, aBackendGroup('dangling', ['none']))).toEqual([]);
  });

  it('a service of another mesh is none, listed or in a group', () => {
    const other = aMesh({ namespaceSelector: { matchLabels: { mesh: 'depot' } } }, 'depot');
    const cart = { ...aService('cart'), metadata: { name: 'cart', namespace: 'depot' } };
    const reference = { name: 'cart', namespace: 'depot' };
    const spec = {
      backends: [{ virtualService: { virtualServiceRef: reference } }],
      ...groups({ name: '*', namespace: 'depot' }),
    };
    expect(names(spec, other, aNamespace('depot', { mesh: 'depot' }), cart)).toEqual([]);
  });

  it('without a mesh neither the node nor the service belongs to one', () => {
    const [node, service] = [aNode('client', backends('cart'), 'lone'), aService('cart')];
    const cart = { ...service, metadata: { name: 'cart', namespace: 'lone' } };
    const directory = directoryOf(aNamespace('lone', {}), aMesh(), node, cart);
    const entry = directory.find('VirtualNode', { namespace: 'lone', name: 'client' });
    expect(entry && isOfKind(entry, 'VirtualNode') && backendEntriesOf(directory, entry)).toEqual([]);
  });

  it('each has its own client policy, else that of the defaults', () => {
    const listed = (name: string, clientPolicy?: object | null) => ({
      virtualService: { virtualServiceRef: { name }, ...(clientPolicy !== undefined && { clientPolicy }) },
    });
    const spec = {
      backends: [listed('pay', policy(1)), listed('cart', null)],
      ...groups({ name: 'more' }),
      backendDefaults: { clientPolicy: policy(2) },
    };
    const { all } = found(spec, aBackendGroup('more', ['pay', 'ads']));
    expect(all.map(({ service, ...rest }) => ({ name: service.id.name, ...rest }))).toEqual([
      { name: 'pay', policy: policy(1), isListed: true },
      { name: 'cart', policy: policy(2), isListed: true },
      { name: 'ads', policy: policy(2), isListed: false },
    ]);
  });

  it.each([[{}], [{ backendDefaults: null }], [{ backendDefaults: { clientPolicy: null } }]])(
    'with the defaults %j it has no client policy',
    (defaults) => {
      const [backend] = found({ ...backends('cart'), ...defaults }).all;
      expect(backend?.policy).toBe(undefined);
    },
  );

  it('one that is invalid is an entry, but no backend', () => {
    const { all, valid } = found(backends('bad', 'cart'), aService('bad', undefined, { x: 1 }));
    expect(all.map(({ service }) => service.id.name)).toEqual(['bad', 'cart']);
    expect(valid).toEqual([{ service: all[1]?.service, policy: undefined }]);
  });
});
