import { describe, expect, it } from 'vitest';
import type { PodFacts } from '../../shared/explain/plan/explained.ts';
import { explainPod } from '../../shared/explain/plan/explanation.ts';
import { explanationText } from '../../shared/explain/plan/explanation-text.ts';
import { absent, aClaim, aConfig, aMesh, aNode, aRecord, facts, key, nowMs } from './facts.ts';

const resync = `sls invoke -f resync -d '{"cluster":"local","namespace":"shop","pod":"front-1"}'`;
const around = (...virtualNodes: ReturnType<typeof aNode>[]) => ({
  registrationContext: { virtualNodes, meshes: [], namespaceLabels: {} },
});
const pod = (changes: Parameters<typeof aRecord>[0]) => ({ record: aRecord(changes) });
const problem = (reason: string) => ({
  record: aRecord({}, { problems: [{ source: 'VirtualNode front', reason }] }),
  instance: absent,
});
const neverSeen = { seen: 'never', record: undefined } as const;
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
const denied =
  'GetInstance 10.0.0.1 of srv-1: AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/explain/x is not authorized to perform: servicediscovery:GetInstance on resource: arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1 because no identity-based policy allows the servicediscovery:GetInstance action';
const permission =
  'servicediscovery:GetInstance on arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1 for arn:aws:sts::111122223333:assumed-role/explain/x';

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

