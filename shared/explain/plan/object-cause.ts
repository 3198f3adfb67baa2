import type { ProblemReason } from '../../mesh/plan/problem.ts';
import { applyDefinitions } from '../../model/kubernetes.ts';
import { objectNameText } from '../../model/mesh-claim.ts';
import type { Condition } from '../../model/mesh-status.ts';
import type { Cause } from './explained.ts';
import { permissionText } from './missing-permission.ts';
import type { ObjectExplanation } from './object-explained.ts';
import { inOneLine } from './text.ts';

type Explained = Omit<ObjectExplanation, 'cause'>;

/**
 * The first thing that keeps an object from being in App Mesh as it says, or that nothing does. `current`: its condition
 * as a run would find it before its first call; what App Mesh itself said in the last run is in what the object was told.
 */
export function objectCause(explained: Explained, current: Condition | undefined): Cause {
  return (
    readFailures(explained) ??
    absent(explained) ??
    deleted(explained) ??
    faulty(explained) ??
    withoutTarget(explained) ??
    hindered(explained, current) ??
    unfinished(explained) ??
    unwritten(explained) ??
    unregistered(explained) ??
    inOrder(explained)
  );
}

function readFailures({ readFailures, missingPermissions }: Explained): Cause | null {
  const [first] = readFailures;
  const [missing] = missingPermissions;
  if (first === undefined) return null;
  return {
    kind: missing ? 'missing permission' : 'not readable',
    reason: `${first.what} could not be read: ${first.reason}`,
    advice: missing ? `Allow ${permissionText(missing)}, then ask again` : 'Ask again in a minute',
  };
}

function absent({ seen, object, cluster, deadLetters }: Explained): Cause | null {
  if (seen !== 'never') return null;
  const [first] = deadLetters;
  if (first !== undefined)
    return {
      kind: 'put aside',
      reason: `what was told of ${objectNameText(object)} was put aside: ${first.reason}`,
      advice: `Correct what the reason names, and apply the object again; its message is in the dead-letter queue`,
    };
  return {
    kind: 'never seen',
    reason: `no event about ${objectNameText(object)} of cluster ${cluster} arrived, or it is gone for more than six days`,
    advice: `Check its names (kubectl get ${object.kind.toLowerCase()} -A) and that the relay follows its kind (WATCH_KINDS); a sweep tells of what was missed: ${command('sweep', cluster)}`,
  };
}

function deleted({ seen, object, resources, cluster }: Explained): Cause | null {
  if (seen !== 'deleted') return null;
  const name = objectNameText(object);
  const [left] = resources;
  if (left === undefined)
    return {
      kind: 'deleted',
      reason: `${name} is deleted, and nothing of it is left`,
      advice: `Nothing. But if the cluster still has it (kubectl get ${resourceText(object)}), have it read from the API server: ${command('resync', cluster)}`,
    };
  if (left.problem !== undefined)
    return {
      kind: 'deletion waits',
      reason: `${name} is deleted; ${left.key} ${left.problem.message}`,
      advice: `Have what refers to it deleted or changed: ${left.neededBy.map((each) => each.object).join(', ')}`,
    };
  if (left.inUse !== undefined)
    return {
      kind: 'deletion refused',
      reason: `${name} is deleted; App Mesh does not delete ${left.key}: ${inOneLine(left.inUse)}`,
      advice: `Delete what refers to it and was made by hand or by another cluster (aws appmesh list-…); every run tries again`,
    };
  return {
    kind: 'deletion pending',
    reason: `${name} is deleted; the next run deletes ${left.key}`,
    advice: again(cluster),
  };
}

function faulty({ fault, object }: Explained): Cause | null {
  if (fault === undefined) return null;
  return {
    kind: 'invalid',
    reason: `the spec is at fault: ${inOneLine(fault)}`,
    advice: `Correct the fields named: kubectl edit ${resourceText(object)}; until then App Mesh keeps what it has of it`,
  };
}

function withoutTarget(explained: Explained): Cause | null {
  if (explained.hasMeshTarget) return null;
  return (
    unregistered(explained) ?? {
      kind: 'no mesh target',
      reason: `clusters.yml names no appMesh for cluster ${explained.cluster}, so App Mesh is never called for it`,
      advice: 'Nothing, if pods are to be registered only; else add appMesh to the cluster in clusters.yml',
    }
  );
}

