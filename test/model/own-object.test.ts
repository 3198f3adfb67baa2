import { describe, expect, it } from 'vitest';
import {
  isOwn,
  markedManifest,
  type Ownership,
  ownershipOf,
  ownSelector,
} from '../../shared/model/own-object.ts';

const ownership: Ownership = { source: 'cloud-map', cluster: 'production', sourceObject: 'shop/cart' };
const labels = {
  'app.kubernetes.io/managed-by': 'eks-mesh-sync',
  'eks-mesh-sync/source': 'cloud-map',
};
const annotations = {
  'eks-mesh-sync/cluster': 'production',
  'eks-mesh-sync/source-object': 'shop/cart',
};
const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cart', namespace: 'shop' } };

it('the manifest of an own object has the marks beside its own labels and annotations', () => {
  const metadata = { ...manifest.metadata, labels: { app: 'cart' }, annotations: { note: 'x' } };
  expect(markedManifest({ ...manifest, metadata }, ownership)).toEqual({
    ...manifest,
    metadata: {
      ...manifest.metadata,
      labels: { app: 'cart', ...labels },
      annotations: { note: 'x', ...annotations },
    },
  });
});

it.each([
  ['cloud-map', 'app.kubernetes.io/managed-by=eks-mesh-sync,eks-mesh-sync/source=cloud-map'],
  ['mesh-objects', 'app.kubernetes.io/managed-by=eks-mesh-sync,eks-mesh-sync/source=mesh-objects'],
] as const)('own objects from %s are selected by their labels', (source, selector) => {
  expect(ownSelector(source)).toBe(selector);
});

describe('the ownership of an object', () => {
  it.each(['cloud-map', 'mesh-objects'] as const)('from %s is what its marks state', (source) => {
    expect(ownershipOf(markedManifest(manifest, { ...ownership, source }))).toEqual({ ...ownership, source });
  });

  it.each<readonly [name: string, metadata: object]>([
    ['no labels and annotations', {}],
    ['no managed-by label', { labels: { 'eks-mesh-sync/source': 'cloud-map' }, annotations }],
    ['another manager', { labels: { ...labels, 'app.kubernetes.io/managed-by': 'Helm' }, annotations }],
    ['no source', { labels: { 'app.kubernetes.io/managed-by': 'eks-mesh-sync' }, annotations }],
    ['an unknown source', { labels: { ...labels, 'eks-mesh-sync/source': 'istio' }, annotations }],
    ['no cluster', { labels, annotations: { 'eks-mesh-sync/source-object': 'shop/cart' } }],
    ['no source object', { labels, annotations: { 'eks-mesh-sync/cluster': 'production' } }],
  ])('is unknown with %s', (_, metadata) => {
    expect(ownershipOf({ metadata })).toBeUndefined();
  });
});

describe('an object', () => {
  const object = {
    ...markedManifest(manifest, ownership),
    metadata: { ...markedManifest(manifest, ownership).metadata },
  };
  const live = object as unknown as Parameters<typeof isOwn>[0];
  const isCart: Parameters<typeof isOwn>[2] = ({ metadata }, sourceObject) =>
    sourceObject === `${metadata.namespace}/${metadata.name}`;

  it.each([
    ['the same source and cluster', 'cloud-map', 'production', true],
    ['another source', 'mesh-objects', 'production', false],
    ['another cluster', 'cloud-map', 'staging', false],
  ] as const)('is own to %s: %s of %s is %s', (_, source, cluster, expected) => {
    expect(isOwn(live, { source, cluster }, isCart)).toBe(expected);
  });

  it('is foreign if its source object would not become it, or without marks', () => {
    expect(isOwn(live, ownership, () => false)).toBe(false);
    expect(isOwn({ ...live, metadata: { ...live.metadata, labels: {} } }, ownership, isCart)).toBe(false);
  });
});
