import { ConflictError } from '../../../shared/model/errors.ts';
import type { PodKey, ServiceKey } from '../../../shared/model/identity.ts';
import {
  type AppliedClaim,
  appliedChange,
  type ClaimChange,
  type Invalidation,
  invalidatedChange,
  releasedChange,
  takenClaim,
  takenOverClaim,
} from '../../../shared/model/records/claim-changes.ts';
import { type Claim, type Registration, registrationId } from '../../../shared/model/records/registration.ts';
import type { ClaimStore, TakeOptions } from '../../../shared/ports/ports.ts';
import { copy, keyOf, text } from '../memory-values.ts';

export class MemoryClaims implements ClaimStore {
  readonly items = new Map<string, Claim>();

  async find(service: ServiceKey, instanceId: string): Promise<Claim | undefined> {
    return copy(this.items.get(registrationId({ service, instanceId })));
  }

  async take(
    id: Registration,
    owner: Claim['owner'],
    serviceId: string,
    nowMs: number,
    { attributeKeys }: TakeOptions = {},
  ): Promise<Claim> {
    const current = this.items.get(registrationId(id));
    if (current !== undefined && text(keyOf(current.owner)) !== text(keyOf(owner))) return copy(current);
    return this.save(takenClaim(current, { ...id, owner, serviceId, nowMs, attributeKeys }));
  }

  async apply(claim: Claim, applied: AppliedClaim): Promise<Claim> {
    return this.change(claim, appliedChange(applied));
  }

  async invalidate(claim: Claim, what: 'attributes' | 'all', since: Invalidation = {}): Promise<Claim> {
    return this.change(claim, invalidatedChange(claim, what, since));
  }

  async release(claim: Claim, operationId?: string, cause?: Claim['releaseCause']): Promise<Claim> {
    return this.change(claim, releasedChange(operationId, cause));
  }

  async takeOver(released: Claim, owner: Claim['owner'], serviceId: string, nowMs: number): Promise<Claim> {
    return this.save(takenOverClaim(this.unchangedWithWaiters(released), owner, serviceId, nowMs));
  }

  async remove(claim: Claim): Promise<void> {
    this.items.delete(registrationId(this.unchangedWithWaiters(claim)));
  }

  async wait(claim: Claim, pod: PodKey): Promise<boolean> {
    const current = this.items.get(registrationId(claim));
    if (current === undefined || text(keyOf(current.owner)) !== text(keyOf(claim.owner))) return false;
    const others = current.waiting.filter((other) => text(keyOf(other)) !== text(keyOf(pod)));
    this.save({ ...current, waiting: [...others, keyOf(pod)], waitRevision: current.waitRevision + 1 });
    return true;
  }

  async *ofService(service: ServiceKey): AsyncGenerator<Claim> {
    yield* copy([...this.items.values()].filter((claim) => text(claim.service) === text(service)));
  }

  private change(claim: Claim, { set, removed }: ClaimChange): Claim {
    const changed: Record<string, unknown> = { ...this.unchanged(claim), ...set, version: claim.version + 1 };
    for (const name of removed) delete changed[name];
    return this.save(changed as unknown as Claim);
  }

  private unchanged(claim: Claim): Claim {
    const current = this.items.get(registrationId(claim));
    if (current?.version !== claim.version || text(keyOf(current.owner)) !== text(keyOf(claim.owner)))
      throw new ConflictError('the claim changed');
    return current;
  }

  private unchangedWithWaiters(claim: Claim): Claim {
    const current = this.unchanged(claim);
    if (current.waitRevision !== claim.waitRevision) throw new ConflictError('another pod waits');
    return current;
  }

  private save(claim: Claim): Claim {
    this.items.set(registrationId(claim), copy(claim));
    return copy(claim);
  }
}
