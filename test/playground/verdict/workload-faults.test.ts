import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { describe, expect, it } from 'vitest';
import { workloadFaults } from '../../../playground/verdict/workload-faults.ts';

const replicaSet = (name: string) => object('ReplicaSet', name);

function object(kind: string, name: string, more: object = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, ...more },
  } as never;
}

function event(name: string, reason = 'FailedCreate'): KubernetesObject {
  const involvedObject = { kind: 'ReplicaSet', namespace: 'shop', name, uid: `uid-${name}` };
  return { ...object('Event', `event-${name}`), involvedObject, reason, message: 'pods are refused' };
}

function storeOf(lists: Readonly<Record<string, readonly KubernetesObject[]>>) {
  return { resources: () => Object.keys(lists), list: (resource: string) => [...(lists[resource] ?? [])] };
}

describe('workloads whose pods were refused', () => {
  it('are named once, with the reason', () => {
    const store = storeOf({
      events: [event('b'), event('b'), event('a')],
      replicasets: ['a', 'b'].map(replicaSet),
    });
    expect(workloadFaults(store)).toEqual([
      'ReplicaSet shop/a: FailedCreate: pods are refused',
      'ReplicaSet shop/b: FailedCreate: pods are refused',
    ]);
  });

  it('are not those that have pods since, are deleted, or failed otherwise', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'a', uid: 'uid-a', controller: true };
    const store = storeOf({
      events: [event('a'), event('deleted'), event('c', 'Other')],
      pods: [object('Pod', 'p', { ownerReferences: [owner] })],
      replicasets: ['a', 'c'].map(replicaSet),
    });
    expect(workloadFaults(store)).toEqual([]);
  });
});
