import { distinctPermissions } from '../../model/permission.ts';
import type { Condition, MeshStatus } from '../../model/records/mesh-status.ts';

/** A mesh target, as it is stored and as messages name it. */
export interface TargetName {
  readonly name: string;
  readonly title: string;
}

const notYet: MeshStatus = {
  condition: { status: 'False', reason: 'Pending', message: 'has not been reconciled yet' },
};

/**
 * An object's status, from its statuses in each target of the cluster: True only if it is in all of them, with the reason of
 * the first in which it is not. The ARNs are those of the target that has any.
 */
export function mergedStatus(
  targets: readonly TargetName[],
  statuses: Readonly<Record<string, MeshStatus>>,
): MeshStatus {
  const all = targets.map(({ name, title }) => ({ title, ...(statuses[name] ?? notYet) }));
  const [first, ...others] = all;
  if (first === undefined) return notYet;
  if (others.length === 0) return statuses[targets[0]?.name ?? ''] ?? notYet;
  const { arn, routeArns } = all.find((each) => each.arn !== undefined || each.routeArns) ?? {};
  return {
    observedGeneration: oldest(all.map(({ observedGeneration }) => observedGeneration)),
    ...(arn !== undefined && { arn }),
    ...(routeArns && { routeArns }),
    condition: mergedCondition(all),
  };
}

/** Of the generations that the targets have observed. */
function oldest(generations: readonly (number | undefined)[]): number | undefined {
  const known = generations.filter((generation) => generation !== undefined);
  return known.length < generations.length ? undefined : Math.min(...known);
}

function mergedCondition(
  all: readonly { readonly title: string; readonly condition: Condition }[],
): Condition {
  const conditions = all.map(({ condition }) => condition);
  const decisive =
    conditions.find(({ status }) => status === 'False') ??
    conditions.find(({ reason }) => reason !== 'Applied') ??
    conditions[0] ??
    notYet.condition;
  const permissions = distinctPermissions(
    conditions.flatMap((condition) => condition.permissions ?? []).map((permission) => ({ permission })),
  );
  return {
    ...{ status: decisive.status, reason: decisive.reason, message: mergedMessage(all) },
    ...(permissions.length > 0 && { permissions }),
  };
}

/** `App Mesh: matches the spec; Istio: …`; once, if all are the same. */
function mergedMessage(all: readonly { readonly title: string; readonly condition: Condition }[]): string {
  const messages = new Set(all.map(({ condition }) => condition.message));
  if (messages.size === 1) return [...messages].join('');
  const isLong = [...messages].some((message) => message.includes('\n'));
  const parts = all.map(({ title, condition: { message } }) => {
    const rest = message.startsWith(`${title} `) ? message.slice(title.length + 1) : message;
    return `${title}: ${rest}`;
  });
  return parts.join(isLong ? '\n' : '; ');
}
