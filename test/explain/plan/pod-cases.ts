import type { PodFacts } from '../../../shared/explain/plan/explained.ts';
import { aConfig, aMesh, aNode, aRecord, podFacts, resyncOf } from '../harness/pod-facts.ts';

const resync = resyncOf('front-1');
const around = (...virtualNodes: ReturnType<typeof aNode>[]) => ({
  registrationContext: { virtualNodes, meshes: [], namespaceLabels: {} },
});
const pod = (changes: Parameters<typeof aRecord>[0]) => ({ record: aRecord(changes) });
const notObserved = { seen: 'never', record: undefined } as const;
const deadLetters = [
  {
    kind: 'Pod',
    namespace: 'shop',
    name: 'front-1',
    reason: 'pod.status.podIPs[0].ip: expected an IPv4 or IPv6 address',
    at: '2026-11-21T11:00:00.000Z',
    messageId: 'm-1',
  },
];
const contradicted = {
  startedAt: '2026-11-21T11:55:00.000Z',
  source: 'api server',
  findings: [
    {
      kind: 'RecordContradicted',
      pod: 'shop/front-1',
      detail: 'the cluster lists it at resourceVersion 5',
      stored: { uid: 'uid-1', resourceVersion: '99', deleted: true },
    },
  ],
  refused: [],
};

/** What keeps a pod from being eligible or selected: kind, podFacts, parts of the reason and of the advice. */
export const podCases: readonly [string, PodFacts, string, string][] = [
  [
    'PodNotObserved',
    podFacts(notObserved),
    'No events have been received about pod shop/front-1 of cluster local',
    `then read the pod from the API server: ${resync}`,
  ],
  [
    'NamespaceNotObserved',
    podFacts({ ...notObserved, received: { cluster: true, namespace: false } }),
    'No events have been received from namespace "shop" of cluster "local"',
    'kubectl get namespace shop',
  ],
  [
    'ClusterNotObserved',
    podFacts({ ...notObserved, received: { cluster: false, namespace: false } }),
    'No events have been received from cluster "local"',
    '(kubectl get pods -A -l app.kubernetes.io/name=eks-mesh-sync-relay)',
  ],
  [
    'DeadLettered',
    podFacts({ ...notObserved, deadLetters }),
    'expected an IPv4 or IPv6 address',
    'Correct the cause in Pod front-1',
  ],
  [
    'ReadFailed',
    podFacts({
      seen: 'unknown',
      record: undefined,
      readFailures: [{ what: 'the pod', code: 'Unavailable', message: 'DynamoDB is down' }],
    }),
    'the pod could not be read: DynamoDB is down',
    'Run explain again in a minute',
  ],
  [
    'PodDeleted',
    podFacts({ record: aRecord({}, { deleted: true }) }),
    'the pod is deleted',
    'explain its successor',
  ],
  [
    'PodDeleted',
    podFacts({ record: aRecord({}, { deleted: true }) }),
    'the pod is deleted',
    `If the cluster still has this pod (kubectl get pod front-1 -n shop), read it from the API server: ${resync}`,
  ],
  [
    'PodDeleted',
    podFacts({ record: aRecord({ resourceVersion: '98' }, { deleted: true }), lastSweep: contradicted }),
    'the pod is deleted',
    'explain its successor',
  ],
  [
    'RecordContradicted',
    podFacts({ record: aRecord({ resourceVersion: '99' }, { deleted: true }), lastSweep: contradicted }),
    'the sweep of 2026-11-21T11:55:00.000Z found: the cluster lists it at resourceVersion 5',
    `Wait a minute for the repair that this sweep sent. If it does not help, read the pod from the API server again: ${resync}`,
  ],
  ['PodTerminating', podFacts(pod({ terminating: true })), 'the pod is terminating', 'explain its successor'],
  [
    'PodNotRunning',
    podFacts(pod({ phase: 'Pending' })),
    'phase is Pending',
    'kubectl describe pod front-1 -n shop',
  ],
  [
    'PodIPMissing',
    podFacts(pod({ ips: [] })),
    'needs an IPv4 address, it has none',
    'Find out why it has no address',
  ],
  [
    'IPFamilyMismatch',
    podFacts({ config: aConfig({ ipFamily: 'ipv6' }) }),
    'needs an IPv6 address, it has 10.0.0.1',
    'cloudMap.ipFamily',
  ],
  [
    'IPFamilyMismatch',
    podFacts({
      registrationContext: {
        virtualNodes: [aNode('front')],
        meshes: [aMesh({ namespaceSelector: {}, meshServiceDiscovery: { ipPreference: 'IPv6_ONLY' } })],
        namespaceLabels: {},
      },
    }),
    'needs an IPv6 address, it has 10.0.0.1',
    'meshServiceDiscovery.ipPreference',
  ],
  [
    'ContainersNotReady',
    podFacts(pod({ conditions: { ContainersReady: 'False' } })),
    'condition ContainersReady is False',
    'readiness probe: kubectl describe pod front-1 -n shop',
  ],
  [
    'ReadinessGateFalse',
    podFacts(pod({ readinessGates: ['example.com/warm'] })),
    'readiness gate example.com/warm is absent',
    'kubectl get pod front-1 -n shop -o yaml',
  ],
  [
    'NoVirtualNode',
    podFacts(around()),
    'namespace shop has no VirtualNode',
    'Create a VirtualNode in namespace shop',
  ],
  [
    'NoVirtualNode',
    podFacts({ ...pod({ labels: { 'batch.kubernetes.io/job-name': 'migrate' } }), ...around() }),
    'namespace shop has no VirtualNode',
    'Nothing, unless others call the pods of Job migrate. In that case: create a VirtualNode in namespace shop',
  ],
  [
    'SelectorMismatch',
    podFacts(
      around(
        aNode('a', { podSelector: { matchLabels: { app: 'a' } } }),
        aNode('front', { podSelector: { matchLabels: { app: 'front', version: 'v2' } } }),
      ),
    ),
    'none of the 2 VirtualNodes of namespace shop selects the pod (VirtualNode front: label version is absent, the selector wants v2)',
    "Make the pod's labels match a podSelector",
  ],
  [
    'SelectorMismatch',
    podFacts(around(aNode('front', { podSelector: undefined }))),
    'it has no podSelector, so it selects no pod',
    'podSelector',
  ],
  [
    'NoCloudMapDiscovery',
    podFacts(around(aNode('front', { serviceDiscovery: { dns: { hostname: 'front.shop.svc' } } }))),
    'its serviceDiscovery is dns, not awsCloudMap',
    'Give VirtualNode front a serviceDiscovery.awsCloudMap',
  ],
  [
    'NoCloudMapDiscovery',
    podFacts(around(aNode('front', { serviceDiscovery: undefined }))),
    'it has no serviceDiscovery',
    'Give VirtualNode front a serviceDiscovery.awsCloudMap',
  ],
  [
    'InvalidAnnotation',
    podFacts({ ...around(), ...pod({ annotations: { 'eks-mesh-sync/cloud-map-namespace': 'shop.local' } }) }),
    'annotation eks-mesh-sync/cloud-map-service is missing',
    'Correct the annotations of the pod template',
  ],
];
