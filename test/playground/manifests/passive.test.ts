import type { Kind } from '@eks-mesh-sync/embedded-kubernetes/kinds/kind.ts';
import { describe, expect, it } from 'vitest';
import { passiveText } from '../../../playground/manifests/passive.ts';

const applied = (kind: string, name: string, passive = true) => ({
  manifest: { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop' } },
  kind: { kind, passive } as Kind,
});

describe('objects that do nothing here', () => {
  it('has a line for each kind, and none for others', () => {
    const objects = [
      applied('Ingress', 'a'),
      applied('Role', 'b'),
      applied('Role', 'c'),
      applied('Pod', 'd', false),
    ];
    expect(passiveText(objects)).toEqual([
      'Ingress shop/a: stored; it does nothing in this cluster',
      'Role: 2 objects stored; they do nothing in this cluster',
    ]);
  });

  it('has one line if there are many kinds', () => {
    const objects = ['F', 'E', 'D', 'C', 'B', 'A', 'A'].map((kind, index) => applied(kind, `x${index}`));
    expect(passiveText(objects)).toEqual([
      'A, B, C, D, E, F: 7 objects stored; they do nothing in this cluster',
    ]);
  });
});
