import { expect, it } from 'vitest';
import { explainPod } from '../../../shared/explain/plan/explanation.ts';
import { explanationText } from '../../../shared/explain/plan/explanation-text.ts';
import { age } from '../../../shared/explain/plan/text.ts';
import { absent, aClaim, aNode, aRecord, podFacts } from '../harness/pod-facts.ts';

/** A few whole texts. */
const text = (given: Parameters<typeof podFacts>[0]) => `${explanationText(explainPod(podFacts(given)))}\n`;

it('the text about a registered pod has the registration and how to see it', () => {
  expect(text({})).toBe(`\
Pod shop/front-1 of cluster local
  last observed: Running, 10.0.0.1, on node-1 in us-west-2a, uid uid-1, resourceVersion 1

Eligibility
  ✓ exists
  ✓ is not terminating
  ✓ is Running
  ✓ has an IP of the family wanted
  ✓ has all containers ready
  ✓ has all other readiness gates true
  ✓ has a node that answers

Matching VirtualNodes and annotations
  ✓ VirtualNode front registers it in shop.local/front
  annotations: none of eks-mesh-sync
  mesh: no Mesh selects namespace shop by its namespaceSelector (not needed for Cloud Map)

Instance 10.0.0.1 of shop.local/front (requested by VirtualNode front)
  ✓ tenancy allows its namespace
  service: srv-1, http namespace, custom health check
  claim: applied by this pod, 5 min ago
  last operation: op-1 succeeded
  Cloud Map: managed by eks-mesh-sync
  DiscoverInstances: HEALTHY

Why: pod shop/front-1 is registered in Cloud Map
To do: Nothing. If DiscoverInstances does not return it, check the query (--max-results, 100 by default; --health-status; --query-parameters): aws --region us-west-2 servicediscovery discover-instances --namespace-name shop.local --service-name front --query-parameters k8s.io/pod=front-1
`);
});

it('the text about a registered pod has the way of the change, and the end of the operation where it is known', () => {
  const journey = {
    ...{ correlationId: 'id-1', readyAtMs: 1_000, observedAtMs: 1_600 },
    ...{ receivedAtMs: 1_900, calledAtMs: 2_150 },
  };
  const claim = aClaim({ journey });
  const gate = { uid: 'uid-1', succeeded: ['op-1'], succeededAtMs: { 'op-1': 4_050 } };
  const way = (record: ReturnType<typeof aRecord>, changes: Parameters<typeof aClaim>[0] = {}) =>
    text({ record, instance: { claim: { ...claim, ...changes } } })
      .split('\n')
      .filter((line) => line.includes('way of the change'));
  const accepted = 'received after 300 ms, RegisterInstance called after 250 ms';
  const ready = 'observed 600 ms after the pod was ready';
  expect(way(aRecord({}, { gate }))).toEqual([
    `  way of the change id-1: ${ready}, ${accepted}, operation seen to succeed after 1900 ms`,
  ]);
  expect(way(aRecord(), { operationId: 'op-2' })).toEqual([
    `  way of the change id-1: ${ready}, ${accepted}`,
  ]);
  expect(way(aRecord(), { journey: { ...journey, readyAtMs: undefined } })).toEqual([
    `  way of the change id-1: ${accepted}`,
  ]);
  expect(way(aRecord(), { journey: undefined })).toEqual([]);
});

