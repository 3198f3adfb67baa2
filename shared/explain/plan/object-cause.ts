import { firstUnregistered } from '../../mesh/plan/instances.ts';
import { invokeCommand, kubectlCommand } from '../../model/commands/commands.ts';
import { explainCommand } from '../../model/commands/explain-command.ts';
import type { Place } from '../../model/commands/place.ts';
import { meshTargetNames } from '../../model/config/mesh-targets.ts';
import { applyDefinitions, meshResourceName } from '../../model/kubernetes.ts';
import { objectNameText } from '../../model/records/mesh-claim.ts';
import type { Condition } from '../../model/records/mesh-status.ts';
import { readFailureCause } from './common/read-failures.ts';
import type { Cause } from './explained.ts';
import type { ExplainedTarget, ObjectExplanation } from './object-explained.ts';
import { inOneLine } from './text.ts';

type Considered = Omit<ObjectExplanation, 'cause' | 'targets'> & ExplainedTarget & { readonly place: Place };

/** An object in one target, with the condition that a run would compute before its first call. */
export interface ConsideredTarget {
  readonly explained: ExplainedTarget;
  readonly current: Condition | undefined;
}

/** The first target in which the object is not in sync decides. */
export function objectCause(
  explained: Omit<ObjectExplanation, 'cause'>,
  targets: readonly ConsideredTarget[],
  place: Place,
): Cause {
  const causes = targets.map(({ explained: target, current }) => ({
    target: target.target,
    cause: causeIn({ ...inTarget(explained, target), place }, current),
  }));
  const [first] = causes;
  const reasons = new Set(causes.map(({ cause }) => cause.reason));
  const decisive = causes.find(({ cause }) => !inSyncKinds.has(cause.kind)) ?? first;
  if (decisive === undefined) throw new Error('an object is explained by the rules of at least one target');
  if (reasons.size === 1) return decisive.cause;
  if (inSyncKinds.has(decisive.cause.kind)) return { ...decisive.cause, reason: [...reasons].join('; ') };
  return { ...decisive.cause, reason: `${decisive.target}: ${decisive.cause.reason}` };
}

const inSyncKinds: ReadonlySet<string> = new Set(['InSync', 'ExternallyManaged']);

/** As if it were the only target: what the last run found there is the status. */
function inTarget(
  explained: Omit<ObjectExplanation, 'cause'>,
  target: ExplainedTarget,
): Omit<Considered, 'place'> {
  const { writtenStatus, ...rest } = explained;
  const status = writtenStatus?.targets?.[target.name];
  const mesh = status && writtenStatus?.mesh && { ...status, changedAt: writtenStatus.mesh.changedAt };
  return { ...rest, ...target, writtenStatus: mesh ? { ...writtenStatus, mesh } : writtenStatus };
}

/**
 * The first thing that keeps a mesh target from matching the object; or that nothing does. `current`: the condition that a
 * run would compute before its first call. What the target answered in the last run is in `writtenStatus`.
 */
function causeIn(explained: Considered, current: Condition | undefined): Cause {
  return (
    readFailureCause(explained) ??
    absent(explained) ??
    deleted(explained) ??
    faulty(explained) ??
    withoutTarget(explained) ??
    hindered(explained, current) ??
    unfinished(explained) ??
    unwritten(explained) ??
    unregistered(explained) ??
    inSync(explained)
  );
}

function absent({ seen, object, cluster, deadLetters, place }: Considered): Cause | null {
  if (seen !== 'never') return null;
  const [first] = deadLetters;
  if (first !== undefined)
    return {
      kind: 'DeadLettered',
      reason: `the message about ${objectNameText(object)} went to the dead-letter queue: ${first.reason}`,
      advice: 'Correct the cause and apply the object again',
    };
  return {
    kind: 'ObjectNotObserved',
    reason: `No events have been received about ${objectNameText(object)} of cluster "${cluster}", or it was deleted more than six days ago`,
    advice: `Check its name (${kubectlCommand(place, ['get', meshResourceName(object.kind), ...(object.kind === 'Mesh' ? [] : ['-A'])])}) and that the relay watches its kind (WATCH_KINDS). To find missed objects: ${invokeCommand(place, 'sweep', { cluster })}`,
  };
}

function deleted({ seen, object, resources, cluster, target, place }: Considered): Cause | null {
  if (seen !== 'deleted') return null;
  const name = objectNameText(object);
  const [remaining] = resources;
  if (remaining === undefined)
    return {
      kind: 'ObjectDeleted',
      reason: `${name} is deleted, and so are its ${target} resources`,
      advice: `Nothing. If the cluster still has it (${objectCommand(place, 'get', object)}), read it from the API server: ${resync(place, cluster)}`,
    };
  if (remaining.problem !== undefined)
    return {
      kind: 'DeletionBlocked',
      reason: `${name} is deleted; ${remaining.key} ${remaining.problem.message}`,
      advice: `Delete or change the objects that refer to it: ${remaining.neededBy.map((each) => each.object).join(', ')}`,
    };
  if (remaining.inUse !== undefined)
    return {
      kind: 'DeletionRefused',
      reason: `${name} is deleted; ${target} refused to delete ${remaining.key}: ${inOneLine(remaining.inUse)}`,
      advice: `Delete the resources of ${target} that refer to it and were created by hand or by another cluster; every run retries`,
    };
  return {
    kind: 'DeletionPending',
    reason: `${name} is deleted; the next run deletes ${remaining.key}`,
    advice: waitOrResync(place, cluster),
  };
}

