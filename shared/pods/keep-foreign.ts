import { NotFoundError, WaitError } from '../model/errors.ts';
import { serviceText } from '../model/identity.ts';
import type { AttributeRemoval, Claim } from '../model/records/registration.ts';
import type { CloudMap, Dependencies, Operation } from '../ports/ports.ts';
import { propagationMs } from './operations.ts';
import { contestedKeys, type Update, withForeign } from './plan/foreign-attributes.ts';

type Attributes = Readonly<Record<string, string>>;

/** An update of our instance. */
interface Merge {
  readonly claim: Claim;
  readonly ours: Attributes;
  /** The instance as it is. */
  readonly actual: Attributes;
}

/**
 * The attributes to register: ours, and those that others added to the instance. A key that an earlier update of ours
 * removed is somebody else's only if that update has succeeded and the key was added again since.
 */
export async function keepForeign(
  deps: Dependencies,
  cloudMap: CloudMap,
  { claim, ours, actual }: Merge,
): Promise<Update> {
  const { attributeKeys = [], removal } = claim;
  if (removal === undefined) return withForeign(ours, actual, attributeKeys);
  const isYoung = Math.abs(deps.clock.now() - removal.acceptedAtMs) < propagationMs;
  const possible = isYoung ? removal.keys : removal.keys.filter((key) => Object.hasOwn(actual, key));
  const isContested = contestedKeys(claim, ours, actual).length > 0;
  if (!isContested || (await statusOf(cloudMap, removal)) !== 'succeeded')
    return withForeign(ours, actual, [...attributeKeys, ...possible]);
  const later = (await cloudMap.findInstance(claim.serviceId, claim.instanceId)) ?? {};
  const [key] = contestedKeys(claim, ours, later);
  if (isYoung && key !== undefined) throw stillShown(claim, key);
  return withForeign(ours, later, attributeKeys);
}

/** An operation that Cloud Map has forgotten ended long ago, and no sweep has found that it failed. */
async function statusOf(cloudMap: CloudMap, { operationId }: AttributeRemoval): Promise<Operation['status']> {
  try {
    return (await cloudMap.operation(operationId)).status;
  } catch (error) {
    if (error instanceof NotFoundError) return 'succeeded';
    throw error;
  }
}

/** Cloud Map may not show the removal yet. */
function stillShown({ instanceId, service }: Claim, key: string): WaitError {
  const instance = `instance ${instanceId} of ${serviceText(service)}`;
  return new WaitError(`attribute ${key} of ${instance} was removed a moment ago and is still shown`, {
    retryAfterMs: 10_000,
  });
}
