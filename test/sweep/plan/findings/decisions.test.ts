import { describe, expect, it } from 'vitest';
import { cloudMapReadinessGate } from '../../../../shared/model/kubernetes.ts';
import { aPod } from '../../../fakes/objects.ts';
import {
  allFound,
  claims,
  found,
  instance,
  none,
  nowMs,
  owner,
  ownOperation,
  pod,
  registration,
  seen,
} from '../drift.ts';

const identity = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
const where = {
  ...{ service: 'shop.local/front', instanceId: '10.0.0.1' },
  place: { namespaceName: 'shop.local', serviceName: 'front' },
};
const missing = 'the pod is ready, but Cloud Map does not have its instance';
const unready = aPod({ conditions: { Ready: 'False', ContainersReady: 'False' } });
const unreadyPods = {
  pods: new Map([['shop/front-1', unready]]),
  seen: new Map([['shop/front-1', { ...seen, pod: unready }]]),
};
const ofAnother = claims({
  owner: { ...owner, name: 'gone-1', uid: 'uid-g' },
  touchedAtMs: 0,
  phase: 'claimed',
});

describe('what is found of an instance names who repairs it, how and where', () => {
  it('a missing instance is registered by the writer of its pod', () => {
    expect(allFound({}, { instances: none })).toEqual([
      { kind: 'InstanceMissing', pod: identity, detail: missing, ...where, action: { do: 'register' } },
    ]);
  });

  it('an instance in a service that was not read is missing', () => {
    expect(allFound({ services: none })).toMatchObject([{ kind: 'InstanceMissing', detail: missing }]);
  });

  it('an instance that another program registers is missing while it has no claim', () => {
    const view = { instances: none, claims: none, underWay: ownOperation('register') };
    expect(found({}, view)).toEqual([`InstanceMissing: ${missing}`]);
  });

  it('an instance that the App Mesh controller left for the pod is adopted', () => {
    const attributes = {
      ...{ 'k8s.io/pod': 'front-1', 'k8s.io/namespace': 'shop' },
      ...{ 'appmesh.k8s.aws/mesh': 'm', 'appmesh.k8s.aws/virtualNode': 'front_shop' },
    };
    expect(allFound({}, { instances: new Map([['10.0.0.1', { attributes }]]), claims: none })).toEqual([
      {
        ...{ kind: 'InstanceAdoptable', pod: identity, ...where, action: { do: 'adopt' } },
        detail: 'the App Mesh controller left it for this pod',
      },
    ]);
  });

  it('only a failed registration names the operation', () => {
    const failedOperations = new Map([['op-1', 'in words']]);
    const instances = new Map([['10.0.0.1', { ...instance, health: 'UNHEALTHY' }]]);
    const [failed, ...others] = allFound({}, { instances, failedOperations });
    expect(failed).not.toMatchObject({ failedOperation: { id: 'op-1' } });
    expect(others).toEqual([]);
  });
});

describe('a claim of another pod on the id', () => {
  it('of a ready pod is its own matter: the pod waits for the id', () => {
    expect(found({}, { instances: none, claims: ofAnother })).toEqual([`InstanceMissing: ${missing}`]);
  });

  it('of an unready pod is left over: the pod wants no id', () => {
    expect(found(unreadyPods, { instances: none, claims: ofAnother })).toEqual([
      'ClaimUnfinished: a claim of a pod that is not in the cluster is left over (claimed)',
    ]);
  });

  it('and its instance are stale where the pod is unready', () => {
    const attributes = { ...instance.attributes, 'k8s.io/pod': 'gone-1', 'k8s.io/pod-uid': 'uid-g' };
    const instances = new Map([['10.0.0.1', { attributes, health: 'HEALTHY' }]]);
    const isStale = ['InstanceStale: its pod is not in the cluster'];
    expect(found(unreadyPods, { instances, claims: none })).toEqual(isStale);
    expect(found(unreadyPods, { instances, claims: ofAnother })).toEqual(isStale);
  });
});

describe('what is found of a pod', () => {
  it('a pod of which no event was received is reevaluated', () => {
    expect(allFound({ seen: none })).toEqual([
      {
        ...{ kind: 'PodNotObserved', pod: identity, action: { do: 'reevaluate' } },
        detail: 'the cluster has this pod, but no event about it was received',
      },
    ]);
  });

  it('a pod outside the scope is not compared', () => {
    expect(found({ inScope: () => false, seen: none }, { instances: none, claims: none })).toEqual([]);
  });

  it('a pod without a node, as it is when it is new, has no place to compare', () => {
    const pods = new Map([['shop/front-1', aPod({ node: undefined })]]);
    expect(found({ pods })).toEqual([]);
  });

  it('a recreated pod is registered, and the registration of its former self is left over', () => {
    const recreated = aPod({ uid: 'uid-2', resourceVersion: '9', createdAt: '2026-11-21T11:00:00Z' });
    const elsewhere = { ...registration, instanceId: '10.0.0.7' };
    const kinds = found(
      {
        pods: new Map([['shop/front-1', recreated]]),
        seen: new Map([['shop/front-1', { ...seen, deleted: true, registrations: [elsewhere] }]]),
      },
      { instances: none, claims: none },
    );
    expect(kinds).toEqual([
      'PodOutdated: the pod is at resourceVersion 9; the last event received is of 1',
      `InstanceMissing: ${missing}`,
      'ClaimUnfinished: the pod is deleted, but its record still has registration shop.local/front/10.0.0.7, which has no claim',
    ]);
  });

  it('a pod that is gone is deleted, also where its service was not read, or nobody claims its instance', () => {
    const detail = 'it is no longer in the cluster, but no event about its deletion was received';
    const deleted = {
      kind: 'PodDeleted',
      pod: identity,
      detail,
      service: 'shop.local/front',
      instanceId: '10.0.0.1',
    };
    expect(allFound({ pods: none, services: none })).toEqual([
      { ...deleted, action: { do: 'retire', from: [] } },
    ]);
    expect(allFound({ pods: none }, { claims: none })).toEqual([
      { ...deleted, action: { do: 'retire', from: ['shop.local/front'] } },
    ]);
  });

  it('a deleted pod whose service was not read has a registration left', () => {
    const deleted = new Map([['shop/front-1', { ...seen, deleted: true }]]);
    expect(allFound({ pods: none, seen: deleted, services: none })).toEqual([
      {
        ...{ kind: 'ClaimUnfinished', pod: identity, action: { do: 'reevaluate' } },
        detail:
          'the pod is deleted, but its record still has registration shop.local/front/10.0.0.1, which has no claim',
      },
    ]);
  });
});

describe('the readiness gate of a pod', () => {
  const gated = aPod({
    ...{ readinessGates: [cloudMapReadinessGate] },
    conditions: { ...pod.conditions, [cloudMapReadinessGate]: 'False' },
  });
  const pods = {
    pods: new Map([['shop/front-1', gated]]),
    seen: new Map([['shop/front-1', { ...seen, pod: gated }]]),
  };

  it('is reevaluated where it is false of a registered pod', () => {
    expect(allFound(pods)).toEqual([
      {
        ...{ kind: 'ReadinessGateDrifted', pod: identity, action: { do: 'reevaluate' } },
        detail: 'the pod can be discovered, but its readiness gate is False',
      },
    ]);
  });

  it('is no finding of its own where another repair sets it, too', () => {
    expect(found({ ...pods, nowMs }, { claims: none })).toEqual([
      'ClaimUnfinished: it is ours, but has no claim',
    ]);
  });
});
