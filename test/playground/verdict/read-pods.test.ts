import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { describe, expect, it } from 'vitest';
import { readPods } from '../../../playground/verdict/read-pods.ts';
import type { PodExplanation } from '../../../shared/explain/plan/explained.ts';
import { explainPod } from '../../../shared/explain/plan/explanation.ts';
import { trimPod } from '../../../shared/model/events/trim.ts';
import type { PodObject } from '../../../shared/model/kubernetes.ts';
import { podOf } from '../../../shared/model/pod.ts';
import { podFacts } from '../../explain/harness/pod-facts.ts';

interface Given {
  readonly app?: string;
  readonly phase?: string;
  readonly terminating?: boolean;
  readonly conditions?: readonly object[];
}

function pod(name: string, { app = 'cart', phase = 'Running', terminating, conditions }: Given = {}) {
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: `${app}-1`,
    uid: `rs-${app}`,
    controller: true,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '1' },
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app },
      ownerReferences: [owner],
      ...(terminating && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    },
    spec: {},
    status: { phase, podIPs: [{ ip: '10.0.0.1' }], conditions },
  } as unknown as KubernetesObject;
}

/** What `explain` says of pods of an app that is selected, or not. */
function explained(of: KubernetesObject, kind: string, selects = true): PodExplanation {
  const seen = podOf('local', trimPod(of as unknown as PodObject), undefined);
  return {
    record: { pod: seen },
    virtualNodes: [{ virtualNode: 'cart', selects, reason: selects ? null : 'label app differs' }],
    annotations: { isAnnotated: false, registers: false, reasons: [] },
    faults: kind === 'InvalidAnnotation' ? [{ source: 'annotations', message: 'no port' }] : [],
    cause: { kind, reason: `reason of ${kind}`, advice: `advice of ${kind}` },
  } as unknown as PodExplanation;
}

/** A pod that no node takes, with only annotations, and what `explain` says of it. */
async function readUnschedulable(port: string) {
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no node' }];
  const { metadata, status, ...rest } = pod('a', { phase: 'Pending', conditions });
  const annotations = {
    ...{ 'eks-mesh-sync/cloud-map-namespace': 'shop.local', 'eks-mesh-sync/cloud-map-service': 'cart' },
    'eks-mesh-sync/port': port,
  };
  const one = {
    ...rest,
    metadata: { ...metadata, annotations },
    status: { ...Object(status), podIPs: undefined },
  } as unknown as KubernetesObject;
  const seen = podOf('local', trimPod(one as unknown as PodObject), undefined);
  const facts = podFacts({
    record: { pod: seen, deleted: false, registrations: [], problems: [] },
    registrationContext: { virtualNodes: [], meshes: [], namespaceLabels: {} },
  });
  const explain = async () => explainPod(facts);
  return readPods({ pods: [one], registered: new Set(), troubled: new Set(), explain });
}

const inCloudMap = (...names: string[]) => new Set(names.map((name) => `uid-${name}`));
const notAsked = () => Promise.reject(new Error('explain was asked'));

