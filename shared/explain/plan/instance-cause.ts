import { awsCommand, kubectlCommand } from '../../model/commands/commands.ts';
import type { Place } from '../../model/commands/place.ts';
import { podKeyText } from '../../model/identity.ts';
import { unfinishedAfterMs } from '../../sweep/plan/findings/finding.ts';
import type { Cause, InstanceFacts, PodExplanation, PodFacts } from './explained.ts';
import { resyncCommand } from './resync-command.ts';
import { permissionText } from './text.ts';

type Explained = Omit<PodExplanation, 'cause'>;
type Check = (facts: PodFacts, instance: InstanceFacts, explained: Explained) => Cause | null;

/** In the order of a registration: permission, service, instance id, call, outcome, actual instance. */
const causeChecks: readonly Check[] = [
  tenancy,
  publicNamespace,
  serviceRefused,
  missingNamespace,
  idConflict,
  foreign,
  lastAttemptFailed,
  failedOperation,
  pendingOperation,
  notStarted,
  interrupted,
  changedByOthers,
  removed,
  differs,
  wrongHealth,
  notDiscovered,
];

/** How long Cloud Map may take to show a new registration. */
const propagationMs = 30_000;

/** What keeps one instance of a ready pod from being discovered; null where nothing does. */
export function instanceCause(facts: PodFacts, explained: Explained, instance: InstanceFacts): Cause | null {
  if (instance.desired === undefined) return null;
  for (const check of causeChecks) {
    const cause = check(facts, instance, explained);
    if (cause !== null) return cause;
  }
  return null;
}

function tenancy(
  { key, place }: PodFacts,
  { tenancyRefusal, tenancyAdvice, namespaceName, serviceName }: InstanceFacts,
): Cause | null {
  if (tenancyRefusal === null) return null;
  const rule = `{kubernetesNamespaces: [${key.namespace}], cloudMapNamespaces: [${namespaceName}], services: [${serviceName}]}`;
  const what =
    tenancyAdvice === undefined
      ? `Add ${rule} to tenancy of cluster ${key.cluster} in clusters.yml`
      : `Give cluster ${key.cluster} in clusters.yml these rules, which also allow what is registered today: ${tenancyAdvice}`;
  return {
    kind: 'TenancyRefused',
    reason: tenancyRefusal,
    advice: `${what} (with rules, only what they allow is registered), deploy, then ${resyncCommand(place, key)}`,
  };
}

function publicNamespace(_facts: PodFacts, { namespace, namespaceName }: InstanceFacts): Cause | null {
  if (namespace !== 'public-dns') return null;
  return {
    kind: 'PublicNamespace',
    reason: `Cloud Map namespace ${namespaceName} is a public DNS namespace, and pod addresses are not published to the Internet`,
    advice: 'Name a private DNS or HTTP namespace instead, in the VirtualNode or the annotations',
  };
}

function serviceRefused({ key, place }: PodFacts, { serviceRefusal, desired }: InstanceFacts): Cause | null {
  if (serviceRefusal === undefined) return null;
  return {
    kind: 'ServiceRefused',
    reason: serviceRefusal,
    advice: `Resolve this; ${desired?.source} asks for the service. If the pod is not registered after that: ${resyncCommand(place, key)}`,
  };
}

function missingNamespace({ key, place }: PodFacts, instance: InstanceFacts): Cause | null {
  const { namespace, namespaceName, mayCreateNamespace } = instance;
  if (namespace !== 'missing' || mayCreateNamespace) return null;
  return {
    kind: 'NamespaceNotConfigured',
    reason: `Cloud Map namespace ${namespaceName} not found, and clusters.yml does not name its kind for cluster ${key.cluster}`,
    advice:
      `Create it, or add {name: ${namespaceName}, create: {kind: http}} (or private-dns with a vpc) to cloudMap.namespaces ` +
      `of cluster ${key.cluster} in clusters.yml and deploy; then ${resyncCommand(place, key)}`,
  };
}

