import { describe, expect, it } from 'vitest';
import { isAsApplied } from '../../../shared/mesh/objects-target/plan/compare-object.ts';
import type { LiveObject, Manifest } from '../../../shared/model/kubernetes-object.ts';

const labels = { 'app.kubernetes.io/managed-by': 'eks-mesh-sync' };
const spec = {
  hosts: ['a', 'b'],
  http: [{ route: [{ destination: { host: 'a' } }] }],
  ports: [{ port: 80, name: 'http' }],
  tls: {},
};
const applied: Manifest = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'front', namespace: 'apps', labels },
  spec,
};
const ownedLabels = { 'f:labels': { 'f:app.kubernetes.io/managed-by': {} } };
const ownedSpec = {
  'f:hosts': { 'v:"a"': {}, 'v:"b"': {} },
  'f:http': {},
  'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {} } },
  'f:tls': {},
};

function live({
  owned = { 'f:metadata': ownedLabels, 'f:spec': ownedSpec } as Readonly<Record<string, unknown>>,
  changes = {} as Readonly<Record<string, unknown>>,
  manager = 'eks-mesh-sync',
} = {}): LiveObject {
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'VirtualService',
    metadata: {
      ...{ name: 'front', namespace: 'apps', uid: 'u', resourceVersion: '7', creationTimestamp: 't' },
      labels: { ...labels, team: 'theirs' },
      managedFields: [{ manager, operation: 'Apply', fieldsV1: owned }],
    },
    spec: { ...spec, ports: [{ port: 80, name: 'http', protocol: 'TCP' }], exportTo: ['.'], ...changes },
    status: {},
  };
}

const withSpec = (changes: object) => ({ 'f:metadata': ownedLabels, 'f:spec': { ...ownedSpec, ...changes } });

