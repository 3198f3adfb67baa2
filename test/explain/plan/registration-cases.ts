import type { PodFacts } from '../../../shared/explain/plan/explained.ts';
import type { Failure } from '../../../shared/model/problem.ts';
import { absent, aClaim, aRecord, key, nowMs, podFacts, resyncOf } from '../harness/pod-facts.ts';

const resync = resyncOf('front-1');
const pod = (changes: Parameters<typeof aRecord>[0]) => ({ record: aRecord(changes) });
const problem = (failure: Failure) => ({
  record: aRecord({}, { problems: [{ source: 'VirtualNode front', ...failure }] }),
  instance: absent,
});
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
export const denied: Failure = {
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

/** What became of the registration of an eligible pod: kind, podFacts, parts of the reason and of the advice. */
export const registrationCases: readonly [string, PodFacts, string, string][] = [
  [
    'TenancyRefused',
    podFacts({
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
    podFacts({ instance: { ...absent, namespace: 'public-dns', serviceId: undefined } }),
    'shop.local is a public DNS namespace',
    'Name a private DNS or HTTP namespace instead',
  ],
  [
    'NamespaceNotConfigured',
    podFacts({ instance: { ...absent, namespace: 'missing', serviceId: undefined } }),
    'clusters.yml does not name its kind for cluster local',
    'add {name: shop.local, create: {kind: http}}',
  ],
  [
    'InstanceIdConflict',
    podFacts({
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'alive' },
    }),
    'instance id 10.0.0.1 is held by pod shop/front-2 of cluster local (alive, claim applied)',
    'kubectl get pods -A -o wide --field-selector status.podIP=10.0.0.1',
  ],
  [
    'InstanceIdConflict',
    podFacts({
      ...pod({ hostNetwork: true }),
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'alive' },
    }),
    'is held by pod shop/front-2',
    'Set cloudMap.instanceId: pod-uid in clusters.yml',
  ],
  [
    'InstanceIdNotReleased',
    podFacts({
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'deleted' },
    }),
    '(deleted, claim applied)',
    `the pod is retried when the claim is released. If it is not: ${resyncOf('front-2')}`,
  ],
  [
    'InstanceForeign',
    podFacts({
      instance: {
        ...absent,
        actual: {},
        ownership: { kind: 'foreign', reason: 'it belongs to cluster other' },
      },
    }),
    'is not managed by eks-mesh-sync and is not changed: it belongs to cluster other',
    'aws --region us-west-2 servicediscovery deregister-instance --service-id srv-1 --instance-id 10.0.0.1',
  ],
  [
    'OperationFailed',
    podFacts({
      instance: { actual: null, operation: { id: 'op-1', status: 'failed', error: 'ACCESS_DENIED: no' } },
    }),
    'operation op-1, which failed later: ACCESS_DENIED: no',
    `Correct the cause that Cloud Map names, then ${resync}`,
  ],
  [
    'OperationPending',
    podFacts({ instance: { actual: null, operation: { id: 'op-1', status: 'pending' } } }),
    'operation op-1 is in progress',
    'Wait',
  ],
  [
    'Throttled',
    podFacts(problem({ code: 'Throttled', message: 'RegisterInstance: ThrottlingException: Rate exceeded' })),
    'Rate exceeded',
    'retried automatically',
  ],
  [
    'MissingPermission',
    podFacts(problem(denied)),
    'the last attempt (VirtualNode front)',
    `Allow ${permission}`,
  ],
  [
    'RegistrationFailed',
    podFacts(
      problem({ code: 'Refused', message: 'service shop.local/front holds instances of others (web-1)' }),
    ),
    'holds instances of others',
    resync,
  ],
  [
    'RegistrationFailed',
    podFacts(problem({ code: 'Waiting', message: 'Cloud Map operation op-1 is still running' })),
    'op-1 is still running',
    'Wait: it is retried automatically',
  ],
  ['RegistrationNotStarted', podFacts({ instance: absent }), 'its registration has not started', resync],
  [
    'DeadLettered',
    podFacts({ instance: absent, deadLetters }),
    'went to the dead-letter queue at 2026-11-21T11:00:00.000Z',
    resync,
  ],
  [
    'ClaimUnfinished',
    podFacts({
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
    podFacts({
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
    podFacts({ instance: { claim: aClaim({ touchedAtMs: nowMs - 29_000 }), actual: null } }),
    'less than 30 seconds ago',
    'Wait half a minute',
  ],
  [
    'ExternalDeregistration',
    podFacts({ instance: { actual: null } }),
    'the instance is gone: another program deregistered it',
    resync,
  ],
  [
    'ServiceDeleted',
    podFacts({ instance: { actual: undefined, serviceIsGone: true } }),
    'service srv-1, in which the pod was registered',
    resync,
  ],
  [
    'AttributesDrifted',
    podFacts({ instance: { actual: { app: 'other' } } }),
    'attribute app is other in Cloud Map; expected front',
    `Correct it: ${resync}`,
  ],
  [
    'InstanceUnhealthy',
    podFacts({ instance: { discovered: { health: 'UNHEALTHY' } } }),
    'its status in Cloud Map is UNHEALTHY',
    resync,
  ],
  [
    'DiscoveryPending',
    podFacts({ instance: { discovered: null } }),
    'DiscoverInstances does not return it yet',
    'Wait some seconds',
  ],
  [
    'MissingPermission',
    podFacts({ instance: { actual: undefined }, readFailures: [{ what: 'instance 10.0.0.1', ...denied }] }),
    'instance 10.0.0.1 could not be read',
    `Allow ${permission}, then run explain again`,
  ],
  [
    'Registered',
    podFacts(),
    'pod shop/front-1 is registered in Cloud Map',
    'discover-instances --namespace-name shop.local --service-name front --query-parameters k8s.io/pod=front-1',
  ],
];
