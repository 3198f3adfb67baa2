import type { Claim } from '../../../model/records/registration.ts';
import type { ServiceView } from '../../../model/service-view.ts';
import { sourceAttributes } from '../../../pods/plan/desired/source-attributes.ts';
import { remainingKeys } from '../../../pods/plan/foreign-attributes.ts';

type Attributes = Readonly<Record<string, string>>;

/** For how long an update that removes attributes is checked, while somebody's attribute has the same name. */
const removalsSinceMs = 24 * 3600_000;

/**
 * How an instance of ours differs from what is desired; null if it does not. Attributes that others added are not a
 * difference.
 */
export function attributeDrift(
  service: Pick<ServiceView, 'underWay' | 'failedOperations'>,
  claim: Claim | undefined,
  { instanceId, desired, actual }: { instanceId: string; desired: Attributes; actual: Attributes },
): string | null {
  return (
    differenceOf(desired, actual) ??
    notRemoved(service, claim, actual) ??
    overwriting(service, claim, instanceId)
  );
}

/** Describes the first attribute that differs, or that names a source which does not register the instance. */
function differenceOf(desired: Attributes, actual: Attributes): string | null {
  for (const key in desired)
    if (actual[key] !== desired[key]) return `${key} is ${actual[key] ?? 'absent'}; expected ${desired[key]}`;
  for (const key of sourceAttributes)
    if (Object.hasOwn(actual, key) && !Object.hasOwn(desired, key))
      return `${key} is ${actual[key]}; expected none`;
  return null;
}

/** An attribute of ours that stayed because the update that removes it was accepted and failed. */
function notRemoved(
  { failedOperations }: Pick<ServiceView, 'failedOperations'>,
  claim: Claim | undefined,
  actual: Attributes,
): string | null {
  const operationId = claim?.removal?.operationId ?? '';
  const failure = failedOperations.get(operationId);
  const [key] = failure === undefined ? [] : remainingKeys(claim?.removal, actual);
  if (key === undefined) return null;
  return `${key} is ${actual[key]}; expected none, but the operation that removes it, ${operationId}, failed: ${failure}`;
}

/** A registration in progress that is not the claim's: another program's. */
function overwriting(
  { underWay }: Pick<ServiceView, 'underWay'>,
  claim: Claim | undefined,
  instanceId: string,
): string | null {
  const operation = underWay.get(instanceId);
  if (operation?.type !== 'register' || claim?.phase !== 'applied' || claim.operationId === operation.id)
    return null;
  return `operation ${operation.id}, which eks-mesh-sync did not start, registers it again`;
}

/** When an update was accepted whose removed attributes are still there. */
export function unconfirmedRemoval(
  { instanceId, removal }: Claim,
  instances: ServiceView['instances'],
  nowMs: number,
): number | undefined {
  if (removal === undefined || nowMs - removal.acceptedAtMs > removalsSinceMs) return undefined;
  const { attributes = {} } = instances.get(instanceId) ?? {};
  return remainingKeys(removal, attributes).length > 0 ? removal.acceptedAtMs : undefined;
}
