import { describe, expect, it } from 'vitest';
import { trimClusterObject, trimPod } from '../../../shared/model/events/trim.ts';
import type { PodCondition, PodObject } from '../../../shared/model/kubernetes.ts';

const metadata = {
  ...{ name: 'cart', namespace: 'shop', uid: 'u-1', resourceVersion: '7', generation: 3 },
  creationTimestamp: '2026-01-01T00:00:00Z',
  deletionTimestamp: '2026-01-02T00:00:00Z',
  labels: { app: 'cart' },
};
const unused = { managedFields: [], ownerReferences: [] };
const annotations = {
  'eks-mesh-sync/port': '8080',
  'kubectl.kubernetes.io/last-applied-configuration': '{}',
  'example.com/eks-mesh-sync/': 'x',
};

const pod = (part: object): PodObject => ({ metadata, spec: {}, ...part }) as unknown as PodObject;
const condition = (type: string, status: string, reason?: string): PodCondition =>
  ({ type, status, reason, lastTransitionTime: '2026-01-01T00:00:00Z' }) as PodCondition;

describe('a pod', () => {
  it('is trimmed to the fields that the system uses', () => {
    const whole = pod({
      metadata: { ...metadata, ...unused, annotations },
      spec: {
        ...{ nodeName: 'node-1', hostNetwork: true, containers: [{ name: 'app' }] },
        readinessGates: [{ conditionType: 'example.com/ready', other: 1 }],
      },
      status: {
        ...{ phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1', other: 1 }, { ip: 'fd00::1' }] },
        conditions: [
          condition('Initialized', 'True'),
          condition('Ready', 'True'),
          condition('ContainersReady', 'False', 'ContainersNotReady'),
          condition('example.com/ready', 'True', 'Registered'),
        ],
      },
    });
    expect(trimPod(whole)).toStrictEqual({
      metadata: { ...metadata, annotations: { 'eks-mesh-sync/port': '8080' } },
      spec: {
        nodeName: 'node-1',
        hostNetwork: true,
        readinessGates: [{ conditionType: 'example.com/ready' }],
      },
      status: {
        phase: 'Running',
        podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }],
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'ContainersReady', status: 'False' },
          { type: 'example.com/ready', status: 'True' },
        ],
      },
    });
  });

  it.each([
    ['no status', {}],
    ['an empty status', { status: {} }],
    ['a status of nulls', { status: { phase: null, podIPs: null, conditions: null } }],
  ])('with %s has an empty one', (_, part) => {
    expect(trimPod(pod(part))).toStrictEqual({ metadata, spec: {}, status: {} });
  });

  it.each([
    ['False', 'NodeLost', { type: 'Ready', status: 'False', reason: 'NodeLost' }],
    ['Unknown', 'NodeStatusUnknown', { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }],
    ['False', undefined, { type: 'Ready', status: 'False', reason: '' }],
    ['True', 'Healthy', { type: 'Ready', status: 'True' }],
  ] as const)('that is ready %s keeps the reason %s if it is not', (status, reason, expected) => {
    const conditions = [condition('Ready', status, reason)];
    expect(trimPod(pod({ status: { conditions } })).status).toStrictEqual({ conditions: [expected] });
  });
});

describe('an object', () => {
  const head = { apiVersion: 'appmesh.k8s.aws/v1beta2', kind: 'VirtualNode' };

  it.each<readonly [name: string, part: object, expected: object]>([
    ['a spec', { spec: { listeners: [] } }, { spec: { listeners: [] } }],
    ['no spec', {}, {}],
    [
      'ARNs in its status',
      { status: { virtualNodeARN: 'arn:1', conditions: [], observedGeneration: 3 } },
      { status: { virtualNodeARN: 'arn:1' } },
    ],
    ['an empty ARN', { status: { virtualNodeARN: '' } }, {}],
    ['an ARN that is no text', { status: { virtualNodeARN: 1, otherARN: null } }, {}],
    ['a field that begins with ARN', { status: { ARNs: 'arn:1' } }, {}],
    ['annotations of others', { metadata: { ...metadata, annotations: { 'a/b': 'c' } } }, {}],
    [
      'annotations of this system',
      { metadata: { ...metadata, ...unused, annotations } },
      { metadata: { ...metadata, annotations: { 'eks-mesh-sync/port': '8080' } } },
    ],
  ])('with %s is trimmed to metadata, spec and ARNs', (_, part, expected) => {
    expect(trimClusterObject({ ...head, metadata, ...part })).toStrictEqual({
      ...head,
      metadata,
      ...expected,
    });
  });

  it('that is a namespace is trimmed to its metadata', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata };
    const whole = { ...namespace, spec: { finalizers: ['kubernetes'] }, status: { someARN: 'arn:1' } };
    expect(trimClusterObject(whole)).toStrictEqual(namespace);
  });
});
