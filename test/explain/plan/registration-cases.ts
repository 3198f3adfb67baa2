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

/** What became of the registration of an eligible pod: kind, podFacts, the reason and the advice. */
export const registrationCases: readonly [string, PodFacts, string, string][] = [
  [
    'TenancyRefused',
    podFacts({
      instance: {
        ...absent,
        tenancyRefusal: 'service shop.local/front belongs to namespace blue of cluster local',
      },
    }),
    'service shop.local/front belongs to namespace blue of cluster local',
    `Add {kubernetesNamespaces: [shop], cloudMapNamespaces: [shop.local], services: [front]} to tenancy of cluster local in clusters.yml (with rules, only what they allow is registered), deploy, then ${resync}`,
  ],
  [
    'PublicNamespace',
    podFacts({ instance: { ...absent, namespace: 'public-dns', serviceId: undefined } }),
    'Cloud Map namespace shop.local is a public DNS namespace, and pod addresses are not published to the Internet',
    'Name a private DNS or HTTP namespace instead, in the VirtualNode or the annotations',
  ],
  [
    'NamespaceNotConfigured',
    podFacts({ instance: { ...absent, namespace: 'missing', serviceId: undefined } }),
    'Cloud Map namespace shop.local not found, and clusters.yml does not name its kind for cluster local',
    `Create it, or add {name: shop.local, create: {kind: http}} (or private-dns with a vpc) to cloudMap.namespaces of cluster local in clusters.yml and deploy; then ${resync}`,
  ],
  [
    'InstanceIdConflict',
    podFacts({
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'alive' },
    }),
    'instance id 10.0.0.1 is held by pod shop/front-2 of cluster local (alive, claim applied)',
    `Check whether both pods have this IP: kubectl get pods -A -o wide --field-selector status.podIP=10.0.0.1; if not, ${resyncOf('front-2')}`,
  ],
  [
    'InstanceIdConflict',
    podFacts({
      ...pod({ hostNetwork: true }),
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'alive' },
    }),
    'instance id 10.0.0.1 is held by pod shop/front-2 of cluster local (alive, claim applied)',
    'Set cloudMap.instanceId: pod-uid in clusters.yml: pods with hostNetwork share the IP of their node, and only one of them can use it as its instance id',
  ],
  [
    'InstanceIdNotReleased',
    podFacts({
      instance: { claim: aClaim({ owner: { ...key, name: 'front-2', uid: 'uid-2' } }), holder: 'deleted' },
    }),
    'instance id 10.0.0.1 is held by pod shop/front-2 of cluster local (deleted, claim applied)',
    `Wait a minute: the pod is retried when the claim is released. If it is not: ${resyncOf('front-2')}`,
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
    'instance 10.0.0.1 in Cloud Map is not managed by eks-mesh-sync and is not changed: it belongs to cluster other',
    `If it is not needed: aws --region us-west-2 servicediscovery deregister-instance --service-id srv-1 --instance-id 10.0.0.1; then ${resync}`,
  ],
  [
    'OperationFailed',
    podFacts({
      instance: { actual: null, operation: { id: 'op-1', status: 'failed', error: 'ACCESS_DENIED: no' } },
    }),
    'Cloud Map accepted operation op-1, which failed later: ACCESS_DENIED: no',
    `Correct the cause that Cloud Map names, then ${resync}`,
  ],
  [
    'OperationPending',
    podFacts({ instance: { actual: null, operation: { id: 'op-1', status: 'pending' } } }),
    'Cloud Map operation op-1 is in progress',
    'Wait: Cloud Map takes some seconds, in a DNS namespace up to a minute; then run explain again',
  ],
  [
    'Throttled',
    podFacts(problem({ code: 'Throttled', message: 'RegisterInstance: ThrottlingException: Rate exceeded' })),
    'the last attempt (VirtualNode front): RegisterInstance: ThrottlingException: Rate exceeded',
    'Wait: it is retried automatically. If this continues, find out who else calls Cloud Map in this account',
  ],
  [
    'MissingPermission',
    podFacts(problem(denied)),
    'the last attempt (VirtualNode front): GetInstance 10.0.0.1 of srv-1: AccessDeniedException: no identity-based policy allows it',
    `Allow ${permission}; the pod is retried automatically within minutes`,
  ],
  [
    'RegistrationFailed',
    podFacts(
      problem({ code: 'Refused', message: 'service shop.local/front holds instances of others (web-1)' }),
    ),
    'the last attempt (VirtualNode front): service shop.local/front holds instances of others (web-1)',
    `Correct the cause, then ${resync}`,
  ],
  [
    'RegistrationFailed',
    podFacts(problem({ code: 'Waiting', message: 'Cloud Map operation op-1 is still running' })),
    'the last attempt (VirtualNode front): Cloud Map operation op-1 is still running',
    `Wait: it is retried automatically. If this does not change: ${resync}`,
  ],
  [
    'RegistrationNotStarted',
    podFacts({ instance: absent }),
    'the pod is ready, and its registration has not started',
    `Wait half a minute. If this does not change: ${resync}`,
  ],
  [
    'DeadLettered',
    podFacts({ instance: absent, deadLetters }),
    'a message about pod shop/front-1 of cluster local went to the dead-letter queue at 2026-11-21T11:00:00.000Z: pod.status.podIPs[0].ip: expected an IPv4 or IPv6 address',
    `Correct the cause, then ${resync}`,
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
    'the claim has been claimed since 2026-11-21T11:59:59.000Z',
    'Wait: the registration is in progress; run explain again in a minute',
  ],
  [
    'PropagationPending',
    podFacts({ instance: { claim: aClaim({ touchedAtMs: nowMs - 29_000 }), actual: null } }),
    'Cloud Map accepted the registration less than 30 seconds ago and does not show it yet',
    'Wait half a minute, then run explain again',
  ],
  [
    'ExternalDeregistration',
    podFacts({ instance: { actual: null } }),
    'Cloud Map accepted the registration, but the instance is gone: another program deregistered it',
    `Register it again: ${resync}`,
  ],
  [
    'ServiceDeleted',
    podFacts({ instance: { actual: undefined, serviceIsGone: true } }),
    'Cloud Map service srv-1, in which the pod was registered, is deleted',
    `Create it again: ${resync}`,
  ],
  [
    'AttributesDrifted',
    podFacts({ instance: { actual: { app: 'other' } } }),
    'attribute app is other in Cloud Map; expected front',
    `Queries for that attribute do not find it. Correct it: ${resync}`,
  ],
  [
    'InstanceUnhealthy',
    podFacts({ instance: { discovered: { health: 'UNHEALTHY' } } }),
    'the pod is ready, but its status in Cloud Map is UNHEALTHY: another program set it, or it changed within the last 30 seconds',
    `Run explain again in a minute. If this does not change: ${resync}`,
  ],
  [
    'DiscoveryPending',
    podFacts({ instance: { discovered: null } }),
    'Cloud Map has the instance, but DiscoverInstances does not return it yet',
    'Wait some seconds until DiscoverInstances returns the registration, then run explain again',
  ],
  [
    'MissingPermission',
    podFacts({ instance: { actual: undefined }, readFailures: [{ what: 'instance 10.0.0.1', ...denied }] }),
    'instance 10.0.0.1 could not be read: GetInstance 10.0.0.1 of srv-1: AccessDeniedException: no identity-based policy allows it',
    `Allow ${permission}, then run explain again`,
  ],
  [
    'Registered',
    podFacts(),
    'pod shop/front-1 is registered in Cloud Map',
    'Nothing. If DiscoverInstances does not return it, check the query (--max-results, 100 by default; --health-status; --query-parameters): aws --region us-west-2 servicediscovery discover-instances --namespace-name shop.local --service-name front --query-parameters k8s.io/pod=front-1',
  ],
];
