import type { DeadLetter } from '../../model/dead-letter.ts';
import { objectKey, podKeyText } from '../../model/identity.ts';
import { isSameSighting } from '../../model/version.ts';
import type { Cause, PodExplanation, PodFacts } from './explained.ts';
import { gateNotSet } from './gate-explanation.ts';
import { instanceCause } from './instance-cause.ts';
import { permissionText } from './missing-permission.ts';
import { resyncCommand } from './resync-command.ts';

type Explained = Omit<PodExplanation, 'cause'>;
type Look = (facts: PodFacts, explained: Explained) => Cause | null;

/** In the order a person would look: the pod's being known, the pod, what selects it, each instance, all else. */
const looks: readonly Look[] = [
  unknown,
  deadLetterOfUnseenPod,
  clusterNeverSeen,
  namespaceNeverSeen,
  neverSeen,
  recordContradicted,
  notEligible,
  nothingWanted,
  (facts, explained) => firstOf(facts.instances, (instance) => instanceCause(facts, explained, instance)),
  gateNotSet,
  faulty,
  unreadable,
  registered,
];

/** The first thing that keeps the pod out of Cloud Map, and what to do about it; or that all is well. */
export function causeOf(facts: PodFacts, explained: Explained): Cause {
  return (
    firstOf(looks, (look) => look(facts, explained)) ?? {
      kind: 'unexplained',
      reason: 'nothing that was read says why',
      advice: `Ask for the pod to be looked at again: ${resyncCommand(facts.key)}`,
    }
  );
}

function firstOf<T, R>(items: readonly T[], look: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = look(item);
    if (found !== null) return found;
  }
  return null;
}

function unknown({ seen }: PodFacts, explained: Explained): Cause | null {
  if (seen !== 'unknown') return null;
  return unreadable(undefined, explained);
}

function deadLetterOfUnseenPod({ seen, deadLetters }: PodFacts): Cause | null {
  const last = deadLetters.findLast(({ kind }) => kind === 'Pod');
  return seen !== 'never' || last === undefined ? null : deadLetterCause(last);
}

function deadLetterCause({ kind, namespace, name, at, reason }: DeadLetter): Cause {
  return {
    kind: 'put aside',
    reason: `what was told of ${kind} ${namespace}/${name} could not be used and was put aside at ${at}: ${reason}`,
    advice: `Correct what the reason names in ${kind} ${name}; its next change, or a resync, tells of it anew`,
  };
}

function clusterNeverSeen({ seen, received, key }: PodFacts): Cause | null {
  if (seen !== 'never' || received?.cluster !== false) return null;
  return {
    kind: 'cluster never seen',
    reason: `nothing was ever told of cluster ${key.cluster}`,
    advice:
      `Check that the relay runs there, for this cluster and this event bus: kubectl -n eks-mesh-sync logs deploy/relay ` +
      `(its options --cluster ${key.cluster} and --event-bus)`,
  };
}

function namespaceNeverSeen({ seen, received, key }: PodFacts): Cause | null {
  if (seen !== 'never' || received?.namespace !== false) return null;
  return {
    kind: 'namespace never seen',
    reason: `nothing was ever told of namespace ${key.namespace} of cluster ${key.cluster}`,
    advice: `Check the name (kubectl get namespace ${key.namespace}) and that the relay's options let it watch that namespace`,
  };
}

function neverSeen({ seen, key }: PodFacts): Cause | null {
  if (seen !== 'never') return null;
  return {
    kind: 'never seen',
    reason: `nothing was ever told of ${podKeyText(key)}, or it is gone for more than six days`,
    advice:
      `Check the name (kubectl get pod ${key.name} -n ${key.namespace}) and that the relay is ready ` +
      `(kubectl -n eks-mesh-sync logs deploy/relay); then have it found: ${resyncCommand(key)}`,
  };
}

/** The last sweep saw the pod otherwise than it is stored, and what is stored is the same still. */
function recordContradicted({ record, key }: PodFacts, { lastSweep }: Explained): Cause | null {
  if (record === undefined) return null;
  const sighting = { ...record.pod, deleted: record.deleted };
  const finding = lastSweep?.findings.find(({ stored }) => stored && isSameSighting(stored, sighting));
  if (finding === undefined) return null;
  return {
    kind: 'record contradicted',
    reason: `the table is wrong about the pod, as the sweep of ${lastSweep?.startedAt} found: ${finding.detail}`,
    advice: `Wait a minute for the repair that this sweep sent; if it stays so, have the pod read from the API server again: ${resyncCommand(key)}`,
  };
}

