import { podKeyText } from '../../model/identity.ts';
import { unfinishedAfterMs } from '../../sweep/plan/finding.ts';
import type { Cause, InstanceFacts, PodExplanation, PodFacts } from './explained.ts';
import { missingPermission, permissionText } from './missing-permission.ts';
import { resyncCommand } from './resync-command.ts';

type Explained = Omit<PodExplanation, 'cause'>;
type Look = (facts: PodFacts, instance: InstanceFacts, explained: Explained) => Cause | null;

/** In the order in which registering goes: the right to, the service, the id, the call, its outcome, what is there. */
const looks: readonly Look[] = [
  tenancy,
  publicNamespace,
  serviceRefused,
  missingNamespace,
  heldByAnother,
  foreign,
  putOff,
  failedOperation,
  pendingOperation,
  notBegun,
  unfinished,
  goesAway,
  removed,
  differs,
  wrongHealth,
  notDiscovered,
];

/** How long Cloud Map may not show what was just registered. */
const propagationMs = 30_000;

/** What keeps one instance of a ready pod from being discovered; null where nothing does. */
export function instanceCause(facts: PodFacts, explained: Explained, instance: InstanceFacts): Cause | null {
  if (instance.desired === undefined) return null;
  for (const look of looks) {
    const cause = look(facts, instance, explained);
    if (cause !== null) return cause;
  }
  return null;
}

function tenancy(
  { key }: PodFacts,
  { tenancyRefusal, tenancyAdvice, namespaceName, serviceName }: InstanceFacts,
): Cause | null {
  if (tenancyRefusal === null) return null;
  const rule = `{kubernetesNamespaces: [${key.namespace}], cloudMapNamespaces: [${namespaceName}], services: [${serviceName}]}`;
  const what =
    tenancyAdvice === undefined
      ? `Add ${rule} to tenancy of cluster ${key.cluster} in clusters.yml`
      : `Give cluster ${key.cluster} in clusters.yml these rules, which also keep what works today: ${tenancyAdvice}`;
  return {
    kind: 'tenancy',
    reason: tenancyRefusal,
    advice: `${what} (with rules, only what they allow is allowed), deploy, then ${resyncCommand(key)}`,
  };
}

function publicNamespace(_facts: PodFacts, { namespace, namespaceName }: InstanceFacts): Cause | null {
  if (namespace !== 'public-dns') return null;
  return {
    kind: 'public namespace',
    reason: `Cloud Map namespace ${namespaceName} is a public DNS namespace, and pod addresses are not published to the Internet`,
    advice: 'Name a private DNS or HTTP namespace instead, in the VirtualNode or the annotations',
  };
}

function serviceRefused({ key }: PodFacts, { serviceRefusal, desired }: InstanceFacts): Cause | null {
  if (serviceRefusal === undefined) return null;
  return {
    kind: 'service refused',
    reason: serviceRefusal,
    advice: `Do what the reason says (it is asked for by ${desired?.source}); if the pod is not registered then, ${resyncCommand(key)}`,
  };
}

function missingNamespace({ key }: PodFacts, instance: InstanceFacts): Cause | null {
  const { namespace, namespaceName, mayCreateNamespace } = instance;
  if (namespace !== 'missing' || mayCreateNamespace) return null;
  return {
    kind: 'namespace not configured',
    reason: `Cloud Map namespace ${namespaceName} does not exist, and clusters.yml does not name its kind for cluster ${key.cluster}`,
    advice:
      `Create it, or add {name: ${namespaceName}, create: {kind: http}} (or private-dns with a vpc) to cloudMap.namespaces ` +
      `of cluster ${key.cluster} in clusters.yml and deploy; then ${resyncCommand(key)}`,
  };
}

function heldByAnother({ record }: PodFacts, { claim, holder, instanceId }: InstanceFacts): Cause | null {
  if (!claim || holder === undefined) return null;
  const reason = `instance id ${instanceId} is held by ${podKeyText(claim.owner)} (${holder}, claim ${claim.phase})`;
  if (holder === 'alive')
    return {
      kind: 'held by another pod',
      reason,
      advice: record?.pod.hostNetwork
        ? 'Set cloudMap.instanceId: pod-uid in clusters.yml: pods with hostNetwork share their IP, and only one of them can have it as its id'
        : `See whether both pods really have this IP: kubectl get pods -A -o wide --field-selector status.podIP=${instanceId}; if not, ${resyncCommand(claim.owner)}`,
    };
  return {
    kind: 'waiting for the id',
    reason,
    advice: `Wait a minute: this pod is woken when the id is let go; if it is not, ${resyncCommand(claim.owner)}`,
  };
}

function foreign({ key }: PodFacts, { ownership, instanceId, serviceId }: InstanceFacts): Cause | null {
  if (ownership?.kind !== 'foreign') return null;
  return {
    kind: 'foreign instance',
    reason: `instance ${instanceId} in Cloud Map is not ours and is left alone: ${ownership.reason}`,
    advice:
      `If nobody needs it: aws servicediscovery deregister-instance --service-id ${serviceId} --instance-id ${instanceId}; ` +
      `then ${resyncCommand(key)}`,
  };
}

/** The last attempt said why it did not go through. */
function putOff({ key, record }: PodFacts, { desired }: InstanceFacts): Cause | null {
  const problem = record?.problems.find(({ source }) => source === desired?.source);
  if (problem === undefined) return null;
  const missing = missingPermission(problem.reason);
  const reason = `the last attempt (${problem.source}): ${problem.reason}`;
  if (missing !== null)
    return {
      kind: 'missing permission',
      reason,
      advice: `Allow ${permissionText(missing)}; the pod is tried again by itself within minutes`,
    };
  if (/Throttl|RequestLimitExceeded|Rate exceeded/i.test(problem.reason))
    return {
      kind: 'throttled',
      reason,
      advice:
        'Wait: it is tried again by itself; if it goes on, see who else calls Cloud Map in this account',
    };
  return {
    kind: 'refused or failed',
    reason,
    advice: `Correct what the last attempt says, then ${resyncCommand(key)}`,
  };
}