/** Kind, facts, what the reason says in part, what the advice says in part. */
const cases: readonly [string, PodFacts, string, string][] = [
  [
    'never seen',
    facts(neverSeen),
    'nothing was ever told of pod shop/front-1 of cluster local',
    `then have it found: ${resync}`,
  ],
  [
    'namespace never seen',
    facts({ ...neverSeen, received: { cluster: true, namespace: false } }),
    'nothing was ever told of namespace shop',
    'kubectl get namespace shop',
  ],
  [
    'cluster never seen',
    facts({ ...neverSeen, received: { cluster: false, namespace: false } }),
    'nothing was ever told of cluster local',
    'kubectl -n eks-mesh-sync logs deploy/relay',
  ],
  [
    'put aside',
    facts({ ...neverSeen, deadLetters }),
    'expected an IPv4 or IPv6 address',
    'Correct what the reason names',
  ],
  [
    'not readable',
    facts({
      seen: 'unknown',
      record: undefined,
      readFailures: [{ what: 'the pod', reason: 'DynamoDB is down' }],
    }),
    'the pod could not be read: DynamoDB is down',
    'Ask again in a minute',
  ],
  [
    'deleted',
    facts({ record: aRecord({}, { deleted: true }) }),
    'the pod is deleted',
    'explain its successor',
  ],
  [
    'deleted',
    facts({ record: aRecord({}, { deleted: true }) }),
    'the pod is deleted',
    `if the cluster still has this one (kubectl get pod front-1 -n shop), have it read from the API server: ${resync}`,
  ],
  [
    'deleted',
    facts({ record: aRecord({ resourceVersion: '98' }, { deleted: true }), lastSweep: contradicted }),
    'the pod is deleted',
    'explain its successor',
  ],
  [
    'record contradicted',
    facts({ record: aRecord({ resourceVersion: '99' }, { deleted: true }), lastSweep: contradicted }),
    'the sweep of 2026-11-21T11:55:00.000Z found: the cluster lists it at resourceVersion 5',
    `Wait a minute for the repair that this sweep sent; if it stays so, have the pod read from the API server again: ${resync}`,
  ],
  ['terminating', facts(pod({ terminating: true })), 'the pod is terminating', 'explain its successor'],
  [
    'not running',
    facts(pod({ phase: 'Pending' })),
    'phase is Pending',
    'kubectl describe pod front-1 -n shop',
  ],
  ['no IP', facts(pod({ ips: [] })), 'needs an IPv4 address, it has none', 'See why it got no address'],
  [
    'other IP family',
    facts({ config: aConfig({ ipFamily: 'ipv6' }) }),
    'needs an IPv6 address, it has 10.0.0.1',
    'cloudMap.ipFamily',
  ],
  [
    'other IP family',
    facts({
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
    'containers not ready',
    facts(pod({ conditions: { ContainersReady: 'False' } })),
    'condition ContainersReady is False',
    'readiness probe: kubectl describe pod front-1 -n shop',
  ],
  [
    'gate closed',
    facts(pod({ readinessGates: ['example.com/warm'] })),
    'readiness gate example.com/warm is absent',
    'kubectl get pod front-1 -n shop -o yaml',
  ],
  [
    'no virtual node',
    facts(around()),
    'namespace shop has no VirtualNode',
    'Create a VirtualNode in namespace shop',
  ],
  [
    'selector mismatch',
    facts(
      around(
        aNode('a', { podSelector: { matchLabels: { app: 'a' } } }),
        aNode('front', { podSelector: { matchLabels: { app: 'front', version: 'v2' } } }),
      ),
    ),
    'none of the 2 VirtualNodes of namespace shop selects the pod (VirtualNode front: label version is absent, the selector wants v2)',
    "Make the pod's labels and a podSelector agree",
  ],
  [
    'selector mismatch',
    facts(around(aNode('front', { podSelector: undefined }))),
    'it has no podSelector, and without one it selects no pod',
    'podSelector',
  ],
  [
    'not by Cloud Map',
    facts(around(aNode('front', { serviceDiscovery: { dns: { hostname: 'front.shop.svc' } } }))),
    'its serviceDiscovery is dns, not awsCloudMap',
    'Give VirtualNode front a serviceDiscovery.awsCloudMap',
  ],
  [
    'not by Cloud Map',
    facts(around(aNode('front', { serviceDiscovery: undefined }))),
    'it has no serviceDiscovery',
    'Give VirtualNode front a serviceDiscovery.awsCloudMap',
  ],
  [
    'wrong annotation',
    facts({ ...around(), ...pod({ annotations: { 'eks-mesh-sync/cloud-map-namespace': 'shop.local' } }) }),
    'annotation eks-mesh-sync/cloud-map-service is missing',
    'Correct the annotations of the pod template',
  ],
  [
    'tenancy',
    facts({
      instance: {
        ...absent,
        tenancyRefusal: 'service shop.local/front belongs to namespace blue of cluster local',
      },
    }),
    'belongs to namespace blue',
    'Add {kubernetesNamespaces: [shop], cloudMapNamespaces: [shop.local], services: [front]} to tenancy of cluster local',
  ],
  [
    'public namespace',
    facts({ instance: { ...absent, namespace: 'public-dns', serviceId: undefined } }),
    'shop.local is a public DNS namespace',
    'Name a private DNS or HTTP namespace instead',
  ],
  [
    'namespace not configured',
    facts({ instance: { ...absent, namespace: 'missing', serviceId: undefined } }),
    'clusters.yml does not name its kind for cluster local',
    'add {name: shop.local, create: {kind: http}}',
  ],
  [
    'held by another pod',
    facts({
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'alive' },
    }),
    'instance id 10.0.0.1 is held by pod shop/front-2 of cluster local (alive, claim applied)',
    'kubectl get pods -A -o wide --field-selector status.podIP=10.0.0.1',
  ],
  [
    'held by another pod',
    facts({
      ...pod({ hostNetwork: true }),
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'alive' },
    }),
    'is held by pod shop/front-2',
    'Set cloudMap.instanceId: pod-uid in clusters.yml',
  ],
  [
    'waiting for the id',
    facts({
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'deleted' },
    }),
    '(deleted, claim applied)',
    `if it is not, sls invoke -f resync -d '{"cluster":"local","namespace":"shop","pod":"front-2"}'`,
  ],
  [
    'foreign instance',
    facts({
      instance: {
        ...absent,
        actual: {},
        ownership: { kind: 'foreign', reason: 'it belongs to cluster other' },
      },
    }),
    'is not ours and is left alone: it belongs to cluster other',
    'aws servicediscovery deregister-instance --service-id srv-1 --instance-id 10.0.0.1',
  ],
  [
    'operation failed',
    facts({
      instance: { actual: null, operation: { id: 'op-1', status: 'failed', error: 'ACCESS_DENIED: no' } },
    }),
    'operation op-1 and failed it afterwards: ACCESS_DENIED: no',
    `Correct what Cloud Map says, then ${resync}`,
  ],
  [
    'operation pending',
    facts({ instance: { actual: null, operation: { id: 'op-1', status: 'pending' } } }),
    'still works on operation op-1',
    'Wait',
  ],
  [
    'throttled',
    facts(problem('RegisterInstance: ThrottlingException: Rate exceeded')),
    'Rate exceeded',
    'tried again by itself',
  ],
  [
    'missing permission',
    facts(problem(denied)),
    'the last attempt (VirtualNode front)',
    `Allow ${permission}`,
  ],
  [
    'refused or failed',
    facts(problem('service shop.local/front holds instances of others (web-1)')),
    'holds instances of others',
    resync,
  ],
  ['not begun', facts({ instance: absent }), 'nobody has begun to register it', resync],
  [
    'put aside',
    facts({ instance: absent, deadLetters }),
    'was put aside at 2026-11-21T11:00:00.000Z',
    resync,
  ],
  [
    'ClaimUnfinished',
    facts({
      instance: {
        claim: aClaim({ phase: 'claimed', touchedAtMs: nowMs - 121_000 }),
        operation: undefined,
        actual: null,
      },
    }),
    'the claim is claimed since 2026-11-21T11:57:59.000Z',
    `have it finished: ${resync}`,
  ],
  [
    'ClaimUnfinished',
    facts({
      instance: {
        claim: aClaim({ phase: 'claimed', touchedAtMs: nowMs - 1_000 }),
        operation: undefined,
        actual: null,
      },
    }),
    'the claim is claimed',
    'Wait: it is being worked on',
  ],
  [
    'propagating',
    facts({ instance: { claim: aClaim({ touchedAtMs: nowMs - 29_000 }), actual: null } }),
    'less than 30 seconds ago',
    'Wait half a minute',
  ],
  [
    'removed by somebody else',
    facts({ instance: { actual: null } }),
    'does not have the instance any more',
    resync,
  ],
  [
    'service deleted',
    facts({ instance: { actual: undefined, serviceIsGone: true } }),
    'service srv-1, in which the pod was registered',
    resync,
  ],
  [
    'AttributesDrifted',
    facts({ instance: { actual: { app: 'other' } } }),
    'attribute app is other in Cloud Map, it should be front',
    `have it corrected: ${resync}`,
  ],
  [
    'unhealthy in Cloud Map',
    facts({ instance: { discovered: { health: 'UNHEALTHY' } } }),
    'Cloud Map says UNHEALTHY',
    resync,
  ],
  [
    'not discovered yet',
    facts({ instance: { discovered: null } }),
    'DiscoverInstances does not answer it',
    'Wait some seconds',
  ],
  [
    'missing permission',
    facts({ instance: { actual: undefined }, readFailures: [{ what: 'instance 10.0.0.1', reason: denied }] }),
    'instance 10.0.0.1 could not be read',
    `Allow ${permission}, then ask again`,
  ],
  [
    'registered',
    facts(),
    'pod shop/front-1 is in Cloud Map as it should be',
    'discover-instances --namespace-name shop.local --service-name front --query-parameters k8s.io/pod=front-1',
  ],
];