it('the text about a pod that is not registered has every section', () => {
  const given = {
    record: aRecord(
      { hostNetwork: true, annotations: { 'eks-mesh-sync/port': '80' } },
      {
        problems: [
          {
            ...{ source: 'VirtualNode front', code: 'AccessDenied' },
            message: 'GetInstance: AccessDeniedException: no',
            permission: { action: 'servicediscovery:GetInstance' },
          },
        ],
      },
    ),
    registrationContext: {
      virtualNodes: [aNode('front'), aNode('back', { podSelector: { matchLabels: { app: 'back' } } })],
      meshes: [],
      namespaceLabels: {},
    },
    instance: absent,
    deadLetters: [
      {
        kind: 'Pod',
        namespace: 'shop',
        name: 'front-1',
        reason: 'wrong',
        at: '2026-11-21T11:00:00.000Z',
        messageId: 'm-1',
      },
    ],
    lastSweep: {
      startedAt: '2026-11-21T11:55:00.000Z',
      source: 'relay',
      incomplete: 'the listing is 2 hours old',
      findings: [
        { kind: 'InstanceMissing', pod: 'shop/front-1', service: 'shop.local/front', detail: 'not there' },
      ],
      refused: [],
    },
    readFailures: [
      {
        ...{ what: 'operation op-1', code: 'Throttled' as const },
        message: 'GetOperation op-1: ThrottlingException: Rate exceeded',
      },
    ],
  };
  expect(text(given)).toBe(`\
Pod shop/front-1 of cluster local
  last observed: Running, 10.0.0.1, on node-1 in us-west-2a, hostNetwork, uid uid-1, resourceVersion 1

Eligibility
  ✓ exists
  ✓ is not terminating
  ✓ is Running
  ✓ has an IP of the family wanted
  ✓ has all containers ready
  ✓ has all other readiness gates true
  ✓ has a node that answers

Matching VirtualNodes and annotations
  ✓ VirtualNode front registers it in shop.local/front
  ✗ VirtualNode back: label app is "front", the selector wants back
  ✗ annotations
    annotation eks-mesh-sync/cloud-map-namespace is missing; expected a Cloud Map namespace name
    annotation eks-mesh-sync/cloud-map-service is missing; expected a Cloud Map service name
  mesh: no Mesh selects namespace shop by its namespaceSelector (not needed for Cloud Map)

Instance 10.0.0.1 of shop.local/front (requested by VirtualNode front)
  ✓ tenancy allows its namespace
  service: srv-1, http namespace, custom health check
  claim: none
  Cloud Map: instance not found
  DiscoverInstances: not returned

Errors of the last attempt
  - VirtualNode front: GetInstance: AccessDeniedException: no

Dead-lettered messages
  - 2026-11-21T11:00:00.000Z Pod shop/front-1: wrong (message m-1)

Last sweep
  2026-11-21T11:55:00.000Z, from the relay
  the listing is 2 hours old
  - InstanceMissing in shop.local/front: not there

Read failures
  - operation op-1: GetOperation op-1: ThrottlingException: Rate exceeded

Missing permissions
  - servicediscovery:GetInstance

Why: the last attempt (VirtualNode front): GetInstance: AccessDeniedException: no
To do: Allow servicediscovery:GetInstance; the pod is retried automatically within minutes
`);
});

it.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [172_800_000, '2 d'],
])('a time of %i ms is written as %s', (milliseconds, expected) => expect(age(milliseconds)).toBe(expected));

it('the text about a pod says why its readiness gate cannot be set', () => {
  const gate = 'conditions.appmesh.k8s.aws/aws-cloudmap-healthy';
  const received = {
    status: 'False',
    reason: 'NotRegistered',
    message: 'no VirtualNode',
    resourceVersion: '2',
  } as const;
  const record = aRecord(
    { readinessGates: [gate] },
    {
      gate: { uid: 'uid-1', written: received, succeeded: [] },
      problems: [{ source: 'readiness gate', code: 'Refused', message: 'HTTP 403' }],
    },
  );
  expect(text({ record })).toContain(`
Readiness gate conditions.appmesh.k8s.aws/aws-cloudmap-healthy
  ✗ False (NotRegistered): no VirtualNode
  - HTTP 403
`);
  expect(text({ record })).toContain(
    `Why: the pod is registered, but its readiness gate ${gate} is False: HTTP 403\nTo do: Correct the cause`,
  );
  const set = { ...received, status: 'True', message: 'registered in shop.local/front' } as const;
  const done = { ...record, problems: [], gate: { uid: 'uid-1', written: set, succeeded: [] } };
  expect(text({ record: done })).toContain('\n  ✓ True: registered in shop.local/front\n');
  expect(text({ record: done })).toContain('Why: pod shop/front-1 is registered in Cloud Map');
  const waiting = { ...record, problems: [], gate: undefined };
  expect(text({ record: waiting })).toMatch(
    /✗ absent\n[\s\S]*To do: Wait a few seconds. If this does not change: /,
  );
});
