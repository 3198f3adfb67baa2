import { ConflictError, RefusedError, WaitError } from '../model/errors.ts';
import { resyncRequested } from '../model/events/resync-requested.ts';
import { type PodKey, podGroup, podKeyText, type ServiceKey, serviceText } from '../model/identity.ts';
import type { Pod } from '../model/pod.ts';
import type { Claim } from '../model/records/registration.ts';
import type { Dependencies, TakeOptions } from '../ports/ports.ts';
import { logDeregistered } from './operations.ts';
import { stateOf } from './release-claim.ts';
import { stateOfRelease } from './release-state.ts';

const maxAttempts = 4;

/** The id that a pod needs, and what is known of its claim. */
export interface ClaimRequest {
  readonly pod: Pod;
  readonly service: ServiceKey;
  readonly instanceId: string;
  readonly serviceId: string;
  readonly attributeKeys: readonly string[];
  /** The claim as read before. */
  readonly current: Claim | undefined;
}

export function isOwn(claim: Claim | undefined, pod: Pod): claim is Claim {
  return isOwnGroup(claim, pod) && claim.owner.uid === pod.uid;
}

/** By this pod, or by a former one of its name. */
export function isOwnGroup(claim: Claim | undefined, pod: PodKey): claim is Claim {
  return claim !== undefined && podGroup(claim.owner) === podGroup(pod);
}

/** Takes the id, or records that the pod waits for it; the owner wakes the pod when it releases the id. */
export async function takeClaim(deps: Dependencies, request: ClaimRequest): Promise<Claim> {
  const { pod, serviceId, attributeKeys } = request;
  const id = { service: request.service, instanceId: request.instanceId };
  let options: TakeOptions = { attributeKeys, ...seenBy(request) };
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const claim: Claim = await deps.claims.take(id, ownerOf(pod), serviceId, deps.clock.now(), options);
    if (podGroup(claim.owner) === podGroup(pod)) return claim;
    const taken = await takeOverIfReleased(deps, claim, request);
    if (taken !== undefined) return taken;
    options = { attributeKeys };
    if (!(await deps.claims.wait(claim, pod))) continue; // it was released in between
    await wakeHolder(deps, claim);
    throw new RefusedError(
      `instance id ${id.instanceId} of ${serviceText(id.service)} is held by ${podKeyText(claim.owner)}; ` +
        'waiting until that pod releases it (pods that share an IP, as with hostNetwork, need cloudMap.instanceId: pod-uid)',
      { dependsOn: 'instance' },
    );
  }
  throw new WaitError(`instance id ${id.instanceId} of ${serviceText(id.service)} changes hands too quickly`);
}

/** Another pod's claim is read again before this pod waits for it. */
function seenBy({ current, pod }: ClaimRequest): Pick<TakeOptions, 'seen'> {
  return current === undefined || isOwnGroup(current, pod) ? { seen: current ?? null } : {};
}

function ownerOf(pod: Pod): Claim['owner'] {
  return { cluster: pod.cluster, namespace: pod.namespace, name: pod.name, uid: pod.uid };
}

/** An id whose deregistration has succeeded is free, even if its former owner's claim is not yet removed. */
async function takeOverIfReleased(
  deps: Dependencies,
  claim: Claim,
  { pod, serviceId }: ClaimRequest,
): Promise<Claim | undefined> {
  if ((await stateOfRelease(deps, claim)).status !== 'succeeded') return undefined;
  try {
    const taken = await deps.claims.takeOver(claim, ownerOf(pod), serviceId, deps.clock.now());
    logDeregistered(deps, claim);
    return taken;
  } catch (error) {
    if (error instanceof ConflictError) return undefined; // its owner was first, or another pod
    throw error;
  }
}

/**
 * The owner may be gone with its last event lost, or may have left a deregistration running: its writer is then asked
 * to resync it.
 */
async function wakeHolder(deps: Dependencies, claim: Claim): Promise<void> {
  const holder = await deps.pods.find(claim.owner);
  if (
    claim.phase !== 'releasing' &&
    holder !== undefined &&
    !holder.deleted &&
    !holder.pod.terminating &&
    holder.pod.uid === claim.owner.uid
  )
    return;
  await deps.requests.send([
    resyncRequested(claim.owner, stateOf(claim), `${claim.instanceId} is wanted by another pod`),
  ]);
}
