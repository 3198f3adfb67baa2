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

/** What keeps a pod from being eligible or selected: kind, podFacts, the reason and the advice. */
export const podCases: readonly [string, PodFacts, string, string][] = [
  [
    'PodNotObserved',
    podFacts(notObserved),
    'No events have been received about pod shop/front-1 of cluster local, or it was deleted more than six days ago',
    `Check the name (kubectl get pod front-1 -n shop) and that the relay is ready (kubectl get pods -A -l app.kubernetes.io/name=eks-mesh-sync-relay); then read the pod from the API server: ${resync}`,
  ],
  [
    'NamespaceNotObserved',
    podFacts({ ...notObserved, received: { cluster: true, namespace: false } }),
    'No events have been received from namespace "shop" of cluster "local"',
    "Check the name (kubectl get namespace shop) and that the relay's options include that namespace",
  ],
  [
    'ClusterNotObserved',
    podFacts({ ...notObserved, received: { cluster: false, namespace: false } }),
    'No events have been received from cluster "local"',
    'Check that the relay runs there (kubectl get pods -A -l app.kubernetes.io/name=eks-mesh-sync-relay), with the options --cluster local and --event-bus of this deployment, and its log',
  ],
  [
    'DeadLettered',
    podFacts({ ...notObserved, deadLetters }),
    'the message about Pod shop/front-1 could not be processed and went to the dead-letter queue at 2026-11-21T11:00:00.000Z: pod.status.podIPs[0].ip: expected an IPv4 or IPv6 address',
    'Correct the cause in Pod front-1; its next change, or a resync, sends it again',
  ],
  [
    'ReadFailed',
    podFacts({
      seen: 'unknown',
      record: undefined,
      readFailures: [{ what: 'the pod', code: 'Unavailable', message: 'DynamoDB is down' }],
    }),
    'the pod could not be read: DynamoDB is down',
    'Run explain again in a minute: the cause may be in what could not be read',
  ],
  [
    'PodDeleted',
    podFacts({ record: aRecord({}, { deleted: true }) }),
    'the pod is deleted',
    `Nothing: a deleted pod is deregistered; explain its successor. If the cluster still has this pod (kubectl get pod front-1 -n shop), read it from the API server: ${resync}`,
  ],
  [
    'PodDeleted',
    podFacts({ record: aRecord({ resourceVersion: '98' }, { deleted: true }), lastSweep: contradicted }),
    'the pod is deleted',
    `Nothing: a deleted pod is deregistered; explain its successor. If the cluster still has this pod (kubectl get pod front-1 -n shop), read it from the API server: ${resync}`,
  ],
  [
    'RecordContradicted',
    podFacts({ record: aRecord({ resourceVersion: '99' }, { deleted: true }), lastSweep: contradicted }),
    'the stored pod is wrong; the sweep of 2026-11-21T11:55:00.000Z found: the cluster lists it at resourceVersion 5',
    `Wait a minute for the repair that this sweep sent. If it does not help, read the pod from the API server again: ${resync}`,
  ],
  [
    'PodTerminating',
    podFacts({
      record: aRecord({ terminating: true }, { seenAtMs: Date.parse('2026-11-21T11:55:00.001Z') }),
      lastSweep: {
        ...contradicted,
        findings: contradicted.findings.map((found) => ({
          ...found,
          stored: { uid: 'uid-1', resourceVersion: '1', deleted: false },
        })),
      },
    }),
    'the pod is terminating',
    'Nothing: a pod is deregistered as soon as it terminates; explain its successor',
  ],
  [
    'PodTerminating',
    podFacts(pod({ terminating: true })),
    'the pod is terminating',
    'Nothing: a pod is deregistered as soon as it terminates; explain its successor',
  ],
  [
    'PodNotRunning',
    podFacts(pod({ phase: 'Pending' })),
    "the pod's phase is Pending, not Running",
    'Find out why it does not run: kubectl describe pod front-1 -n shop; it is registered as soon as it is ready',
  ],
  [
    'PodIPMissing',
    podFacts(pod({ ips: [] })),
    'the pod needs an IPv4 address, it has none',
    'Find out why it has no address: kubectl describe pod front-1 -n shop; it is registered as soon as it has one',
  ],
  [
    'IPFamilyMismatch',
    podFacts({ config: aConfig({ ipFamily: 'ipv6' }) }),
    'the pod needs an IPv6 address, it has 10.0.0.1',
    "Set cloudMap.ipFamily in clusters.yml, or the Mesh's meshServiceDiscovery.ipPreference, to a family that the pod has",
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
    'the pod needs an IPv6 address, it has 10.0.0.1',
    "Set cloudMap.ipFamily in clusters.yml, or the Mesh's meshServiceDiscovery.ipPreference, to a family that the pod has",
  ],
  [
    'ContainersNotReady',
    podFacts(pod({ conditions: { ContainersReady: 'False' } })),
    'condition ContainersReady is False',
    'Check which container is not ready, and its readiness probe: kubectl describe pod front-1 -n shop',
  ],
  [
    'ReadinessGateFalse',
    podFacts(pod({ readinessGates: ['example.com/warm'] })),
    'readiness gate example.com/warm is absent',
    'Check which controller sets that condition: kubectl get pod front-1 -n shop -o yaml (status.conditions)',
  ],
  [
    'NoVirtualNode',
    podFacts(around()),
    'namespace shop has no VirtualNode, and the pod has no eks-mesh-sync annotation',
    'Create a VirtualNode in namespace shop whose podSelector selects the pod, or annotate the pod template with eks-mesh-sync/cloud-map-namespace and eks-mesh-sync/cloud-map-service',
  ],
  [
    'NoVirtualNode',
    podFacts({ ...pod({ labels: { 'batch.kubernetes.io/job-name': 'migrate' } }), ...around() }),
    'namespace shop has no VirtualNode, and the pod has no eks-mesh-sync annotation',
    'Nothing, unless others call the pods of Job migrate. In that case: create a VirtualNode in namespace shop whose podSelector selects the pod, or annotate the pod template with eks-mesh-sync/cloud-map-namespace and eks-mesh-sync/cloud-map-service',
  ],
  [
    'SelectorMismatch',
    podFacts(
      around(
        aNode('a', { podSelector: { matchLabels: { app: 'a' } } }),
        aNode('front', { podSelector: { matchLabels: { app: 'front', version: 'v2' } } }),
      ),
    ),
    'no VirtualNode of namespace shop selects the pod (VirtualNode front: label version is absent, the selector wants v2)',
    "Make the pod's labels match a podSelector (VirtualNode front: label version is absent, the selector wants v2), or annotate the pod template with eks-mesh-sync/cloud-map-namespace and eks-mesh-sync/cloud-map-service",
  ],
  [
    'SelectorMismatch',
    podFacts(around(aNode('front', { podSelector: undefined }))),
    'no VirtualNode of namespace shop selects the pod (VirtualNode front: it has no podSelector, so it selects no pod)',
    "Make the pod's labels match a podSelector (VirtualNode front: it has no podSelector, so it selects no pod), or annotate the pod template with eks-mesh-sync/cloud-map-namespace and eks-mesh-sync/cloud-map-service",
  ],
  [
    'NoCloudMapDiscovery',
    podFacts(around(aNode('front', { serviceDiscovery: { dns: { hostname: 'front.shop.svc' } } }))),
    'VirtualNode front: it selects the pod, but its serviceDiscovery is dns, not awsCloudMap',
    'Give VirtualNode front a serviceDiscovery.awsCloudMap with namespaceName and serviceName',
  ],
  [
    'NoCloudMapDiscovery',
    podFacts(around(aNode('front', { serviceDiscovery: undefined }))),
    'VirtualNode front: it selects the pod, but it has no serviceDiscovery',
    'Give VirtualNode front a serviceDiscovery.awsCloudMap with namespaceName and serviceName',
  ],
  [
    'InvalidAnnotation',
    podFacts({ ...around(), ...pod({ annotations: { 'eks-mesh-sync/cloud-map-namespace': 'shop.local' } }) }),
    'annotations: annotation eks-mesh-sync/cloud-map-service is missing; expected a Cloud Map service name',
    'Correct the annotations of the pod template: annotation eks-mesh-sync/cloud-map-service is missing; expected a Cloud Map service name',
  ],
];