const byPredicate: Readonly<Record<string, (facts: PodFacts) => { kind: string; advice: string }>> = {
  exists: ({ key }) => ({
    kind: 'deleted',
    advice:
      `Nothing: a deleted pod is taken out of Cloud Map; explain its successor. But if the cluster still has this one ` +
      `(kubectl get pod ${key.name} -n ${key.namespace}), have it read from the API server: ${resyncCommand(key)}`,
  }),
  'is not terminating': () => ({
    kind: 'terminating',
    advice: 'Nothing: a pod is taken out of Cloud Map as soon as it terminates; explain its successor',
  }),
  'is Running': ({ key }) => ({
    kind: 'not running',
    advice: `See why it does not run: kubectl describe pod ${key.name} -n ${key.namespace}; it is registered as soon as it is ready`,
  }),
  'has an IP of the family wanted': ({ record, key }) =>
    record?.pod.ips.length === 0
      ? {
          kind: 'no IP',
          advice: `See why it got no address: kubectl describe pod ${key.name} -n ${key.namespace}; it is registered as soon as it has one`,
        }
      : {
          kind: 'other IP family',
          advice:
            "Make cloudMap.ipFamily in clusters.yml, or the Mesh's meshServiceDiscovery.ipPreference, a family that the pod has",
        },
  'has all containers ready': ({ key }) => ({
    kind: 'containers not ready',
    advice: `See which container is not ready, and its readiness probe: kubectl describe pod ${key.name} -n ${key.namespace}`,
  }),
  'has all other readiness gates true': ({ key }) => ({
    kind: 'gate closed',
    advice: `See who is to set that condition: kubectl get pod ${key.name} -n ${key.namespace} -o yaml (status.conditions)`,
  }),
  'has a node that answers': ({ record, key }) => ({
    kind: 'node lost',
    advice: `See what became of its node: kubectl describe node ${record?.pod.node?.name ?? ''}; the pod is registered again as soon as the node answers, and Kubernetes replaces it when it does not (kubectl get pod ${key.name} -n ${key.namespace})`,
  }),
};

function notEligible(facts: PodFacts, { eligible, checks }: Explained): Cause | null {
  if (eligible === undefined || eligible === 'ready') return null;
  const failed = checks.find(({ reason }) => reason !== null);
  const known = byPredicate[failed?.name ?? '']?.(facts);
  if (failed?.reason == null || known === undefined) return null;
  return { kind: known.kind, reason: failed.reason, advice: known.advice };
}

const annotationAdvice =
  'annotate the pod template with eks-mesh-sync/cloud-map-namespace and eks-mesh-sync/cloud-map-service';

/** Neither a virtual node nor annotations want the pod anywhere. */
function nothingWanted(facts: PodFacts, explained: Explained): Cause | null {
  const { virtualNodes, annotations } = explained;
  if (facts.registrationContext === undefined) return null;
  if (annotations.registers || virtualNodes.some(({ reason }) => reason === null)) return null;
  const [fault] = explained.faults;
  if (fault !== undefined)
    return {
      kind: 'wrong annotation',
      reason: `${fault.source}: ${fault.reason}`,
      advice: `Correct the annotations of the pod template: ${fault.reason}`,
    };
  const byDns = virtualNodes.find(({ selects }) => selects);
  if (byDns !== undefined)
    return {
      kind: 'not by Cloud Map',
      reason: `VirtualNode ${byDns.virtualNode}: ${byDns.reason}`,
      advice: `Give VirtualNode ${byDns.virtualNode} a serviceDiscovery.awsCloudMap with namespaceName and serviceName`,
    };
  const unusable = facts.deadLetters.findLast(
    ({ kind, name }) =>
      kind === 'VirtualNode' && !virtualNodes.some(({ virtualNode }) => virtualNode === name),
  );
  if (unusable !== undefined) return deadLetterCause(unusable);
  return virtualNodes.length === 0 ? noVirtualNode(facts) : noneSelects(explained);
}

function noVirtualNode({ key }: PodFacts): Cause {
  return {
    kind: 'no virtual node',
    reason: `namespace ${key.namespace} has no VirtualNode, and the pod has no annotation of ours`,
    advice: `Create a VirtualNode in namespace ${key.namespace} whose podSelector selects the pod, or ${annotationAdvice}`,
  };
}

/** The node meant is most likely the one whose name the pod's begins with. */
function noneSelects({ pod, virtualNodes }: Explained): Cause {
  const [meant] = [...virtualNodes].sort(
    (a, b) => Number(isNamedAfter(pod.name, b)) - Number(isNamedAfter(pod.name, a)),
  );
  const which = `VirtualNode ${meant?.virtualNode}: ${meant?.reason}`;
  return {
    kind: 'selector mismatch',
    reason: `none of the ${virtualNodes.length} VirtualNodes of namespace ${pod.namespace} selects the pod (${which})`,
    advice: `Make the pod's labels and a podSelector agree (${which}), or ${annotationAdvice}`,
  };
}

function isNamedAfter(pod: string, { virtualNode }: { readonly virtualNode: string }): boolean {
  return pod.startsWith(virtualNode);
}

/** Something that was asked for besides cannot be done. */
function faulty(_facts: PodFacts, { faults }: Explained): Cause | null {
  const [fault] = faults;
  if (fault === undefined) return null;
  return {
    kind: 'wrong configuration',
    reason: `${fault.source}: ${fault.reason}`,
    advice: `Correct ${fault.source}: ${fault.reason}`,
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
      kind: 'missing permission',
      reason: first ? `${first.what} could not be read: ${first.reason}` : permissionText(missing),
      advice: `Allow ${permissionText(missing)}, then ask again`,
    };
  if (first === undefined) return null;
  return {
    kind: 'not readable',
    reason: `${first.what} could not be read: ${first.reason}`,
    advice: 'Ask again in a minute: what could not be read may be what is wrong',
  };
}

function registered({ instances, key }: PodFacts): Cause | null {
  const [first] = instances.filter(({ desired }) => desired !== undefined);
  if (first === undefined) return null;
  const { namespaceName, serviceName } = first;
  return {
    kind: 'registered',
    reason: `pod ${objectKey(key)} is in Cloud Map as it should be`,
    advice:
      `Nothing; if you do not see it, look at your query (100 results unless --max-results says more, --health-status, --query-parameters): ` +
      `aws servicediscovery discover-instances --namespace-name ${namespaceName} --service-name ${serviceName} ` +
      `--query-parameters k8s.io/pod=${key.name}`,
  };
}