describe('what keeps a pod out of Cloud Map', () => {
  it.each(cases)('%s', (kind, given, reason, advice) => {
    const { cause } = explainPod(given);
    expect(cause.kind).toBe(kind);
    expect(cause.reason).toContain(reason);
    expect(cause.advice).toContain(advice);
  });

  it.each(cases)('%s: is said in one last line', (_kind, given) => {
    const explanation = explainPod(given);
    const lines = explanationText(explanation).split('\n');
    expect(lines.at(-1)).toBe(`To do: ${explanation.cause.advice}`);
    expect(lines.at(-2)).toBe(`Why: ${explanation.cause.reason}`);
  });

  it('is the first in the order a person looks, although more is wrong', () => {
    const given = facts({
      record: aRecord({ phase: 'Pending', labels: {} }),
      readFailures: [{ what: 'the claim', reason: denied }],
    });
    expect(explainPod(given).cause.kind).toBe('not running');
  });

  it('does not come from what others added to an instance', () => {
    const usual = facts();
    const [instance] = usual.instances;
    if (instance === undefined) throw new Error('there is an instance');
    const more = { ...instance, actual: { ...instance.actual, 'added-by': 'hand' } };
    expect(explainPod({ ...usual, instances: [more] }).cause.kind).toBe('registered');
  });

  it('tells a sweep’s findings of this pod alone', () => {
    const finding = { kind: 'InstanceMissing', detail: 'the pod is ready, and Cloud Map does not have it' };
    const lastSweep = {
      startedAt: '2026-11-21T11:55:00.000Z',
      source: 'relay',
      findings: [{ ...finding, pod: 'shop/front-1' }, { ...finding, pod: 'shop/front-10' }, finding],
      refused: [
        { ...finding, pod: 'shop/front-1', reason: 'too many' },
        { ...finding, pod: 'blue/front-1', reason: 'no' },
      ],
    };
    const { lastSweep: received } = explainPod(facts({ lastSweep }));
    expect(received?.findings).toEqual([{ ...finding, pod: 'shop/front-1' }]);
    expect(received?.refused).toEqual([{ ...finding, pod: 'shop/front-1', reason: 'too many' }]);
  });
});
