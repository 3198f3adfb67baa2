import { arnFields } from '../../model/kubernetes.ts';
import { permissionsOf } from '../../model/permission.ts';
import type { MeshClaim, ObjectName } from '../../model/records/mesh-claim.ts';
import type { Condition, MeshStatus, Timed } from '../../model/records/mesh-status.ts';
import { shortened } from '../../model/text/shortened.ts';
import { differenceText } from './differences.ts';
import type { Problem } from './problem.ts';
import type { Difference, ObjectPlan } from './resource.ts';
import type { TargetRules } from './target-rules.ts';

/** Characters of a condition message, which is read in a terminal. */
const maxMessage = 1_000;

/** `problemOf` takes a resource key. */
export function meshStatusOf(
  { entry, problems, differences, ...plan }: ObjectPlan,
  claims: ReadonlyMap<string, MeshClaim>,
  rules: TargetRules,
  problemOf: (key: string) => Problem | undefined,
): MeshStatus {
  const keys = plan.isComplete ? plan.keys : keysHeldBy(entry.id, claims, rules);
  const known = keys.map((key) => claims.get(key));
  const causes = [...problems, ...keys.flatMap((key) => problemOf(key) ?? [])];
  // If there is a cause, unfinished resources add no information.
  const all = causes.length > 0 ? causes : keys.flatMap((key) => unsettled(key, entry.id, claims.get(key)));
  return {
    observedGeneration: entry.generation,
    ...rules.statusFields?.(entry.id, known),
    condition:
      all.length > 0 ? problemCondition(all) : appliedCondition(entry.id, differences, rules.title, known[0]),
  };
}

function unsettled(key: string, id: ObjectName, claim: MeshClaim | undefined): readonly Problem[] {
  if (claim?.phase === 'applied' && claim.id !== undefined && isHeldBy(id, claim)) return [];
  return [{ reason: 'Pending', message: `${key} has not been applied yet` }];
}

/** The resources that an invalid object already has, its own first. */
function keysHeldBy(
  id: ObjectName,
  claims: ReadonlyMap<string, MeshClaim>,
  rules: TargetRules,
): readonly string[] {
  const held = [...claims].filter(([, claim]) => isHeldBy(id, claim));
  const isPart = ([, { resource }]: (typeof held)[number]) => rules.partOf?.(resource) !== undefined;
  return [...held.filter((claim) => !isPart(claim)), ...held.filter(isPart)].map(([key]) => key);
}

/** Whether a claim on a resource is an object's. */
export function isHeldBy({ kind, namespace, name }: ObjectName, { sourceObject }: MeshClaim): boolean {
  return sourceObject.name === name && sourceObject.namespace === namespace && sourceObject.kind === kind;
}

function appliedCondition(
  id: ObjectName,
  differences: readonly Difference[],
  target: string,
  own: MeshClaim | undefined,
): Condition {
  if (id.kind === 'BackendGroup')
    return { status: 'True', reason: 'Applied', message: 'all referenced virtual services exist' };
  if (own?.owner !== undefined)
    return {
      status: 'True',
      reason: 'OwnedByOther',
      message: `Managed by ${own.owner}; ${own.id} is used read-only`,
    };
  // What its owner has to act on comes first: long messages are cut.
  const sorted = differences.toSorted(
    (a, b) => Number(b.reason !== undefined) - Number(a.reason !== undefined),
  );
  const lines = sorted.map((difference) => differenceText(difference, id));
  const message = [`${target} matches the spec${lines.length > 0 ? ', except:' : ''}`, ...lines].join('\n');
  return { status: 'True', reason: sorted[0]?.reason ?? 'Applied', message: shortened(message, maxMessage) };
}

function problemCondition(problems: readonly Problem[]): Condition {
  const text = [...new Set(problems.map(({ message }) => message))].join('\n');
  return {
    status: 'False',
    reason: problems[0]?.reason ?? 'Pending',
    message: shortened(text, maxMessage),
    ...permissionsOf(problems),
  };
}

/** The fields of an object's status that this system writes, as a merge patch; a null field is removed. */
export function statusPatch(
  { kind }: ObjectName,
  {
    mesh,
    instances,
  }: { readonly mesh?: Timed<MeshStatus> | undefined; readonly instances?: Timed<Condition> | undefined },
): Readonly<Record<string, unknown>> {
  const arnField = arnFields[kind];
  const conditions = [
    ...(mesh ? [conditionObject(`${kind}Active`, mesh.condition, mesh.changedAt)] : []),
    ...(instances ? [conditionObject('CloudMapInstancesRegistered', instances, instances.changedAt)] : []),
  ];
  return {
    ...(mesh?.arn !== undefined && arnField !== undefined && { [arnField]: mesh.arn }),
    ...(mesh?.routeArns && { routeARNs: mesh.routeArns }),
    ...(mesh && { observedGeneration: mesh.observedGeneration ?? null }),
    conditions,
  };
}

function conditionObject(type: string, { status, reason, message }: Condition, changedAt: string) {
  return { type, status, lastTransitionTime: changedAt, reason, message };
}
