import { awsCommand, kubectlCommand, relayCommand } from '../../model/commands/commands.ts';
import { objectKey, podKeyText } from '../../model/identity.ts';
import { sightingOfPod } from '../../model/pod.ts';
import type { DeadLetter } from '../../model/records/dead-letter.ts';
import { isSameSighting } from '../../model/version.ts';
import type { PredicateName } from '../../pods/plan/eligibility.ts';
import { drainedCause } from './common/drained-cause.ts';
import { invalidNode } from './common/invalid-node.ts';
import type { Cause, PodExplanation, PodFacts } from './explained.ts';
import { gateNotSet } from './gate-explanation.ts';
import { instanceCause } from './instance-cause.ts';
import { resyncCommand } from './resync-command.ts';
import { permissionText } from './text.ts';

type Explained = Omit<PodExplanation, 'cause'>;
type Check = (facts: PodFacts, explained: Explained) => Cause | null;

/** In the order of a diagnosis: whether the pod is known, the pod, what selects it, each instance, all else. */
const causeChecks: readonly Check[] = [
  unknown,
  deadLetterOfUnobservedPod,
  clusterNotObserved,
  namespaceNotObserved,
  podNotObserved,
  recordContradicted,
  drained,
  notEligible,
  nothingWanted,
  (facts, explained) => firstOf(facts.instances, (instance) => instanceCause(facts, explained, instance)),
  gateNotSet,
  faulty,
  failedPredicate,
  unreadable,
  registered,
];

/** The first thing that keeps the pod out of Cloud Map, and what to do; or that it is registered. */
export function causeOf(facts: PodFacts, explained: Explained): Cause {
  return (
    firstOf(causeChecks, (check) => check(facts, explained)) ?? {
      kind: 'Unexplained',
      reason: 'no cause was found in the data that was read',
      advice: `Reevaluate the pod: ${resyncCommand(facts.place, facts.key)}`,
    }
  );
}

function firstOf<T, R>(items: readonly T[], check: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = check(item);
    if (found !== null) return found;
  }
  return null;
}

function unknown({ seen }: PodFacts, explained: Explained): Cause | null {
  if (seen !== 'unknown') return null;
  return unreadable(undefined, explained);
}

function deadLetterOfUnobservedPod({ seen, deadLetters }: PodFacts): Cause | null {
  const last = deadLetters.findLast(({ kind }) => kind === 'Pod');
  return seen !== 'never' || last === undefined ? null : deadLetterCause(last);
}

function deadLetterCause({ kind, namespace, name, at, reason }: DeadLetter): Cause {
  return {
    kind: 'DeadLettered',
    reason: `the message about ${kind} ${namespace}/${name} could not be processed and went to the dead-letter queue at ${at}: ${reason}`,
    advice: `Correct the cause in ${kind} ${name}; its next change, or a resync, sends it again`,
  };
}

function clusterNotObserved({ seen, received, key, place }: PodFacts): Cause | null {
  if (seen !== 'never' || received?.cluster !== false) return null;
  return {
    kind: 'ClusterNotObserved',
    reason: `No events have been received from cluster "${key.cluster}"`,
    advice: `Check that the relay runs there (${relayCommand(place)}), with the options --cluster ${key.cluster} and --event-bus of this deployment, and its log`,
  };
}

function namespaceNotObserved({ seen, received, key, place }: PodFacts): Cause | null {
  if (seen !== 'never' || received?.namespace !== false) return null;
  return {
    kind: 'NamespaceNotObserved',
    reason: `No events have been received from namespace "${key.namespace}" of cluster "${key.cluster}"`,
    advice: `Check the name (${kubectlCommand(place, ['get', 'namespace', key.namespace])}) and that the relay's options include that namespace`,
  };
}

function podNotObserved({ seen, key, place }: PodFacts): Cause | null {
  if (seen !== 'never') return null;
  return {
    kind: 'PodNotObserved',
    reason: `No events have been received about ${podKeyText(key)}, or it was deleted more than six days ago`,
    advice:
      `Check the name (${podCommand({ key, place }, 'get')}) and that the relay is ready ` +
      `(${relayCommand(place)}); then read the pod from the API server: ${resyncCommand(place, key)}`,
  };
}

