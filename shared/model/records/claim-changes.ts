import { isSamePodName, type ServiceKey } from '../identity.ts';
import { type Claim, invalidatedFingerprint } from './registration.ts';

/** A change of a stored claim, apart from its version. */
export interface ClaimChange {
  readonly set: Partial<Claim>;
  readonly removed: readonly (keyof Claim)[];
}

export type AppliedClaim = Pick<
  Claim,
  'fingerprint' | 'health' | 'operationId' | 'touchedAtMs' | 'attributeKeys' | 'removal' | 'journey'
>;

export type Invalidation = Pick<Claim, 'invalidatedIn' | 'attributeKeys'>;

interface Taking extends Pick<Claim, 'instanceId' | 'owner' | 'serviceId'> {
  readonly service: ServiceKey;
  readonly nowMs: number;
  readonly attributeKeys?: readonly string[] | undefined;
}

/**
 * The claim that a pod takes; `current` is its own or undefined. Taken again in the same Cloud Map service, a claim keeps
 * its fingerprint: the proof that the instance is ours.
 */
export function takenClaim(
  current: Claim | undefined,
  { service, instanceId, owner, serviceId, nowMs, attributeKeys }: Taking,
): Claim {
  const known = current?.serviceId === serviceId ? current : undefined;
  return {
    ...{ service, instanceId, owner, phase: 'claimed', serviceId, touchedAtMs: nowMs },
    version: (current?.version ?? 0) + 1,
    waiting: current?.waiting ?? [],
    waitRevision: current?.waitRevision ?? 0,
    ...(known && {
      fingerprint: known.fingerprint,
      health: known.health,
      invalidatedIn: known.invalidatedIn,
      attributeKeys: known.attributeKeys,
      removal: known.removal,
      journey: known.journey,
      ...(known.phase !== 'releasing' && { operationId: known.operationId }),
    }),
    ...(attributeKeys && { attributeKeys }),
  };
}

/** Nothing of the former owner's registration remains; the pods that wait for the id still wait. */
export function takenOverClaim(
  { service, instanceId, version, waiting, waitRevision }: Claim,
  owner: Claim['owner'],
  serviceId: string,
  nowMs: number,
): Claim {
  return {
    ...{ service, instanceId, owner, phase: 'claimed', serviceId, touchedAtMs: nowMs },
    version: version + 1,
    waiting: waiting.filter((pod) => !isSamePodName(pod, owner)),
    waitRevision,
  };
}

/** Cloud Map accepted the update. Only an update that states its keys knows what it removes. */
export function appliedChange(applied: AppliedClaim): ClaimChange {
  const { fingerprint, health, operationId, touchedAtMs, attributeKeys, removal, journey } = applied;
  const isNothingRemoved = attributeKeys !== undefined && removal === undefined;
  return {
    set: present({
      phase: 'applied',
      ...{ fingerprint, health, operationId, touchedAtMs, attributeKeys, removal, journey },
    }),
    removed: isNothingRemoved ? ['removal'] : [],
  };
}

/** The instance may no longer be as the claim says; it stays ours. */
export function invalidatedChange(
  claim: Claim,
  what: 'attributes' | 'all',
  { invalidatedIn, attributeKeys }: Invalidation,
): ClaimChange {
  const fingerprint = claim.fingerprint === undefined ? undefined : invalidatedFingerprint;
  return {
    set: present({ phase: 'claimed', fingerprint, invalidatedIn, attributeKeys }),
    removed: what === 'all' ? ['operationId', 'health'] : ['operationId'],
  };
}

/** `operationId`: of an accepted DeregisterInstance. */
export function releasedChange(
  operationId: string | undefined,
  releaseCause: Claim['releaseCause'],
): ClaimChange {
  return {
    set: present({ phase: 'releasing', operationId, releaseCause }),
    removed: operationId === undefined ? ['operationId'] : [],
  };
}

function present(changes: Partial<Claim>): Partial<Claim> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
