import { describe, expect, it } from 'vitest';
import type { MeshObject } from '../../../playground/mesh/mesh-conditions.ts';
import { conditionFaults, unobserved } from '../../../playground/verdict/mesh-conditions.ts';
import { faultCounts, type Verdict } from '../../../playground/verdict/verdict.ts';
import { verdictText } from '../../../playground/verdict/verdict-text.ts';

const place = { kind: 'playground', url: 'http://127.0.0.1:4566', kubectl: 'kubectl' } as const;

const inSync: Verdict = {
  meshObjects: 2,
  lacksMesh: false,
  conditions: [],
  pods: { registered: 3, unselected: 0, ended: 0 },
  podFaults: [],
  workloadFaults: [],
  deadLetters: [],
  otherDeadLetters: 0,
  unsettled: null,
};

function node(
  name: string,
  conditions: object[],
  generations: readonly [number, number] = [1, 1],
): MeshObject {
  const [generation, observedGeneration] = generations;
  return {
    ...{ kind: 'VirtualNode', metadata: { namespace: 'shop', name, generation } },
    status: { observedGeneration, conditions: conditions as never },
  };
}

const active = { type: 'VirtualNodeActive', status: 'True', reason: 'Applied', message: 'fine' };
const missing = {
  ...{ type: 'CloudMapInstancesRegistered', status: 'False', reason: 'NoPods' },
  message: 'no pod\n matches',
};

function podFault(name: string, reason: string) {
  const pod = { namespace: 'shop', name };
  return { pod, owner: 'ReplicaSet cart-1', kind: 'PodNotRunning', reason, advice: `look at\n${name}` };
}

describe('the verdict', () => {
  it('is two lines if all is in sync', () => {
    expect(verdictText(inSync, [], place)).toBe('All is in sync.\nMesh objects: 2. Pods: 3 registered.\n');
    expect(faultCounts(inSync, 0)).toEqual([]);
  });

  it('says at the end that its commands need a playground that runs', () => {
    const verdict = { ...inSync, conditions: conditionFaults([node('new', [])]) };
    const text = 'The npm run explain commands work while the playground runs: start it without --exit.';
    expect(verdictText(verdict, [], place, true)).toContain(`${text}\nMesh objects: 2.`);
    expect(verdictText(verdict, [], place)).not.toContain(text);
    expect(verdictText(inSync, [], place, true)).not.toContain(text);
  });

  it('says that another file may have the Mesh if there is none', () => {
    const notMember = { ...active, status: 'False', reason: 'NotMember' };
    const verdict = { ...inSync, conditions: conditionFaults([node('new', [notMember])]) };
    const text = 'No manifest has a Mesh: give the file that has it, too (--manifest can be repeated).\n';
    expect(verdictText({ ...verdict, lacksMesh: true }, [], place)).toContain(text);
    expect(verdictText(verdict, [], place)).not.toContain(text);
  });

  it('counts pods without one as none', () => {
    const pods = { registered: 0, unselected: 0, ended: 0 };
    expect(verdictText({ ...inSync, pods }, [], place)).toContain('Mesh objects: 2. Pods: none.\n');
  });

  it('names each fault with its reason, and commands that say more', () => {
    const verdict: Verdict = {
      ...inSync,
      conditions: conditionFaults([
        node('b', [active]),
        node('cart', [{ ...active, status: 'False', reason: 'NotMember' }, missing]),
        node('new', []),
      ]),
      pods: { registered: 1, unselected: 2, ended: 1 },
      podFaults: [
        { first: [podFault('a', 'Pending'), podFault('b', 'Pending'), podFault('c', 'Failed')], more: 2 },
      ],
      workloadFaults: ['ReplicaSet shop/web-1: FailedCreate: no'],
      deadLetters: [
        { kind: 'Pod', namespace: 'shop', name: 'z', reason: 'too large', at: 'now', messageId: 'm' },
        { kind: 'Pod', namespace: 'shop', name: 'd', reason: 'too small', at: 'now', messageId: 'n' },
      ],
      otherDeadLetters: 1,
      unsettled: 'timed out after 60 s: why',
    };
    expect(verdictText(verdict, ['shop.yaml:1 (document 1): Pod shop/x refused: no'], place)).toBe(
      `Refused by the API server:
  shop.yaml:1 (document 1): Pod shop/x refused: no

Conditions that are not True:
  VirtualNode shop/cart: VirtualNodeActive is False, NotMember: fine
  VirtualNode shop/cart: CloudMapInstancesRegistered is False, NoPods: no pod; matches
    npm run explain -- object VirtualNode shop/cart --playground
  VirtualNode shop/new: VirtualNodeActive is missing
    npm run explain -- object VirtualNode shop/new --playground

Pods that are not registered in Cloud Map, although something selects them:
  Pod shop/a: PodNotRunning: Pending
    The same: shop/b
    To do: look at; a
    npm run explain -- pod shop/a --playground
  Pod shop/c: PodNotRunning: Failed
    To do: look at; c
    npm run explain -- pod shop/c --playground
  and 2 more pods of ReplicaSet cart-1

Workloads whose pods were refused:
  ReplicaSet shop/web-1: FailedCreate: no

Messages that could not be processed (dead letters):
  Pod shop/d: too small
  Pod shop/z: too large
  1 about no object of the cluster

Mesh objects: 2. Pods: 1 registered, 5 not registered, 2 that nothing selects for Cloud Map, 1 completed or terminating.
`,
    );
    expect(faultCounts(verdict, 1)).toEqual([
      '1 object was refused',
      '3 conditions are not True',
      '5 pods are not registered',
      '1 workload has no pods',
      '3 messages were dead-lettered',
      'timed out after 60 s: why',
    ]);
  });
});

describe('conditions of mesh objects', () => {
  it('are not final while one is missing or of an earlier generation', () => {
    expect(unobserved([node('a', [active])])).toBeNull();
    const expected = 'VirtualNode shop/b has no condition of its current generation';
    expect(unobserved([node('a', [active]), node('b', [])])).toBe(expected);
    expect(unobserved([node('b', [active], [2, 1])])).toBe(expected);
  });
});
