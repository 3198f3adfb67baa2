import { serviceText } from '../model/identity.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import type { Claim } from '../model/records/registration.ts';
import type { Dependencies, Operation } from '../ports/ports.ts';
import { maxOperationMs, watchOf } from './operation-watch.ts';
import type { DesiredInstance } from './plan/desired/desired.ts';
import { noteOf, type RegistrationState } from './plan/readiness-gate.ts';
import { serviceKeyOf } from './services/resolve-service.ts';
import { isOwn } from './take-claim.ts';
import type { WaitLimit } from './wait-limit.ts';

/** With the claim that it was read from, if there is a registration. */
export type RegistrationSnapshot = RegistrationState & { readonly claim?: Claim | undefined };

/** No AWS operation is known to end sooner; a message that arrives a second after the acceptance finds it older. */
const minOperationMs = 900;
/** How long to wait for a new operation if operations may end sooner, as in an emulator. */
const firstWaitMs = 300;

/** Whether an operation of that age usually still runs. */
export function isFreshOperation(ageMs: number): boolean {
  return ageMs < minOperationMs;
}

/**
 * The registration state in one service for a ready pod, from its claim and Cloud Map's operation. `refusal`: why the
 * last attempt failed, if the failure is permanent.
 */
export async function readRegistrationState(
  deps: Dependencies,
  record: PodRecord,
  instance: DesiredInstance,
  { refusal, limit }: { readonly refusal: string | undefined; readonly limit: WaitLimit },
): Promise<RegistrationSnapshot> {
  const { pod } = record;
  const key = serviceKeyOf(deps.cluster(pod.cluster), instance);
  const claim = await deps.claims.find(key, instance.instanceId);
  if (isOwn(claim, pod) && claim.phase === 'applied' && claim.health !== 'UNHEALTHY')
    return { ...(await registrationStateOf(deps, claim, noteOf(record).succeeded, limit)), claim };
  // A registered instance still exists if it cannot be updated.
  const isThere = isOwn(claim, pod) && claim.phase === 'claimed' && claim.fingerprint !== undefined;
  return refusal === undefined || isThere ? { kind: 'unsettled' } : { kind: 'refused', reason: refusal };
}

async function registrationStateOf(
  deps: Dependencies,
  claim: Claim,
  succeeded: readonly string[],
  limit: WaitLimit,
): Promise<RegistrationState> {
  const { operationId, touchedAtMs } = claim;
  const where = `${serviceText(claim.service)} as ${claim.instanceId}`;
  if (operationId !== undefined && succeeded.includes(operationId)) return { kind: 'discoverable', where };
  const { status, error } = await readOperation(deps, claim, limit);
  if (status === 'succeeded') return { kind: 'discoverable', where };
  if (status === 'failed') return { kind: 'failed', where, reason: error ?? 'no reason given' };
  if (deps.clock.now() - touchedAtMs < maxOperationMs) return { kind: 'pending', where };
  return {
    kind: 'refused',
    reason: `${where}: Cloud Map works on operation ${operationId} for over a minute`,
  };
}

/** Cloud Map forgets operations after a while; the instance itself then shows how the operation ended. */
async function readOperation(deps: Dependencies, claim: Claim, limit: WaitLimit): Promise<Operation> {
  const { operationId: id, serviceId, instanceId, owner, touchedAtMs: acceptedAtMs } = claim;
  const cloudMap = deps.cloudMap(deps.cluster(owner.cluster));
  if (id !== undefined) {
    const watch = watchOf(cloudMap, deps.clock);
    const isFresh = isFreshOperation(deps.clock.now() - acceptedAtMs);
    if (isFresh && !watch.mayEndWithin(minOperationMs)) return { status: 'pending' };
    const untilMs = isFresh ? acceptedAtMs + firstWaitMs : limit.untilMs;
    const operation = await watch.wait({ id, serviceId, acceptedAtMs }, untilMs);
    if (operation !== undefined) return operation;
  }
  const attributes = await cloudMap.findInstance(serviceId, instanceId);
  return attributes === undefined
    ? { status: 'failed', error: 'Cloud Map does not have the instance' }
    : { status: 'succeeded' };
}
