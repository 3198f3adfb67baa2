import { NotFoundError } from '../model/errors.ts';
import { podGroup, serviceText } from '../model/identity.ts';
import type { Claim } from '../model/registration.ts';
import type { DesiredInstance } from '../plan/desired.ts';
import { noteOf, type Standing } from '../plan/readiness-gate.ts';
import { longestOperationMs } from './operations.ts';
import type { Operation, PodRecord, World } from './ports.ts';
import { serviceKeyOf } from './resolve-service.ts';

/** With the claim that it was read from, where there is a registration. */
export type ReadStanding = Standing & { readonly claim?: Claim | undefined };

/** When a running registration is looked at, after it was accepted; beyond, the message comes again. */
const looksAtMs = [100, 250, 500];

/**
 * How things stand with one service that a ready pod is to be in, by its claim and Cloud Map's operation. `refusal`: why
 * the last attempt failed, where that will not go away by itself.
 */
export async function readStanding(
  world: World,
  record: PodRecord,
  instance: DesiredInstance,
  refusal: string | undefined,
): Promise<ReadStanding> {
  const { pod } = record;
  const key = serviceKeyOf(world.cluster(pod.cluster), instance);
  const claim = await world.claims.find(key, instance.instanceId);
  const isOwn = claim !== undefined && podGroup(claim.owner) === podGroup(pod) && claim.owner.uid === pod.uid;
  if (isOwn && claim.phase === 'applied' && claim.health !== 'UNHEALTHY')
    return { ...(await standingOf(world, claim, noteOf(record).succeeded)), claim };
  // What was registered once is there still when it cannot be updated.
  const isThere = isOwn && claim.phase === 'claimed' && claim.fingerprint !== undefined;
  return refusal === undefined || isThere ? { kind: 'unsettled' } : { kind: 'refused', reason: refusal };
}

async function standingOf(world: World, claim: Claim, succeeded: readonly string[]): Promise<Standing> {
  const { operationId, touchedAtMs } = claim;
  const where = `${serviceText(claim.service)} as ${claim.instanceId}`;
  if (operationId !== undefined && succeeded.includes(operationId)) return { kind: 'discoverable', where };
  const { status, error } = await readOperation(world, claim);
  if (status === 'succeeded') return { kind: 'discoverable', where };
  if (status === 'failed') return { kind: 'failed', where, reason: error ?? 'no reason given' };
  if (world.clock.now() - touchedAtMs < longestOperationMs) return { kind: 'pending', where };
  return {
    kind: 'refused',
    reason: `${where}: Cloud Map works on operation ${operationId} for over a minute`,
  };
}

/** Cloud Map forgets operations after a while; then what is there says how it ended. */
async function readOperation(world: World, claim: Claim): Promise<Operation> {
  const { operationId, serviceId, instanceId, owner, touchedAtMs } = claim;
  const cloudMap = world.cloudMap(world.cluster(owner.cluster));
  try {
    if (operationId !== undefined)
      return await lookAt(world, touchedAtMs, () => cloudMap.operation(operationId));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  const attributes = await cloudMap.findInstance(serviceId, instanceId);
  return attributes === undefined
    ? { status: 'failed', error: 'Cloud Map does not have the instance' }
    : { status: 'succeeded' };
}

/** One look, or some within the first half second: most registrations are done by then. */
async function lookAt(
  { clock }: World,
  acceptedAtMs: number,
  look: () => Promise<Operation>,
): Promise<Operation> {
  const beganAtMs = clock.now();
  const ageMs = Math.max(0, beganAtMs - acceptedAtMs);
  const ahead = looksAtMs.filter((atMs) => atMs > ageMs);
  if (ahead.length === 0) return look();
  let operation: Operation = { status: 'pending' };
  for (const atMs of ahead) {
    if (operation.status !== 'pending') break;
    await clock.sleep(Math.max(0, atMs - ageMs - (clock.now() - beganAtMs)));
    operation = await look();
  }
  return operation;
}
