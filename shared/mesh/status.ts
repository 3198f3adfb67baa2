import { type MeshClaim, type ObjectName, objectNameText } from '../model/mesh-claim.ts';
import type { ObjectPlan } from './desired.ts';
import { arnFields } from './entry.ts';
import type { Problem } from './problem.ts';

/** What came of an object in the mesh target, as its status tells it. */
export interface MeshStatus {
  readonly observedGeneration?: number | undefined;
  readonly arn?: string | undefined;
  /** Of a virtual router: route name → ARN. */
  readonly routeArns?: Readonly<Record<string, string>> | undefined;
  readonly condition: Condition;
}

export interface Condition {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** A condition message is read in a terminal: more than this says no more. */
const longestMessage = 1_000;

/** `problems`: of resources, by their keys. */
export function meshStatusOf(
  { entry, keys, problems }: ObjectPlan,
  claims: ReadonlyMap<string, MeshClaim>,
  problemOf: (key: string) => Problem | undefined,
): MeshStatus {
  const [own, ...parts] = keys.map((key) => claims.get(key));
  const all = [
    ...problems,
    ...keys.flatMap((key) => problemOf(key) ?? unsettled(key, entry.id, claims.get(key))),
  ];
  return {
    observedGeneration: entry.generation,
    arn: heldBy(entry.id, own) ? own?.arn : undefined,
    ...(entry.id.kind === 'VirtualRouter' && { routeArns: routeArns(entry.id, parts) }),
    condition: conditionOf(all, own),
  };
}

function unsettled(key: string, id: ObjectName, claim: MeshClaim | undefined): readonly Problem[] {
  if (claim?.phase === 'applied' && claim.arn !== undefined && heldBy(id, claim)) return [];
  return [{ reason: 'Pending', message: `${key} is not applied yet` }];
}

function heldBy(id: ObjectName, claim: MeshClaim | undefined): boolean {
  return claim !== undefined && objectNameText(claim.origin) === objectNameText(id);
}

function routeArns(
  id: ObjectName,
  claims: readonly (MeshClaim | undefined)[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    claims.flatMap((claim) =>
      claim?.arn !== undefined && heldBy(id, claim) ? [[claim.resource.name, claim.arn]] : [],
    ),
  );
}

function conditionOf(problems: readonly Problem[], own: MeshClaim | undefined): Condition {
  const [first] = problems;
  if (first === undefined)
    return own?.keeper === undefined
      ? { status: 'True', reason: 'Applied', message: 'App Mesh holds what the spec says' }
      : {
          status: 'True',
          reason: 'KeptByOther',
          message: `${own.keeper} keeps it: it is used, never changed`,
        };
  const text = [...new Set(problems.map(({ message }) => message))].join('\n');
  return {
    status: 'False',
    reason: first.reason,
    message: text.length > longestMessage ? `${text.slice(0, longestMessage - 1)}…` : text,
  };
}

/** What of one object's status is ours to write, as its Kubernetes API has it; a field that is null is removed. */
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
    ...(mesh && arnField !== undefined && { [arnField]: mesh.arn ?? null }),
    ...(mesh?.routeArns && { routeARNs: mesh.routeArns }),
    ...(mesh && { observedGeneration: mesh.observedGeneration ?? null }),
    conditions,
  };
}

/** `changedAt`: when the condition's status last changed, RFC 3339. */
export type Timed<T> = T & { readonly changedAt: string };

function conditionObject(type: string, { status, reason, message }: Condition, changedAt: string) {
  return { type, status, lastTransitionTime: changedAt, reason, message };
}