function failedOperation({ key }: PodFacts, { operation }: InstanceFacts): Cause | null {
  if (operation?.status !== 'failed') return null;
  return {
    kind: 'operation failed',
    reason: `Cloud Map accepted operation ${operation.id} and failed it afterwards: ${operation.error ?? 'no reason given'}`,
    advice: `Correct what Cloud Map says, then ${resyncCommand(key)}`,
  };
}

function pendingOperation(_facts: PodFacts, { operation }: InstanceFacts): Cause | null {
  if (operation?.status !== 'pending') return null;
  return {
    kind: 'operation pending',
    reason: `Cloud Map still works on operation ${operation.id}`,
    advice: 'Wait: Cloud Map needs some seconds, in a DNS namespace up to a minute; then ask again',
  };
}

function notBegun(
  facts: PodFacts,
  { claim, actual, ownership }: InstanceFacts,
  explained: Explained,
): Cause | null {
  if (claim !== null || actual === undefined) return null;
  const last = explained.deadLetters.findLast(({ kind }) => kind === 'Pod');
  if (last !== undefined)
    return {
      kind: 'put aside',
      reason: `a message about ${podKeyText(facts.key)} was put aside at ${last.at}: ${last.reason}`,
      advice: `Correct what the reason names, then ${resyncCommand(facts.key)}`,
    };
  return {
    kind: actual === null ? 'not begun' : 'not claimed',
    reason:
      actual === null
        ? 'the pod is ready, and nobody has begun to register it'
        : `Cloud Map has the instance, ${ownership?.kind === 'adoptable' ? 'left by the App Mesh controller for this pod,' : ''} but no claim says so`,
    advice: `Wait a few seconds; if it stays so, ${resyncCommand(facts.key)}`,
  };
}

function unfinished({ key, nowMs }: PodFacts, { claim }: InstanceFacts): Cause | null {
  if (!claim || claim.phase === 'applied') return null;
  const isOld = nowMs - claim.touchedAtMs > unfinishedAfterMs;
  return {
    kind: 'ClaimUnfinished',
    reason: `the claim is ${claim.phase} since ${new Date(claim.touchedAtMs).toISOString()}`,
    advice: isOld
      ? `Its work was left unfinished; have it finished: ${resyncCommand(key)}`
      : 'Wait: it is being worked on; ask again in a minute',
  };
}

/** What is listed is not what will be there. */
function goesAway({ key }: PodFacts, { underWay, claim }: InstanceFacts): Cause | null {
  if (underWay === undefined || underWay.id === claim?.operationId) return null;
  const what = underWay.type === 'deregister' ? 'deregisters the instance' : 'registers the instance anew';
  return {
    kind: 'changed by somebody else',
    reason: `operation ${underWay.id}, which is not ours, ${what}; Cloud Map still lists what was there before`,
    advice: `Find who began it (CloudTrail), then have the pod registered again: ${resyncCommand(key)}`,
  };
}

function removed(
  { key, nowMs }: PodFacts,
  { claim, actual, serviceIsGone, serviceId }: InstanceFacts,
): Cause | null {
  if (!claim || (actual !== null && !serviceIsGone)) return null;
  if (serviceIsGone)
    return {
      kind: 'service deleted',
      reason: `Cloud Map service ${serviceId}, in which the pod was registered, does not exist any more`,
      advice: `Have it created anew: ${resyncCommand(key)}`,
    };
  if (Math.abs(nowMs - claim.touchedAtMs) < propagationMs)
    return {
      kind: 'propagating',
      reason: 'Cloud Map accepted the registration less than 30 seconds ago and does not show it yet',
      advice: 'Wait half a minute, then ask again',
    };
  return {
    kind: 'removed by somebody else',
    reason: 'Cloud Map accepted the registration, and does not have the instance any more',
    advice: `Have it registered again: ${resyncCommand(key)}`,
  };
}

function differs({ key }: PodFacts, { desired, actual }: InstanceFacts): Cause | null {
  if (!actual || desired === undefined) return null;
  const wrong = Object.entries(desired.attributes).find(([name, value]) => actual[name] !== value);
  if (wrong === undefined) return null;
  const [name, value] = wrong;
  return {
    kind: 'AttributesDrifted',
    reason: `attribute ${name} is ${actual[name] ?? 'absent'} in Cloud Map, it should be ${value}`,
    advice: `A query for that attribute does not find it; have it corrected: ${resyncCommand(key)}`,
  };
}

function wrongHealth({ key }: PodFacts, { discovered }: InstanceFacts): Cause | null {
  if (discovered?.health !== 'UNHEALTHY') return null;
  return {
    kind: 'unhealthy in Cloud Map',
    reason:
      'the pod is ready, and Cloud Map says UNHEALTHY: somebody else set that, or it changed within the last 30 seconds',
    advice: `Ask again in a minute; if it stays so, ${resyncCommand(key)}`,
  };
}

function notDiscovered(_facts: PodFacts, { discovered, actual }: InstanceFacts): Cause | null {
  if (discovered !== null || !actual) return null;
  return {
    kind: 'not discovered yet',
    reason: 'Cloud Map has the instance, and DiscoverInstances does not answer it',
    advice: 'Wait some seconds: DiscoverInstances follows a registration a little later; then ask again',
  };
}
