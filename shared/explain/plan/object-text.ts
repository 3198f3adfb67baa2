import { objectNameText } from '../../model/mesh-claim.ts';
import type { Condition, Timed } from '../../model/mesh-status.ts';
import type { ExplainedResource, ObjectExplanation, WrittenStatus } from './object-explained.ts';
import { age, check, inOneLine, section } from './text.ts';

/** A mesh object's explanation, part by part, without what to do. */
export function objectText(explanation: ObjectExplanation): readonly string[] {
  const { cluster, object, fault, problems, resources, writtenStatus, deadLetters, hasMeshTarget } =
    explanation;
  return [
    `${objectNameText(object)} of cluster ${cluster}`,
    `  ${seenText(explanation)}`,
    ...(hasMeshTarget ? [] : ['  the cluster has no appMesh in clusters.yml: App Mesh is not called']),
    ...section('What is wrong with it', [
      ...(fault?.split('\n') ?? []).map((line) => `✗ ${line}`),
      ...problems.filter(({ reason }) => reason !== 'Invalid').map(({ message }) => `✗ ${message}`),
    ]),
    ...section('In App Mesh', resources.flatMap(resourceLines)),
    ...section('Its status', statusLines(object.kind, writtenStatus)),
    ...section('The last run', runLines(explanation)),
    ...section(
      'Put aside',
      deadLetters.map(({ at, reason, messageId }) => `- ${at}: ${reason} (message ${messageId})`),
    ),
  ];
}

function seenText({ seen, uid, generation, resourceVersion }: ObjectExplanation): string {
  if (seen === 'unknown') return 'what was last seen of it could not be read';
  if (seen === 'never') return 'never seen: no event about it arrived, or it is gone for more than six days';
  const known = [
    seen === 'deleted' ? 'deleted' : undefined,
    generation === undefined ? undefined : `generation ${generation}`,
    `uid ${uid}`,
    `resourceVersion ${resourceVersion}`,
  ];
  return `last seen: ${known.filter(Boolean).join(', ')}`;
}

function resourceLines(resource: ExplainedResource): readonly string[] {
  const { key, isWanted, isSettled, phase, arn, problem, inUse, next, owner, dependsOn, neededBy } = resource;
  const state = [
    phase === undefined ? 'nothing claimed' : phase,
    isWanted ? undefined : 'not wanted any more',
    owner && `kept by ${owner}`,
    problem && `${problem.reason}: ${problem.message}`,
    inUse && `could not be deleted: ${inOneLine(inUse)}`,
    next && (next === 'ensure' ? 'the next run makes it so' : 'the next run tries to delete it'),
  ];
  const title = `${isSettled ? '✓' : '✗'} ${key}: ${state.filter(Boolean).join(', ')}`;
  const waiting = neededBy.filter(({ waits }) => waits);
  return [
    title,
    ...(arn === undefined ? [] : [`  ${arn}`]),
    ...dependsOn.map((need) => `  refers to ${check(need.key, need.isThere ? null : 'not there')}`),
    ...(waiting.length > 0 ? [`  waited for by ${objectsOf(waiting)}`] : []),
    ...(neededBy.length > waiting.length ? [`  referred to by ${objectsOf(neededBy)}`] : []),
  ];
}

function objectsOf(referrers: readonly { readonly object: string }[]): string {
  return [...new Set(referrers.map(({ object }) => object))].sort().join(', ');
}

function statusLines(kind: string, writtenStatus: WrittenStatus | undefined): readonly string[] {
  if (writtenStatus === undefined) return ['nothing was told to it yet'];
  const { mesh, instances, revision, written, problem } = writtenStatus;
  return [
    ...(mesh ? [conditionLine(`${kind}Active`, { ...mesh.condition, changedAt: mesh.changedAt })] : []),
    ...(instances ? [conditionLine('CloudMapInstancesRegistered', instances)] : []),
    written === revision
      ? '✓ the object says so'
      : `✗ the object does not say so${problem === undefined ? ' yet' : `: ${problem}`}`,
  ];
}

function conditionLine(type: string, { status, reason, message, changedAt }: Timed<Condition>): string {
  return `${status === 'True' ? '✓' : '✗'} ${type} ${status} since ${changedAt} (${reason}): ${inOneLine(message)}`;
}

function runLines({ lastRun, nowMs, hasMeshTarget }: ObjectExplanation): readonly string[] {
  if (!hasMeshTarget) return [];
  if (lastRun === undefined) return ['none has ended yet'];
  const { endedAtMs, verifiedAtMs } = lastRun;
  const verified = verifiedAtMs === undefined ? 'never' : `${age(nowMs - verifiedAtMs)} ago`;
  return [
    `of the cluster's mesh: ended ${age(nowMs - endedAtMs)} ago; compared with App Mesh itself: ${verified}`,
  ];
}
