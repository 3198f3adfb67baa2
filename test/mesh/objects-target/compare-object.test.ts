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

  it('an object without managed fields is not known to be as it was applied', () => {
    const { managedFields, ...metadata } = live().metadata;
    expect(isAsApplied(applied, { ...live(), metadata })).toBe(false);
  });
});