function idConflict({ record, place }: PodFacts, { claim, holder, instanceId }: InstanceFacts): Cause | null {
  if (!claim || holder === undefined) return null;
  const reason = `instance id ${instanceId} is held by ${podKeyText(claim.owner)} (${holder}, claim ${claim.phase})`;
  if (holder === 'alive')
    return {
      kind: 'InstanceIdConflict',
      reason,
      advice: record?.pod.hostNetwork
        ? 'Set cloudMap.instanceId: pod-uid in clusters.yml: pods with hostNetwork share the IP of their node, and only one of them can use it as its instance id'
        : `Check whether both pods have this IP: ${kubectlCommand(place, ['get', 'pods', '-A', '-o', 'wide', '--field-selector', `status.podIP=${instanceId}`])}; if not, ${resyncCommand(place, claim.owner)}`,
    };
  return {
    kind: 'InstanceIdNotReleased',
    reason,
    advice: `Wait a minute: the pod is retried when the claim is released. If it is not: ${resyncCommand(place, claim.owner)}`,
  };
}

function foreign(
  { key, place, config }: PodFacts,
  { ownership, instanceId, serviceId }: InstanceFacts,
): Cause | null {
  if (ownership?.kind !== 'foreign') return null;
  return {
    kind: 'InstanceForeign',
    reason: `instance ${instanceId} in Cloud Map is not managed by eks-mesh-sync and is not changed: ${ownership.reason}`,
    advice:
      `If it is not needed: ${deregisterCommand(place, { serviceId, instanceId, region: config.cloudMap.region })}; ` +
      `then ${resyncCommand(place, key)}`,
  };
}

function deregisterCommand(
  place: Place,
  {
    serviceId = '',
    instanceId,
    region,
  }: Pick<InstanceFacts, 'serviceId' | 'instanceId'> & {
    readonly region: string | undefined;
  },
): string {
  const ids = ['--service-id', serviceId, '--instance-id', instanceId];
  return awsCommand(place, ['servicediscovery', 'deregister-instance', ...ids], { region });
}

/** The last attempt recorded why it failed. */
function lastAttemptFailed({ key, record, place }: PodFacts, { desired }: InstanceFacts): Cause | null {
  const problem = record?.problems.find(({ source }) => source === desired?.source);
  if (problem === undefined) return null;
  const { permission, code, message } = problem;
  const reason = `the last attempt (${problem.source}): ${message}`;
  if (permission !== undefined)
    return {
      kind: 'MissingPermission',
      reason,
      advice: `Allow ${permissionText(permission)}; the pod is retried automatically within minutes`,
    };
  if (code === 'Throttled')
    return {
      kind: 'Throttled',
      reason,
      advice:
        'Wait: it is retried automatically. If this continues, find out who else calls Cloud Map in this account',
    };
  return {
    kind: 'RegistrationFailed',
    reason,
    advice:
      code === 'Waiting'
        ? `Wait: it is retried automatically. If this does not change: ${resyncCommand(place, key)}`
        : `Correct the cause, then ${resyncCommand(place, key)}`,
  };
}

function failedOperation({ key, place }: PodFacts, { operation }: InstanceFacts): Cause | null {
  if (operation?.status !== 'failed') return null;
  return {
    kind: 'OperationFailed',
    reason: `Cloud Map accepted operation ${operation.id}, which failed later: ${operation.error ?? 'no reason given'}`,
    advice: `Correct the cause that Cloud Map names, then ${resyncCommand(place, key)}`,
  };
}

function pendingOperation(_facts: PodFacts, { operation }: InstanceFacts): Cause | null {
  if (operation?.status !== 'pending') return null;
  return {
    kind: 'OperationPending',
    reason: `Cloud Map operation ${operation.id} is in progress`,
    advice: 'Wait: Cloud Map takes some seconds, in a DNS namespace up to a minute; then run explain again',
  };
}

function notStarted(
  facts: PodFacts,
  { claim, actual, ownership }: InstanceFacts,
  explained: Explained,
): Cause | null {
  if (claim !== null || actual === undefined) return null;
  const last = explained.deadLetters.findLast(({ kind }) => kind === 'Pod');
  if (last !== undefined)
    return {
      kind: 'DeadLettered',
      reason: `a message about ${podKeyText(facts.key)} went to the dead-letter queue at ${last.at}: ${last.reason}`,
      advice: `Correct the cause, then ${resyncCommand(facts.place, facts.key)}`,
    };
  return {
    kind: actual === null ? 'RegistrationNotStarted' : 'ClaimMissing',
    reason:
      actual === null
        ? 'the pod is ready, and its registration has not started'
        : `Cloud Map has the instance${ownership?.kind === 'adoptable' ? ', left by the App Mesh controller for this pod,' : ''} but it has no claim`,
    advice: `Wait half a minute. If this does not change: ${resyncCommand(facts.place, facts.key)}`,
  };
}