describe('an object as it was applied', () => {
  it('an object with defaults, a status and fields of others is as it was applied', () => {
    expect(isAsApplied(applied, live())).toBe(true);
  });

  it.each([
    ['a value that is another', { changes: { hosts: ['a'] } }],
    ['an item that is missing', { changes: { ports: [] } }],
    [
      'a list that somebody else changed and now owns',
      { owned: { 'f:metadata': ownedLabels, 'f:spec': { 'f:tls': {} } } },
    ],
    ['an item of a set that somebody else owns', { owned: withSpec({ 'f:hosts': { 'v:"a"': {} } }) }],
    [
      'an item of a list that somebody else owns',
      { owned: withSpec({ 'f:ports': { 'k:{"port":81}': {} } }) },
    ],
    [
      'a field of an item that somebody else owns',
      { owned: withSpec({ 'f:ports': { 'k:{"port":80}': { '.': {}, 'f:port': {} } } }) },
    ],
    [
      'a label that somebody else owns',
      { owned: { 'f:metadata': { 'f:labels': { '.': {} } }, 'f:spec': ownedSpec } },
    ],
    ['no field of ours', { manager: 'kubectl' }],
  ])('an object with %s is not as it was applied', (_, options) => {
    expect(isAsApplied(applied, live(options))).toBe(false);
  });

  it.each([
    ['as it was applied', { 'lds.json': 'a' }, 'eks-mesh-sync', true],
    ['with a key of others', { 'lds.json': 'a', 'notes.txt': 'b' }, 'eks-mesh-sync', true],
    ['with another value', { 'lds.json': 'b' }, 'eks-mesh-sync', false],
    ['without the key', {}, 'eks-mesh-sync', false],
    ['whose key somebody else owns', { 'lds.json': 'a' }, 'kubectl', false],
  ])('the data of a ConfigMap %s is compared, too', (_, data, manager, expected) => {
    const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'front', labels } };
    const { metadata } = live({
      manager,
      owned: { 'f:metadata': ownedLabels, 'f:data': { '.': {}, 'f:lds.json': {} } },
    });
    const there = { ...manifest, metadata, data };
    expect(isAsApplied({ ...manifest, data: { 'lds.json': 'a' } }, there)).toBe(expected);
  });

  const ours = { manager: 'eks-mesh-sync', operation: 'Apply', fieldsV1: {} } as const;
  it.each([
    ['what we applied', {}, true],
    ['what somebody else applied', { manager: 'kubectl' }, false],
    ['what we updated', { operation: 'Update' }, false],
    ['the status', { subresource: 'status' }, false],
  ] as const)('only fields that are owned by %s count', (_, changed, expected) => {
    const metadata = { ...live().metadata, managedFields: [{ ...ours, ...changed }] };
    expect(isAsApplied(applied, { ...live(), metadata })).toBe(expected);
  });

  /** An object with one field beside its name, of which the given tree is ours. */
  function isUnchanged(
    mine: unknown,
    there: unknown,
    tree: Readonly<Record<string, unknown>> = { 'f:of': {} },
  ): boolean {
    const manifest = { apiVersion: 'v1', kind: 'Small', metadata: { name: 'a' }, spec: { of: mine } };
    const owned = { 'f:metadata': {}, 'f:spec': tree };
    const { metadata } = live({ owned });
    return isAsApplied(manifest, { ...manifest, metadata, spec: { of: there } });
  }

  it.each([
    ['the same number', 1, 1, true],
    ['another number', 1, 2, false],
    ['a text instead of a number', 1, '1', false],
    ['null', 1, null, false],
    ['the same list', [1, 2], [1, 2], true],
    ['a list in another order', [1, 2], [2, 1], false],
    ['a list of which one item is another', [1, 2], [1, 3], false],
    ['a list with one item more', [1], [1, 2], false],
    ['a list with one item less', [1, 2], [1], false],
    ['a text instead of a list', ['a'], 'a', false],
    ['an object instead of a list', [1], { length: 1, 0: 1 }, false],
    ['a list instead of an object', { 0: 1 }, [1], false],
    ['a text instead of an object', {}, 'a', false],
    ['null instead of an object', {}, null, false],
    ['an object with a field more', { a: 1 }, { a: 1, b: 2 }, true],
    ['an object with a field less', { a: 1, b: 2 }, { a: 1 }, false],
    ['an object of which one field is another', { a: 1, b: 2 }, { a: 1, b: 3 }, false],
    ['an object of which one field is not set', { a: 1, b: undefined }, { a: 1, b: 3 }, true],
    ['null as it was applied', null, null, true],
  ])('a live value that is %s', (_, mine, there, expected) => {
    expect(isUnchanged(mine, there)).toBe(expected);
  });

  const port = (of: object) => ({ 'f:of': { 'k:{"name":"http","port":80}': of } });
  it.each([
    ['a field', { a: 1 }, { 'f:of': { 'f:a': {} } }, true],
    ['one of two fields', { a: 1, b: 2 }, { 'f:of': { 'f:a': {} } }, false],
    ['a field inside of a field', { a: { b: 1 } }, { 'f:of': { 'f:a': { 'f:b': {} } } }, true],
    ['another field inside of a field', { a: { b: 1 } }, { 'f:of': { 'f:a': { 'f:c': {} } } }, false],
    ['all items of a set', ['a', 'b'], { 'f:of': { 'v:"a"': {}, 'v:"b"': {} } }, true],
    ['another item of a set', ['a'], { 'f:of': { 'v:"b"': {} } }, false],
    ['one of two items of a set', ['a', 'b'], { 'f:of': { 'v:"a"': {} } }, false],
    ['an item by its keys', [{ name: 'http', port: 80 }], port({ 'f:name': {}, 'f:port': {} }), true],
    ['an item of which a key has its default', [{ port: 80 }], port({ 'f:port': {} }), true],
    [
      'an item of which one key is another',
      [{ name: 'b', port: 80 }],
      port({ 'f:name': {}, 'f:port': {} }),
      false,
    ],
    [
      'an item, but not its field',
      [{ name: 'http', port: 80, a: 1 }],
      port({ 'f:name': {}, 'f:port': {} }),
      false,
    ],
    ['an item that is no object', [80], port({ 'f:port': {} }), false],
    ['an item that is null', [null], port({ 'f:port': {} }), false],
  ])('of a value, we own %s', (_, value, tree, expected) => {
    expect(isUnchanged(value, value, tree)).toBe(expected);
  });

  it('an object without managed fields is not known to be as it was applied', () => {
    const { managedFields, ...metadata } = live().metadata;
    expect(isAsApplied(applied, { ...live(), metadata })).toBe(false);
  });
});
