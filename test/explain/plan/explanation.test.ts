import { describe, expect, it } from 'vitest';
import { explainPod } from '../../../shared/explain/plan/explanation.ts';
import { cloudMapReadinessGate } from '../../../shared/model/kubernetes.ts';
import { aMesh, aNode, aRecord, key, nowMs, podFacts, resyncOf } from '../harness/pod-facts.ts';

const explained = (facts: Parameters<typeof podFacts>[0]) => explainPod(podFacts(facts));

describe('what is reported about a pod', () => {
  it('is nothing that only an observed pod has', () => {
    expect(explained({ seen: 'never', record: undefined })).toEqual({
      ...{ subject: 'pod', pod: key, nowMs, seen: 'never', checks: [], virtualNodes: [], instances: [] },
      ...{ annotations: { isAnnotated: false, registers: false, reasons: [] }, faults: [], deadLetters: [] },
      ...{ readFailures: [], missingPermissions: [], cause: expect.anything() },
      mesh: { reason: 'no Mesh selects namespace shop by its namespaceSelector' },
    });
  });

  it('is of the virtual nodes whether they select it and where they register it', () => {
    const dns = aNode('by-dns', { serviceDiscovery: { dns: { hostname: 'a' } } });
    const back = aNode('back', { podSelector: { matchLabels: { app: 'back' } } });
    const virtualNodes = [aNode('front'), back, dns];
    const registrationContext = { virtualNodes, meshes: [], namespaceLabels: {} };
    const service = 'shop.local/front';
    expect(explained({ registrationContext }).virtualNodes).toEqual([
      { virtualNode: 'front', selects: true, service, reason: null },
      {
        ...{ virtualNode: 'back', selects: false, service },
        reason: 'label app is "front", the selector wants back',
      },
      {
        ...{ virtualNode: 'by-dns', selects: true },
        reason: 'it selects the pod, but its serviceDiscovery is dns, not awsCloudMap',
      },
    ]);
  });

  it('is no virtual node and no mesh if they could not be read', () => {
    const { virtualNodes, mesh, faults } = explained({ registrationContext: undefined });
    expect({ virtualNodes, mesh, faults }).toEqual({ virtualNodes: [], mesh: undefined, faults: [] });
  });

  it('is the mesh that selects its namespace by the labels', () => {
    const meshes = [aMesh({ namespaceSelector: { matchLabels: { mesh: 'a' } } })];
    const virtualNodes = [aNode('front')];
    const meshOf = (namespaceLabels: Readonly<Record<string, string>>) =>
      explained({ registrationContext: { virtualNodes, meshes, namespaceLabels } }).mesh;
    expect(meshOf({ mesh: 'a' })).toEqual({ name: 'shop-mesh' });
    expect(meshOf({ mesh: 'b' })).toHaveProperty('reason');
  });

  it('is of its annotations what is wrong with them, not with others', () => {
    const annotations = { 'eks-mesh-sync/cloud-map-namespace': 'shop.local' };
    const registrationContext = {
      virtualNodes: [aNode('front'), aNode('other')],
      meshes: [],
      namespaceLabels: {},
    };
    const found = explained({ registrationContext, record: aRecord({ annotations }) });
    expect(found.annotations).toEqual({
      ...{ isAnnotated: true, registers: false },
      reasons: ['annotation eks-mesh-sync/cloud-map-service is missing; expected a Cloud Map service name'],
    });
    expect(found.faults.map(({ source }) => source)).toEqual(['annotations', 'VirtualNode other']);
  });

  it('is each missing permission once', () => {
    const failure = { code: 'AccessDenied' as const, message: 'no', permission: { action: 'a:B' } };
    const problems = [{ source: 'VirtualNode front', ...failure }];
    const readFailures = [
      { what: 'the claim', ...failure },
      { what: 'the pod', ...failure, permission: { action: 'a:C' } },
    ];
    const found = explained({ record: aRecord({}, { problems }), readFailures });
    expect(found.missingPermissions).toEqual([{ action: 'a:B' }, { action: 'a:C' }]);
  });
});

describe('the readiness gate of a pod', () => {
  const gate = cloudMapReadinessGate;
  const problem = { source: 'readiness gate', code: 'Refused' as const, message: 'HTTP 403' };
  const others = [{ ...problem, source: 'annotations', message: 'wrong' }];
  const written = {
    ...{ status: 'False' as const, reason: 'NotRegistered' },
    ...{ message: 'no VirtualNode', resourceVersion: '2' },
  };
  const gated = (changes: Parameters<typeof aRecord>[1] = {}, status?: string) => {
    const conditions = { Ready: 'True', ContainersReady: 'True', ...(status && { [gate]: status }) };
    return explained({ record: aRecord({ readinessGates: [gate], conditions }, changes) });
  };

  it('is nothing if the pod does not declare it', () => {
    expect(explained({}).gate).toBeUndefined();
    expect(explained({ record: aRecord({ readinessGates: ['example.com/a'] }) }).gate).toBeUndefined();
  });

  it('has the condition and why it cannot be set', () => {
    expect(gated().gate).toEqual({ status: 'absent' });
    expect(gated({}, 'True').gate).toEqual({ status: 'True' });
    expect(gated({ problems: [...others, problem] }).gate).toEqual({ status: 'absent', problem });
    expect(gated({ problems: others }).gate).toEqual({ status: 'absent' });
    expect(gated({ gate: { uid: 'uid-1', written, succeeded: [] } }).gate).toEqual({
      ...{ status: 'False', reason: 'NotRegistered', message: 'no VirtualNode' },
    });
  });

  it('is the cause if nothing else is', () => {
    const reason = `the pod is registered, but its readiness gate ${gate} is`;
    const resync = resyncOf('front-1');
    expect(gated({}, 'False').cause).toEqual({
      kind: 'ReadinessGateNotSet',
      reason: `${reason} False`,
      advice: `Wait a few seconds. If this does not change: ${resync}`,
    });
    expect(gated({ problems: [problem] }).cause).toEqual({
      kind: 'ReadinessGateNotSet',
      reason: `${reason} absent: HTTP 403`,
      advice: `Correct the cause. The next sweep sets the gate; to set it now: ${resync}`,
    });
    expect(gated({ problems: [problem] }, 'True').cause.kind).toBe('Registered');
  });
});
