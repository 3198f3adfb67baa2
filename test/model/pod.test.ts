import { describe, expect, it } from 'vitest';
import { observationOf, podObjectOf, podOf, secondsInUtc, sightingOfPod } from '../../shared/model/pod.ts';
import { aPod, aPodObject, podEvent } from '../fakes/objects.ts';

const metadata = {
  name: 'front-1',
  uid: 'uid-1',
  resourceVersion: '1',
  creationTimestamp: '2026-11-21T10:00:00Z',
};
const ready = { type: 'Ready', status: 'False' };

describe('the stored fields of a pod', () => {
  it('are all there of a pod that has them', () => {
    const object = aPodObject({
      metadata: { annotations: { 'eks-mesh-sync/port': '8080' }, deletionTimestamp: '2026-11-21T10:01:00Z' },
      spec: { nodeName: 'node-9', hostNetwork: true, readinessGates: [{ conditionType: 'gate' }] },
      status: {
        podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }],
        conditions: [
          { type: 'Initialized', status: 'True', reason: 'none' },
          { ...ready, reason: 'Readiness' },
        ],
      },
    });
    const node = { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' };
    expect(podOf('local', object, node)).toStrictEqual({
      ...{ cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1', resourceVersion: '1' },
      ...{ createdAt: '2026-11-21T10:00:00Z', terminating: true, labels: { app: 'front' } },
      ...{ annotations: { 'eks-mesh-sync/port': '8080' }, phase: 'Running' },
      ...{ ips: ['10.0.0.1', 'fd00::1'], hostNetwork: true, notReadyReason: 'Readiness' },
      ...{ conditions: { Initialized: 'True', Ready: 'False' }, readinessGates: ['gate'], node },
    });
  });

  it('have defaults where a pod lacks them', () => {
    expect(podOf('local', { metadata, spec: {}, status: {} }, undefined)).toStrictEqual({
      ...{ cluster: 'local', namespace: '', name: 'front-1', uid: 'uid-1', resourceVersion: '1' },
      ...{ createdAt: '2026-11-21T10:00:00Z', terminating: false, labels: {}, annotations: {} },
      ...{
        phase: 'Unknown',
        ips: [],
        hostNetwork: false,
        conditions: {},
        readinessGates: [],
        node: undefined,
      },
    });
  });

  it.each([
    ['an empty reason', '', { notReadyReason: '' }],
    ['no reason', undefined, {}],
  ])('keep %s of a pod that is not ready', (_what, reason, expected) => {
    const status = { conditions: [{ ...ready, ...(reason !== undefined && { reason }) }] };
    const pod = podOf('local', { metadata, spec: {}, status }, undefined);
    expect('notReadyReason' in pod ? { notReadyReason: pod.notReadyReason } : {}).toEqual(expected);
  });

  it('name the node of a pod whose place is not known', () => {
    const { node } = podOf('local', { metadata, spec: { nodeName: 'node-9' }, status: {} }, undefined);
    expect(node).toEqual({ name: 'node-9' });
  });

  it.each([
    aPod({ terminating: true }),
    aPod({ node: undefined, hostNetwork: true, readinessGates: ['gate'] }),
  ])('make the object that they are of', (pod) => {
    const object = podObjectOf(pod);
    expect(podOf('local', object, pod.node)).toEqual(pod);
    expect(object.spec).toStrictEqual({
      ...(pod.node && { nodeName: 'node-1' }),
      hostNetwork: pod.hostNetwork,
      readinessGates: pod.readinessGates.map((conditionType) => ({ conditionType })),
    });
  });
});

describe('an observation of a pod', () => {
  it.each([
    ['Applied', false],
    ['Deleted', true],
  ] as const)('that was %s', (change, deleted) => {
    expect(observationOf(podEvent({ change }))).toEqual({ pod: aPod(), deleted });
  });

  const common = { uid: 'uid-1', resourceVersion: '1', createdAt: '2026-11-21T10:00:00Z' };
  it.each([
    ['a placed one', aPod(), { placed: true, nodeVersion: undefined }],
    [
      'one of a known version of its node',
      aPod({ node: { name: 'node-1', zone: 'us-west-2a', resourceVersion: '7' } }),
      { placed: true, nodeVersion: '7' },
    ],
    ['one without a zone', aPod({ node: { name: 'node-1' } }), { placed: false, nodeVersion: undefined }],
    ['one without a node', aPod({ node: undefined }), { placed: false, nodeVersion: undefined }],
  ])('is ordered by the place of %s, but for a deletion', (_what, pod, place) => {
    expect(sightingOfPod({ pod, deleted: false })).toStrictEqual({ ...common, deleted: false, ...place });
    expect(sightingOfPod({ pod, deleted: true })).toStrictEqual({ ...common, deleted: true });
  });

  it('has a time in UTC, to the second', () => {
    const times = ['2026-11-21T10:00:00.999Z', '2026-11-21T12:00:00+02:00', '2026-11-21T10:00:00Z'];
    expect(times.map(secondsInUtc)).toEqual(times.map(() => '2026-11-21T10:00:00Z'));
  });
});