/** The last sweep found that the API server contradicts the stored pod, of which nothing was stored since. */
function recordContradicted({ record, key, place }: PodFacts, { lastSweep }: Explained): Cause | null {
  if (record === undefined) return null;
  const sighting = sightingOfPod(record);
  if (lastSweep && (record.seenAtMs ?? 0) > Date.parse(lastSweep.startedAt)) return null;
  const finding = lastSweep?.findings.find(({ stored }) => stored && isSameSighting(stored, sighting));
  if (finding === undefined) return null;
  return {
    kind: 'RecordContradicted',
    reason: `the stored pod is wrong; the sweep of ${lastSweep?.startedAt} found: ${finding.detail}`,
    advice: `Wait a minute for the repair that this sweep sent. If it does not help, read the pod from the API server again: ${resyncCommand(place, key)}`,
  };
}

function drained({ registrationContext, record, key, place }: PodFacts): Cause | null {
  const drain = registrationContext?.drain;
  if (drain === undefined || record === undefined || record.deleted) return null;
  return drainedCause(key.cluster, drain, place);
}

const byPredicate: Readonly<Record<PredicateName, (facts: PodFacts) => { kind: string; advice: string }>> = {
  exists: ({ key, place }) => ({
    kind: 'PodDeleted',
    advice:
      `Nothing: a deleted pod is deregistered; explain its successor. If the cluster still has this pod ` +
      `(${podCommand({ key, place }, 'get')}), read it from the API server: ${resyncCommand(place, key)}`,
  }),
  'is not terminating': () => ({
    kind: 'PodTerminating',
    advice: 'Nothing: a pod is deregistered as soon as it terminates; explain its successor',
  }),
  'is Running': (facts) => ({
    kind: 'PodNotRunning',
    advice: `Find out why it does not run: ${podCommand(facts, 'describe')}; it is registered as soon as it is ready`,
  }),
  'has an IP of the family wanted': (facts) =>
    facts.record?.pod.ips.length === 0
      ? {
          kind: 'PodIPMissing',
          advice: `Find out why it has no address: ${podCommand(facts, 'describe')}; it is registered as soon as it has one`,
        }
      : {
          kind: 'IPFamilyMismatch',
          advice:
            "Set cloudMap.ipFamily in clusters.yml, or the Mesh's meshServiceDiscovery.ipPreference, to a family that the pod has",
        },
  'has all containers ready': (facts) => ({
    kind: 'ContainersNotReady',
    advice: `Check which container is not ready, and its readiness probe: ${podCommand(facts, 'describe')}`,
  }),
  'has all other readiness gates true': (facts) => ({
    kind: 'ReadinessGateFalse',
    advice: `Check which controller sets that condition: ${podCommand(facts, 'get', '-o', 'yaml')} (status.conditions)`,
  }),
  'has a node that answers': ({ record, key, place }) => ({
    kind: 'NodeLost',
    advice: `Check its node: ${kubectlCommand(place, ['describe', 'node', record?.pod.node?.name ?? ''])}; the pod is registered again as soon as the node answers; if it does not, Kubernetes replaces the pod (${podCommand({ key, place }, 'get')})`,
  }),
};

function notEligible(facts: PodFacts, explained: Explained): Cause | null {
  return explained.eligible === 'ready' ? null : failedPredicate(facts, explained);
}

/** Of a pod that is ready: it lacks an address of a family that another of its virtual nodes wants. */
function failedPredicate(facts: PodFacts, { checks }: Explained): Cause | null {
  const failed = checks.find(({ reason }) => reason !== null);
  if (failed?.reason == null) return null;
  const { kind, advice } = byPredicate[failed.name](facts);
  return { kind, reason: failed.reason, advice };
}

function podCommand(
  { key, place }: Pick<PodFacts, 'key' | 'place'>,
  verb: 'get' | 'describe',
  ...more: readonly string[]
): string {
  return kubectlCommand(place, [verb, 'pod', key.name, '-n', key.namespace, ...more]);
}

const annotationAdvice =
  'annotate the pod template with eks-mesh-sync/cloud-map-namespace and eks-mesh-sync/cloud-map-service';