function faulty({ fault, object, place }: Considered): Cause | null {
  if (fault === undefined) return null;
  return {
    kind: 'Invalid',
    reason: `the spec is invalid: ${inOneLine(fault)}`,
    advice: `Correct these fields: ${objectCommand(place, 'edit', object)}. Until then the last valid configuration stays in effect`,
  };
}

const targets = meshTargetNames.join(', ');

function withoutTarget(explained: Considered): Cause | null {
  if (explained.hasMeshTarget) return null;
  return (
    unregistered(explained) ?? {
      kind: 'NoMeshTarget',
      reason: `clusters.yml names no mesh target for cluster ${explained.cluster}, so ${explained.target} is not called`,
      advice: `Nothing, if only pods are to be registered. Otherwise add mesh to the cluster in clusters.yml: one or several of ${targets}`,
    }
  );
}

/** First what a run would refuse without a call; then what the target answered about this generation in the last run. */
function hindered(explained: Considered, current: Condition | undefined): Cause | null {
  const { writtenStatus, object, cluster, problems, resources, generation, place } = explained;
  if (current?.status !== 'False') return null;
  const isKnown = problems.length > 0 || resources.some(({ problem }) => problem !== undefined);
  const last =
    writtenStatus?.mesh?.observedGeneration === generation ? writtenStatus?.mesh?.condition : undefined;
  const condition = isKnown ? current : last;
  if (condition?.status !== 'False') return null;
  const { reason } = condition;
  return {
    kind: advices[reason] ? reason : 'Pending',
    reason: `${objectNameText(object)}: ${inOneLine(condition.message)}`,
    advice: advices[reason]?.(place, cluster) ?? waitOrResync(place, cluster),
  };
}

const advices: Readonly<Partial<Record<Condition['reason'], (place: Place, cluster: string) => string>>> = {
  NotMember: () =>
    'Give its namespace the labels of the namespaceSelector of one Mesh. A GatewayRoute also needs one VirtualGateway: by the namespaceSelector and gatewayRouteSelector of that',
  ReferenceMissing: () => 'Create the missing object or correct the reference',
  NameTaken: () => 'Give one of the two objects a different spec.awsName',
  QuotaExceeded: () =>
    'Delete resources that are not needed, or have the quota raised and set it in clusters.yml, too',
  Unsupported: () =>
    'Change the fields as the message says. Until then the last valid configuration stays in effect. docs/mesh/mesh-targets.md lists what each target supports',
  Refused: (place, cluster) =>
    `Correct the cause. If it is not in an object of the cluster, retry afterwards: ${resync(place, cluster)}`,
};

function unfinished({ resources, cluster, place }: Considered): Cause | null {
  const pending = resources.find(({ isSettled }) => !isSettled);
  if (pending === undefined) return null;
  const what = pending.isWanted ? 'creates or updates it' : 'deletes it';
  return {
    kind: 'Pending',
    reason: `${pending.key} is not up to date; the next run ${what}`,
    advice: waitOrResync(place, cluster),
  };
}

function unwritten({ writtenStatus, cluster, object, place }: Considered): Cause | null {
  if (writtenStatus === undefined || writtenStatus.written === writtenStatus.revision) return null;
  const state = `the status of ${objectNameText(object)} is not written to the object`;
  if (writtenStatus.problem === undefined)
    return { kind: 'StatusNotWritten', reason: `${state} yet`, advice: waitOrResync(place, cluster) };
  const { code, message } = writtenStatus.problem;
  if (code === 'FieldsPruned')
    return {
      kind: 'StatusNotWritten',
      reason: `${state}: ${message}`,
      advice: `Replace the CustomResourceDefinitions of the App Mesh controller: ${applyDefinitions}; the next sweep writes the status`,
    };
  return {
    kind: 'StatusNotWritten',
    reason: `${state}: ${message}`,
    advice: `Give reconcile-mesh access to cluster ${cluster} (kubernetes in clusters.yml), with an access entry of the group eks-mesh-sync-mesh (deploy/cluster-access.yml); the next sweep retries`,
  };
}

function unregistered({ writtenStatus, cluster, object, place }: Considered): Cause | null {
  if (writtenStatus?.instances === undefined || writtenStatus.instances.status === 'True') return null;
  const { message } = writtenStatus.instances;
  const name = firstUnregistered(message);
  const { namespace } = object;
  return {
    kind: 'PodsNotRegistered',
    reason: message,
    advice:
      name === undefined
        ? 'Make spec.podSelector and the labels of the pods agree'
        : `Explain one of them: ${explainCommand({ subject: { pod: { cluster, namespace, name } }, place })}`,
  };
}

function inSync({ object, resources, target }: Considered): Cause {
  const owner = resources.find((each) => each.owner !== undefined)?.owner;
  if (owner !== undefined)
    return {
      kind: 'ExternallyManaged',
      reason: `Managed by ${owner}; used read-only`,
      advice: 'Nothing; only its owner changes it',
    };
  return {
    kind: 'InSync',
    reason:
      resources.length === 0
        ? `${objectNameText(object)} is valid; its kind has no ${target} resource of its own`
        : `${target} matches ${objectNameText(object)}, as last observed`,
    advice: 'Nothing',
  };
}

function waitOrResync(place: Place, cluster: string): string {
  return `Wait a minute. If this does not change: ${resync(place, cluster)}`;
}

function resync(place: Place, cluster: string): string {
  return invokeCommand(place, 'resync', { cluster });
}

type Named = Considered['object'];

function objectCommand(place: Place, verb: 'get' | 'edit', object: Named): string {
  const namespace = object.namespace === '' ? [] : ['-n', object.namespace];
  return kubectlCommand(place, [verb, ...namespace, meshResourceName(object.kind), object.name]);
}
