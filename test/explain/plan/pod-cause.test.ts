import { describe, expect, it } from 'vitest';
import type { PodFacts } from '../../../shared/explain/plan/explained.ts';
import { explainPod } from '../../../shared/explain/plan/explanation.ts';
import { explanationText } from '../../../shared/explain/plan/explanation-text.ts';
import type { Failure } from '../../../shared/model/problem.ts';
import { absent, aClaim, aConfig, aMesh, aNode, aRecord, facts, key, nowMs } from '../facts.ts';

const resync = `sls invoke -f resync -d '{"cluster":"local","namespace":"shop","pod":"front-1"}'`;
const around = (...virtualNodes: ReturnType<typeof aNode>[]) => ({
  registrationContext: { virtualNodes, meshes: [], namespaceLabels: {} },
});
const pod = (changes: Parameters<typeof aRecord>[0]) => ({ record: aRecord(changes) });
const problem = (failure: Failure) => ({
  record: aRecord({}, { problems: [{ source: 'VirtualNode front', ...failure }] }),
  instance: absent,
});
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
const denied: Failure = {
  code: 'AccessDenied',
  message: 'GetInstance 10.0.0.1 of srv-1: AccessDeniedException: no identity-based policy allows it',
  permission: {
    action: 'servicediscovery:GetInstance',
    resource: 'arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1',
    principal: 'arn:aws:sts::111122223333:assumed-role/explain/x',
  },
};
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
    'PodNotObserved',
    facts(notObserved),
    'No events have been received about pod shop/front-1 of cluster local',
    `then read the pod from the API server: ${resync}`,
  ],
  [
    'NamespaceNotObserved',
    facts({ ...notObserved, received: { cluster: true, namespace: false } }),
    'No events have been received from namespace "shop" of cluster "local"',
    'kubectl get namespace shop',
  ],
  [
    'ClusterNotObserved',
    facts({ ...notObserved, received: { cluster: false, namespace: false } }),
    'No events have been received from cluster "local"',
    'kubectl -n eks-mesh-sync logs deploy/relay',
  ],
  [
    'DeadLettered',
    facts({ ...notObserved, deadLetters }),
    'expected an IPv4 or IPv6 address',
    'Correct the cause in Pod front-1',
  ],
  [
    'ReadFailed',
    facts({
      seen: 'unknown',
      record: undefined,
      readFailures: [{ what: 'the pod', code: 'Unavailable', message: 'DynamoDB is down' }],
    }),
    'the pod could not be read: DynamoDB is down',
    'Run explain again in a minute',
  ],
  [
    'PodDeleted',
    facts({ record: aRecord({}, { deleted: true }) }),
    'the pod is deleted',
    'explain its successor',
  ],
  [
    'PodDeleted',
    facts({ record: aRecord({}, { deleted: true }) }),
    'the pod is deleted',
    `If the cluster still has this pod (kubectl get pod front-1 -n shop), read it from the API server: ${resync}`,
  ],
  [
    'PodDeleted',
    facts({ record: aRecord({ resourceVersion: '98' }, { deleted: true }), lastSweep: contradicted }),
    'the pod is deleted',
    'explain its successor',
  ],
  [
    'RecordContradicted',
    facts({ record: aRecord({ resourceVersion: '99' }, { deleted: true }), lastSweep: contradicted }),
    'the sweep of 2026-11-21T11:55:00.000Z found: the cluster lists it at resourceVersion 5',
    `Wait a minute for the repair that this sweep sent. If it does not help, read the pod from the API server again: ${resync}`,
  ],
  ['PodTerminating', facts(pod({ terminating: true })), 'the pod is terminating', 'explain its successor'],
  [
    'PodNotRunning',
    facts(pod({ phase: 'Pending' })),
    'phase is Pending',
    'kubectl describe pod front-1 -n shop',
  ],
  [
    'PodIPMissing',
    facts(pod({ ips: [] })),
    'needs an IPv4 address, it has none',
    'Find out why it has no address',
  ],
  [
    'IPFamilyMismatch',
    facts({ config: aConfig({ ipFamily: 'ipv6' }) }),
    'needs an IPv6 address, it has 10.0.0.1',
    'cloudMap.ipFamily',
  ],
  [
    'IPFamilyMismatch',
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
    'ContainersNotReady',
    facts(pod({ conditions: { ContainersReady: 'False' } })),
    'condition ContainersReady is False',
    'readiness probe: kubectl describe pod front-1 -n shop',
  ],
  [
    'ReadinessGateFalse',
    facts(pod({ readinessGates: ['example.com/warm'] })),
    'readiness gate example.com/warm is absent',
    'kubectl get pod front-1 -n shop -o yaml',
  ],
  [
    'NoVirtualNode',
    facts(around()),
    'namespace shop has no VirtualNode',
    'Create a VirtualNode in namespace shop',
  ],
  [
    'SelectorMismatch',
    facts(
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
    facts(around(aNode('front', { podSelector: undefined }))),
    'it has no podSelector, so it selects no pod',
    'podSelector',
  ],
  [
    'NoCloudMapDiscovery',
    facts(around(aNode('front', { serviceDiscovery: { dns: { hostname: 'front.shop.svc' } } }))),
    'its serviceDiscovery is dns, not awsCloudMap',
    'Give VirtualNode front a serviceDiscovery.awsCloudMap',
  ],
  [
    'NoCloudMapDiscovery',
    facts(around(aNode('front', { serviceDiscovery: undefined }))),
    'it has no serviceDiscovery',
    'Give VirtualNode front a serviceDiscovery.awsCloudMap',
  ],
  [
    'InvalidAnnotation',
    facts({ ...around(), ...pod({ annotations: { 'eks-mesh-sync/cloud-map-namespace': 'shop.local' } }) }),
    'annotation eks-mesh-sync/cloud-map-service is missing',
    'Correct the annotations of the pod template',
  ],
  [
    'TenancyRefused',
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
    'PublicNamespace',
    facts({ instance: { ...absent, namespace: 'public-dns', serviceId: undefined } }),
    'shop.local is a public DNS namespace',
    'Name a private DNS or HTTP namespace instead',
  ],
  [
    'NamespaceNotConfigured',
    facts({ instance: { ...absent, namespace: 'missing', serviceId: undefined } }),
    'clusters.yml does not name its kind for cluster local',
    'add {name: shop.local, create: {kind: http}}',
  ],
  [
    'InstanceIdConflict',
    facts({
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'alive' },
    }),
    'instance id 10.0.0.1 is held by pod shop/front-2 of cluster local (alive, claim applied)',
    'kubectl get pods -A -o wide --field-selector status.podIP=10.0.0.1',
  ],
  [
    'InstanceIdConflict',
    facts({
      ...pod({ hostNetwork: true }),
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'alive' },
    }),
    'is held by pod shop/front-2',
    'Set cloudMap.instanceId: pod-uid in clusters.yml',
  ],
  [
    'InstanceIdNotReleased',
    facts({
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'deleted' },
    }),
    '(deleted, claim applied)',
    `the pod is retried when the claim is released. If it is not: sls invoke -f resync -d '{"cluster":"local","namespace":"shop","pod":"front-2"}'`,
  ],
  [
    'InstanceForeign',
    facts({
      instance: {
        ...absent,
        actual: {},
        ownership: { kind: 'foreign', reason: 'it belongs to cluster other' },
      },
    }),
    'is not managed by eks-mesh-sync and is not changed: it belongs to cluster other',
    'aws servicediscovery deregister-instance --service-id srv-1 --instance-id 10.0.0.1',
  ],
  [
    'OperationFailed',
    facts({
      instance: { actual: null, operation: { id: 'op-1', status: 'failed', error: 'ACCESS_DENIED: no' } },
    }),
    'operation op-1, which failed later: ACCESS_DENIED: no',
    `Correct the cause that Cloud Map names, then ${resync}`,
  ],
  [
    'OperationPending',
    facts({ instance: { actual: null, operation: { id: 'op-1', status: 'pending' } } }),
    'operation op-1 is in progress',
    'Wait',
  ],
  [
    'Throttled',
    facts(problem({ code: 'Throttled', message: 'RegisterInstance: ThrottlingException: Rate exceeded' })),
    'Rate exceeded',
    'retried automatically',
  ],
  [
    'MissingPermission',
    facts(problem(denied)),
    'the last attempt (VirtualNode front)',
    `Allow ${permission}`,
  ],
  [
    'RegistrationFailed',
    facts(
      problem({ code: 'Refused', message: 'service shop.local/front holds instances of others (web-1)' }),
    ),
    'holds instances of others',
    resync,
  ],
  ['RegistrationNotStarted', facts({ instance: absent }), 'its registration has not started', resync],
  [
    'DeadLettered',
    facts({ instance: absent, deadLetters }),
    'went to the dead-letter queue at 2026-11-21T11:00:00.000Z',
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
    'the claim has been claimed since 2026-11-21T11:57:59.000Z',
    `Registration was interrupted. To resume it: ${resync}`,
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
    'the claim has been claimed',
    'Wait: the registration is in progress',
  ],
  [
    'PropagationPending',
    facts({ instance: { claim: aClaim({ touchedAtMs: nowMs - 29_000 }), actual: null } }),
    'less than 30 seconds ago',
    'Wait half a minute',
  ],
  [
    'ExternalDeregistration',
    facts({ instance: { actual: null } }),
    'the instance is gone: another program deregistered it',
    resync,
  ],
  [
    'ServiceDeleted',
    facts({ instance: { actual: undefined, serviceIsGone: true } }),
    'service srv-1, in which the pod was registered',
    resync,
  ],
  [
    'AttributesDrifted',
    facts({ instance: { actual: { app: 'other' } } }),
    'attribute app is other in Cloud Map; expected front',
    `Correct it: ${resync}`,
  ],
  [
    'InstanceUnhealthy',
    facts({ instance: { discovered: { health: 'UNHEALTHY' } } }),
    'its status in Cloud Map is UNHEALTHY',
    resync,
  ],
  [
    'DiscoveryPending',
    facts({ instance: { discovered: null } }),
    'DiscoverInstances does not return it yet',
    'Wait some seconds',
  ],
  [
    'MissingPermission',
    facts({ instance: { actual: undefined }, readFailures: [{ what: 'instance 10.0.0.1', ...denied }] }),
    'instance 10.0.0.1 could not be read',
    `Allow ${permission}, then run explain again`,
  ],
  [
    'Registered',
    facts(),
    'pod shop/front-1 is registered in Cloud Map',
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

  it.each(cases)('%s: is in the last two lines', (_kind, given) => {
    const explanation = explainPod(given);
    const lines = explanationText(explanation).split('\n');
    expect(lines.at(-1)).toBe(`To do: ${explanation.cause.advice}`);
    expect(lines.at(-2)).toBe(`Why: ${explanation.cause.reason}`);
  });

  it('is the first in the order of diagnosis, even if there are more', () => {
    const given = facts({
      record: aRecord({ phase: 'Pending', labels: {} }),
      readFailures: [{ what: 'the claim', ...denied }],
    });
    expect(explainPod(given).cause.kind).toBe('PodNotRunning');
  });

  it('is not an attribute that another program added to an instance', () => {
    const usual = facts();
    const [instance] = usual.instances;
    if (instance === undefined) throw new Error('there is an instance');
    const more = { ...instance, actual: { ...instance.actual, 'added-by': 'hand' } };
    expect(explainPod({ ...usual, instances: [more] }).cause.kind).toBe('Registered');
  });

  it('includes only a sweep’s findings about this pod', () => {
    const finding = {
      kind: 'InstanceMissing',
      detail: 'the pod is ready, but Cloud Map does not have its instance',
    };
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