/** Neither a virtual node nor annotations ask for a registration of the pod. */
export function nothingWanted(facts: PodFacts, explained: Explained): Cause | null {
  const { virtualNodes, annotations } = explained;
  if (facts.registrationContext === undefined) return null;
  if (annotations.registers || virtualNodes.some(({ reason }) => reason === null)) return null;
  const [fault] = explained.faults;
  if (fault !== undefined)
    return {
      kind: 'InvalidAnnotation',
      reason: `${fault.source}: ${fault.message}`,
      advice: `Correct the annotations of the pod template: ${fault.message}`,
    };
  const byDns = virtualNodes.find(({ selects }) => selects);
  if (byDns !== undefined)
    return {
      kind: 'NoCloudMapDiscovery',
      reason: `VirtualNode ${byDns.virtualNode}: ${byDns.reason}`,
      advice: `Give VirtualNode ${byDns.virtualNode} a serviceDiscovery.awsCloudMap with namespaceName and serviceName`,
    };
  const unusable = facts.deadLetters.findLast(
    ({ kind, name }) =>
      kind === 'VirtualNode' && !virtualNodes.some(({ virtualNode }) => virtualNode === name),
  );
  if (unusable !== undefined) return deadLetterCause(unusable);
  const invalid = facts.invalidNodes.find(
    ({ name }) => !virtualNodes.some(({ virtualNode }) => virtualNode === name),
  );
  if (invalid !== undefined) return invalidNode(facts, invalid);
  const cause = virtualNodes.length === 0 ? noVirtualNode(facts) : noneSelects(explained);
  return { ...cause, advice: taskAdvice(facts, cause.advice) };
}

/** The pods of a Job do their work and end: hardly anybody calls them. */
function taskAdvice({ record }: PodFacts, advice: string): string {
  const { labels = {} } = record?.pod ?? {};
  const job = labels['batch.kubernetes.io/job-name'] ?? labels['job-name'];
  if (job === undefined) return advice;
  return `Nothing, unless others call the pods of Job ${job}. In that case: ${advice.charAt(0).toLowerCase()}${advice.slice(1)}`;
}

function noVirtualNode({ key }: PodFacts): Cause {
  return {
    kind: 'NoVirtualNode',
    reason: `namespace ${key.namespace} has no VirtualNode, and the pod has no eks-mesh-sync annotation`,
    advice: `Create a VirtualNode in namespace ${key.namespace} whose podSelector selects the pod, or ${annotationAdvice}`,
  };
}

/** The intended node is most likely the one whose name is a prefix of the pod's. */
function noneSelects({ pod, virtualNodes }: Explained): Cause {
  const [closest] = [...virtualNodes].sort(
    (a, b) => Number(isNamedAfter(pod.name, b)) - Number(isNamedAfter(pod.name, a)),
  );
  const which = `VirtualNode ${closest?.virtualNode}: ${closest?.reason}`;
  return {
    kind: 'SelectorMismatch',
    reason: `no VirtualNode of namespace ${pod.namespace} selects the pod (${which})`,
    advice: `Make the pod's labels match a podSelector (${which}), or ${annotationAdvice}`,
  };
}

function isNamedAfter(pod: string, { virtualNode }: { readonly virtualNode: string }): boolean {
  return pod.startsWith(virtualNode);
}

/** Part of what is requested cannot be done. */
function faulty(_facts: PodFacts, { faults }: Explained): Cause | null {
  const [fault] = faults;
  if (fault === undefined) return null;
  return {
    kind: 'InvalidConfiguration',
    reason: `${fault.source}: ${fault.message}`,
    advice: `Correct ${fault.source}: ${fault.message}`,
  };
}

function unreadable(
  _facts: PodFacts | undefined,
  { readFailures, missingPermissions }: Explained,
): Cause | null {
  const [missing] = missingPermissions;
  const [first] = readFailures;
  if (missing !== undefined)
    return {
      kind: 'MissingPermission',
      reason: first ? `${first.what} could not be read: ${first.message}` : permissionText(missing),
      advice: `Allow ${permissionText(missing)}, then run explain again`,
    };
  if (first === undefined) return null;
  return {
    kind: 'ReadFailed',
    reason: `${first.what} could not be read: ${first.message}`,
    advice: 'Run explain again in a minute: the cause may be in what could not be read',
  };
}

function registered({ instances, key, place, config }: PodFacts): Cause | null {
  const [first] = instances.filter(({ desired }) => desired !== undefined);
  if (first === undefined) return null;
  const { namespaceName, serviceName } = first;
  return {
    kind: 'Registered',
    reason: `pod ${objectKey(key)} is registered in Cloud Map`,
    advice:
      `Nothing. If DiscoverInstances does not return it, check the query (--max-results, 100 by default; --health-status; --query-parameters): ` +
      awsCommand(
        place,
        [
          ...['servicediscovery', 'discover-instances', '--namespace-name', namespaceName],
          ...['--service-name', serviceName, '--query-parameters', `k8s.io/pod=${key.name}`],
        ],
        config.cloudMap,
      ),
  };
}