function interrupted({ key, nowMs, place }: PodFacts, { claim }: InstanceFacts): Cause | null {
  if (!claim || claim.phase === 'applied') return null;
  const isOld = nowMs - claim.touchedAtMs > unfinishedAfterMs;
  return {
    kind: 'ClaimUnfinished',
    reason: `the claim has been ${claim.phase} since ${new Date(claim.touchedAtMs).toISOString()}`,
    advice: isOld
      ? `Registration was interrupted. To resume it: ${resyncCommand(place, key)}`
      : 'Wait: the registration is in progress; run explain again in a minute',
  };
}

/** The listed instance is about to change. */
export function changedByOthers(
  { key, place }: Pick<PodFacts, 'key' | 'place'>,
  { underWay }: Pick<InstanceFacts, 'underWay'>,
): Cause | null {
  if (underWay === undefined) return null;
  const { instanceId } = underWay;
  const what =
    underWay.type === 'deregister'
      ? `deregisters instance ${instanceId}`
      : `registers instance ${instanceId} again`;
  return {
    kind: 'ExternalChange',
    reason: `operation ${underWay.id}, which eks-mesh-sync did not start, ${what}; Cloud Map still lists the previous state`,
    advice: `Find out in CloudTrail who started it, then register the pod again: ${resyncCommand(place, key)}`,
  };
}

function removed(
  { key, nowMs, place }: PodFacts,
  { claim, actual, serviceIsGone, serviceId }: InstanceFacts,
): Cause | null {
  if (!claim || (actual !== null && !serviceIsGone)) return null;
  if (serviceIsGone)
    return {
      kind: 'ServiceDeleted',
      reason: `Cloud Map service ${serviceId}, in which the pod was registered, is deleted`,
      advice: `Create it again: ${resyncCommand(place, key)}`,
    };
  if (Math.abs(nowMs - claim.touchedAtMs) < propagationMs)
    return {
      kind: 'PropagationPending',
      reason: 'Cloud Map accepted the registration less than 30 seconds ago and does not show it yet',
      advice: 'Wait half a minute, then run explain again',
    };
  return {
    kind: 'ExternalDeregistration',
    reason: 'Cloud Map accepted the registration, but the instance is gone: another program deregistered it',
    advice: `Register it again: ${resyncCommand(place, key)}`,
  };
}

function differs({ key, place }: PodFacts, { desired, actual }: InstanceFacts): Cause | null {
  if (!actual || desired === undefined) return null;
  const wrong = Object.entries(desired.attributes).find(([name, value]) => actual[name] !== value);
  if (wrong === undefined) return null;
  const [name, value] = wrong;
  return {
    kind: 'AttributesDrifted',
    reason: `attribute ${name} is ${actual[name] ?? 'absent'} in Cloud Map; expected ${value}`,
    advice: `Queries for that attribute do not find it. Correct it: ${resyncCommand(place, key)}`,
  };
}

function wrongHealth({ key, place }: PodFacts, { discovered }: InstanceFacts): Cause | null {
  if (discovered?.health !== 'UNHEALTHY') return null;
  return {
    kind: 'InstanceUnhealthy',
    reason:
      'the pod is ready, but its status in Cloud Map is UNHEALTHY: another program set it, or it changed within the last 30 seconds',
    advice: `Run explain again in a minute. If this does not change: ${resyncCommand(place, key)}`,
  };
}

function notDiscovered(_facts: PodFacts, { discovered, actual }: InstanceFacts): Cause | null {
  if (discovered !== null || !actual) return null;
  return {
    kind: 'DiscoveryPending',
    reason: 'Cloud Map has the instance, but DiscoverInstances does not return it yet',
    advice: 'Wait some seconds until DiscoverInstances returns the registration, then run explain again',
  };
}
