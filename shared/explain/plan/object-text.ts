import { differenceText } from '../../mesh/plan/differences.ts';
import { objectNameText } from '../../model/records/mesh-claim.ts';
import type { Condition, Timed } from '../../model/records/mesh-status.ts';
import type { StatusRecord } from '../../model/records/status-record.ts';
import type { ExplainedResource, ExplainedTarget, ObjectExplanation } from './object-explained.ts';
import { age, check, inOneLine, messageIds, section } from './text.ts';

/** A mesh object's explanation by sections, without the cause and the advice. */
export function objectText(explanation: ObjectExplanation): readonly string[] {
  const { cluster, object, fault, targets, writtenStatus, deadLetters } = explanation;
  return [
    `${objectNameText(object)} of cluster ${cluster}`,
    `  ${seenText(explanation)}`,
    ...(explanation.hasMeshTarget
      ? []
      : [`  clusters.yml names no mesh target for the cluster; ${targets[0]?.target} is not called`]),
    ...section('Errors', [
      ...(fault?.split('\n') ?? []).map((line) => `✗ ${line}`),
      ...new Set(targets.flatMap((each) => problemLines(each, targets.length > 1))),
    ]),
    ...targets.flatMap((each) => targetSections(object, each)),
    ...section('Status', statusLines(object.kind, writtenStatus)),
    ...section('Last mesh run', runLines(explanation)),
    ...section(
      'Dead-lettered messages',
      deadLetters.map(({ at, reason, ...ids }) => `- ${at}: ${reason} (${messageIds(ids)})`),
    ),
  ];
}

/** What is a problem in one of several targets is named with it. */
function problemLines({ target, problems }: ExplainedTarget, areSeveral: boolean): readonly string[] {
  return problems
    .filter(({ reason }) => reason !== 'Invalid')
    .map(({ reason, message }) =>
      areSeveral && reason !== 'NotMember' && reason !== 'ReferenceMissing'
        ? `✗ ${target}: ${message}`
        : `✗ ${message}`,
    );
}

function targetSections(
  object: ObjectExplanation['object'],
  { target, differences, resources }: ExplainedTarget,
): readonly string[] {
  const differing = differences.filter(({ effect }) => effect === 'differs');
  return [
    ...section(
      `Differences in ${target}`,
      differing.map((difference) => `- ${differenceText(difference, object)}`),
    ),
    ...section(`${target} resources`, resources.flatMap(resourceLines)),
  ];
}

function seenText({ seen, uid, generation, resourceVersion }: ObjectExplanation): string {
  if (seen === 'unknown') return 'its stored state could not be read';
  if (seen === 'never')
    return 'not observed: no event about it has been received, or it was deleted more than six days ago';
  const known = [
    seen === 'deleted' ? 'deleted' : undefined,
    generation === undefined ? undefined : `generation ${generation}`,
    `uid ${uid}`,
    `resourceVersion ${resourceVersion}`,
  ];
  return `last observed: ${known.filter(Boolean).join(', ')}`;
}

function resourceLines(resource: ExplainedResource): readonly string[] {
  const { key, isWanted, isSettled, phase, arn, problem, inUse, next, owner, dependsOn, neededBy } = resource;
  const state = [
    phase === undefined ? 'no claim' : phase,
    isWanted ? undefined : 'no longer wanted',
    owner && `managed by ${owner}`,
    problem && `${problem.reason}: ${problem.message}`,
    inUse && `could not be deleted: ${inOneLine(inUse)}`,
    next && (next === 'ensure' ? 'the next run creates or updates it' : 'the next run tries to delete it'),
  ];
  const title = `${isSettled ? '✓' : '✗'} ${key}: ${state.filter(Boolean).join(', ')}`;
  const waiting = neededBy.filter(({ waits }) => waits);
  return [
    title,
    ...(arn === undefined ? [] : [`  ${arn}`]),
    ...dependsOn.map((need) => `  references ${check(need.key, need.isThere ? null : 'not found')}`),
    ...(waiting.length > 0 ? [`  blocks ${objectsOf(waiting)}`] : []),
    ...(neededBy.length > waiting.length ? [`  referenced by ${objectsOf(neededBy)}`] : []),
  ];
}

function objectsOf(referrers: readonly { readonly object: string }[]): string {
  return [...new Set(referrers.map(({ object }) => object))].sort().join(', ');
}

function statusLines(kind: string, writtenStatus: StatusRecord | undefined): readonly string[] {
  if (writtenStatus === undefined) return ['no status has been recorded yet'];
  const { mesh, instances, revision, written, problem } = writtenStatus;
  return [
    ...(mesh ? [conditionLine(`${kind}Active`, { ...mesh.condition, changedAt: mesh.changedAt })] : []),
    ...(instances ? [conditionLine('CloudMapInstancesRegistered', instances)] : []),
    written === revision
      ? '✓ written to the object'
      : problem === undefined
        ? '✗ not yet written to the object'
        : `✗ not written to the object: ${problem.message}`,
  ];
}

function conditionLine(type: string, { status, reason, message, changedAt }: Timed<Condition>): string {
  return `${status === 'True' ? '✓' : '✗'} ${type} ${status} since ${changedAt} (${reason}): ${inOneLine(message)}`;
}

function runLines({ lastRun, nowMs, targets, hasMeshTarget }: ObjectExplanation): readonly string[] {
  if (!hasMeshTarget) return [];
  if (lastRun === undefined) return ['no run has completed yet'];
  const { endedAtMs, verifiedAtMs } = lastRun;
  const compared = targets.map(({ name, target }) => {
    const atMs = verifiedAtMs?.[name];
    return `with ${target}: ${atMs === undefined ? 'never' : `${age(nowMs - atMs)} ago`}`;
  });
  return [`completed ${age(nowMs - endedAtMs)} ago; last compared ${compared.join(', ')}`];
}