describe('pods of the verdict', () => {
  it('counts pods that Cloud Map has, without asking explain', async () => {
    const pods = [pod('a'), pod('b')];
    const read = await readPods({
      pods,
      registered: inCloudMap('a', 'b'),
      troubled: new Set(),
      explain: notAsked,
    });
    expect(read).toEqual({ counts: { registered: 2, unselected: 0, ended: 0 }, faults: [], stale: null });
  });

  it('counts pods that terminate or have completed apart', async () => {
    const pods = [pod('a', { terminating: true }), pod('b', { phase: 'Succeeded' })];
    const read = await readPods({ pods, registered: new Set(), troubled: new Set(), explain: notAsked });
    expect(read.counts).toEqual({ registered: 0, unselected: 0, ended: 2 });
    expect(read.faults).toEqual([]);
  });

  it('asks explain about one of the pods that nothing selects', async () => {
    const asked: string[] = [];
    const explain = async (of: KubernetesObject) => {
      asked.push(of.metadata.name);
      return explained(of, 'SelectorMismatch', false);
    };
    const pods = ['a', 'b', 'c'].map((name) => pod(name, { app: 'other' }));
    const read = await readPods({ pods, registered: new Set(), troubled: new Set(), explain });
    expect(read.counts).toEqual({ registered: 0, unselected: 3, ended: 0 });
    expect(read.faults).toEqual([]);
    expect(asked).toEqual(['a']);
  });

  it('says why a selected pod is missing, with its own conditions and what is known of its processes', async () => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no node matches' },
      { type: 'Initialized', status: 'False', message: 'not shown' },
    ];
    const [a] = [pod('a', { phase: 'Pending', conditions })];
    const explain = async (of: KubernetesObject) => explained(of, 'PodNotRunning');
    const read = await readPods({
      ...{ pods: [a], registered: new Set<string>(), troubled: new Set<string>(), explain },
      hint: () => 'no ConfigMap cart',
    });
    expect(read.faults).toEqual([
      {
        first: [
          {
            pod: { namespace: 'shop', name: 'a' },
            owner: 'ReplicaSet cart-1',
            kind: 'PodNotRunning',
            reason:
              'reason of PodNotRunning; PodScheduled is False (Unschedulable): no node matches; no ConfigMap cart',
            advice: 'advice of PodNotRunning',
          },
        ],
        more: 0,
      },
    ]);
  });

  it('explains three pods of an owner, and counts the others', async () => {
    const pods = ['a', 'b', 'c', 'd', 'e'].map((name) => pod(name));
    const explain = async (of: KubernetesObject) => explained(of, 'ContainersNotReady');
    const { faults } = await readPods({ pods, registered: new Set(), troubled: new Set(), explain });
    expect(faults.map(({ first, more }) => [first.map((each) => each.pod.name), more])).toEqual([
      [['a', 'b', 'c'], 2],
    ]);
  });

  it('asks explain about a registered pod of a namespace in which some are missing', async () => {
    const explain = async (of: KubernetesObject) => explained(of, 'ServiceRefused');
    const read = await readPods({
      ...{ pods: [pod('a')], registered: inCloudMap('a'), troubled: new Set(['shop']), explain },
    });
    expect(read.counts.registered).toBe(0);
    expect(read.faults.map(({ first }) => first[0]?.kind)).toEqual(['ServiceRefused']);
  });

  it('counts a pod with an invalid annotation as missing', async () => {
    const explain = async (of: KubernetesObject) => explained(of, 'InvalidAnnotation', false);
    const read = await readPods({ pods: [pod('a')], registered: new Set(), troubled: new Set(), explain });
    expect(read.faults.map(({ first }) => first[0]?.kind)).toEqual(['InvalidAnnotation']);
  });

  it.each([
    ['80', "the pod's phase is Pending, not Running; PodScheduled is False (Unschedulable): no node"],
    ['http', 'annotations: annotation eks-mesh-sync/port is "http"; expected an integer from 1 to 65535'],
  ])('says why an annotated pod without an IP is missing: port %s', async (port, reason) => {
    const { counts, faults } = await readUnschedulable(port);
    expect(counts).toEqual({ registered: 0, unselected: 0, ended: 0 });
    expect(faults[0]?.first[0]?.kind).toBe('PodNotRunning');
    expect(faults[0]?.first[0]?.reason).toContain(reason);
    expect(faults[0]?.first[0]?.reason).toContain('PodScheduled is False (Unschedulable): no node');
  });

  it('is not final while the functions have not observed a pod as it is', async () => {
    const now = pod('a', { phase: 'Running' });
    const before = pod('a', { phase: 'Pending' });
    const explain = async () => explained(before, 'PodNotRunning');
    const read = await readPods({ pods: [now], registered: new Set(), troubled: new Set(), explain });
    expect(read).toMatchObject({
      stale: 'the functions have not observed pod shop/a as it is now',
      faults: [],
    });
  });
});