/** What a run would not even try comes first; then what App Mesh said of this very generation in the last one. */
function hindered(explained: Explained, current: Condition | undefined): Cause | null {
  const { writtenStatus, object, cluster, problems, resources, generation } = explained;
  if (current?.status !== 'False') return null;
  const isKnown = problems.length > 0 || resources.some(({ problem }) => problem !== undefined);
  const last =
    writtenStatus?.mesh?.observedGeneration === generation ? writtenStatus?.mesh?.condition : undefined;
  const condition = isKnown ? current : last;
  if (condition?.status !== 'False') return null;
  const reason = condition.reason as ProblemReason;
  return {
    kind: kinds[reason] ?? 'pending',
    reason: `${objectNameText(object)}: ${inOneLine(condition.message)}`,
    advice: advices[reason]?.(cluster) ?? again(cluster),
  };
}

const kinds: Readonly<Partial<Record<ProblemReason, string>>> = {
  NotMember: 'in no mesh',
  ReferenceMissing: 'reference missing',
  NameTaken: 'name taken',
  QuotaExceeded: 'quota exceeded',
  Refused: 'refused',
};

const advices: Readonly<Partial<Record<ProblemReason, (cluster: string) => string>>> = {
  NotMember: () =>
    'Make exactly one Mesh (of a gateway route: VirtualGateway) select it: labels of its namespace, namespaceSelector, gatewayRouteSelector',
  ReferenceMissing: () => 'Apply what it refers to, or correct the reference; nothing else is needed',
  NameTaken: () => 'Give one of the two objects a spec.awsName of its own',
  QuotaExceeded: () =>
    'Delete what is not needed, or have AWS raise the quota and say so in appMesh.quotas of clusters.yml',
  Refused: (cluster) =>
    `Correct what the reason names; where that is not in an object of the cluster, have it tried again: ${command('resync', cluster)}`,
};

function unfinished({ resources, cluster }: Explained): Cause | null {
  const pending = resources.find(({ isSettled }) => !isSettled);
  if (pending === undefined) return null;
  const what = pending.isWanted ? 'makes it so' : 'deletes it';
  return {
    kind: 'pending',
    reason: `${pending.key} is not as wanted yet; the next run ${what}`,
    advice: again(cluster),
  };
}

function unwritten({ writtenStatus, cluster, object }: Explained): Cause | null {
  if (writtenStatus === undefined || writtenStatus.written === writtenStatus.revision) return null;
  const state = `what is told here of ${objectNameText(object)} is not on the object`;
  if (writtenStatus.problem === undefined)
    return { kind: 'status not written', reason: `${state} yet`, advice: again(cluster) };
  if (writtenStatus.problem.includes(applyDefinitions))
    return {
      kind: 'status not written',
      reason: `${state}: ${writtenStatus.problem}`,
      advice: `Replace the definitions that the App Mesh controller left: ${applyDefinitions}; sweeps write the status then`,
    };
  return {
    kind: 'status not written',
    reason: `${state}: ${writtenStatus.problem}`,
    advice: `Let reconcile-mesh reach cluster ${cluster} (kubernetes in clusters.yml), with an access entry of the group eks-mesh-sync-mesh (deploy/cluster-access.yml); sweeps try again`,
  };
}

function unregistered({ writtenStatus, cluster, object }: Explained): Cause | null {
  if (writtenStatus?.instances === undefined || writtenStatus.instances.status === 'True') return null;
  const pod = JSON.stringify({ cluster, namespace: object.namespace, pod: '…' });
  return {
    kind: 'pods not registered',
    reason: writtenStatus.instances.message,
    advice: `Ask about one of them: sls invoke -f explain -d '${pod}'`,
  };
}

function inOrder({ object, resources }: Explained): Cause {
  const owner = resources.find((each) => each.owner !== undefined)?.owner;
  if (owner !== undefined)
    return {
      kind: 'kept by others',
      reason: `${owner} keeps it: it is used, never changed`,
      advice: 'Nothing; what it is to be is for its keeper to say',
    };
  return {
    kind: 'in order',
    reason:
      resources.length === 0
        ? `${objectNameText(object)} is nothing on AWS by itself, and sound`
        : `App Mesh holds what ${objectNameText(object)} says, as far as was seen`,
    advice: 'Nothing',
  };
}

function again(cluster: string): string {
  return `Wait a minute; if it stays so, ${command('resync', cluster)}`;
}

function command(name: 'sweep' | 'resync', cluster: string): string {
  return `sls invoke -f ${name} -d '${JSON.stringify({ cluster })}'`;
}

function resourceText({ kind, namespace, name }: Explained['object']): string {
  return `${namespace === '' ? '' : `-n ${namespace} `}${kind.toLowerCase()} ${name}`;
}
