import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { describe, expect, it } from 'vitest';
import { conditionTexts } from '../../../playground/mesh/condition-progress.ts';

function node(status: string, reason: string, message = 'why\nnot'): KubernetesObject {
  return {
    ...{ apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'VirtualNode' },
    metadata: { namespace: 'shop', name: 'cart' },
    status: { conditions: [{ type: 'VirtualNodeActive', status, reason, message }] },
  } as unknown as KubernetesObject;
}

const changed = (object: KubernetesObject, previous: KubernetesObject | undefined) =>
  conditionTexts({ type: 'MODIFIED', object, previous });

describe('reports of conditions', () => {
  it('a condition that becomes False is reported with its reason', () => {
    expect(changed(node('False', 'Refused'), node('True', 'Applied'))).toEqual([
      'VirtualNode shop/cart: VirtualNodeActive is now False, Refused: why; not',
    ]);
    expect(changed(node('False', 'Refused'), node('False', 'Pending'))).toHaveLength(1);
    expect(changed(node('False', 'Refused'), undefined)).toHaveLength(1);
  });

  it('a condition that becomes True is reported', () => {
    expect(changed(node('True', 'Applied'), node('False', 'Refused'))).toEqual([
      'VirtualNode shop/cart: VirtualNodeActive is now True',
    ]);
  });

  it('a condition that stays as it is is not reported', () => {
    expect(changed(node('True', 'Applied'), node('True', 'OwnedByOther'))).toEqual([]);
    expect(changed(node('False', 'Refused', 'other'), node('False', 'Refused'))).toEqual([]);
  });

  it('other objects, and objects that are deleted, are not reported', () => {
    const pod = { ...node('False', 'Refused'), apiVersion: 'v1', kind: 'Pod' };
    expect(changed(pod, undefined)).toEqual([]);
    expect(
      conditionTexts({ type: 'DELETED', object: node('False', 'Refused'), previous: node('True', 'A') }),
    ).toEqual([]);
  });
});
