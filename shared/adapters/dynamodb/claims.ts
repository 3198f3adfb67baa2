import { ConflictError } from '../../model/errors.ts';
import { isSamePodName, type PodKey, type ServiceKey, serviceId } from '../../model/identity.ts';
import {
  type AppliedClaim,
  appliedChange,
  type ClaimChange,
  type Invalidation,
  invalidatedChange,
  releasedChange,
  takenClaim,
  takenOverClaim,
} from '../../model/records/claim-changes.ts';
import type { Claim } from '../../model/records/registration.ts';
import type { ClaimStore, TakeOptions } from '../../ports/ports.ts';
import type { Expression, Item, ItemKey, Table } from './table.ts';

/**
 * Claims: `CLAIM#<target>#<namespace>/<service>` / `<instance id>`. The owner's writes are conditional on the claim's
 * version. A waiting pod raises `waitRevision` instead, so that it does not conflict with the owner's writes, but the
 * removal still detects it.
 */
export class Claims implements ClaimStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async find(service: ServiceKey, instanceId: string): Promise<Claim | undefined> {
    const item = await this.table.get(keyOf({ service, instanceId }));
    return item && claimOf(item);
  }

  async take(
    id: { readonly service: ServiceKey; readonly instanceId: string },
    owner: Claim['owner'],
    serviceId: string,
    nowMs: number,
    { attributeKeys, seen }: TakeOptions = {},
  ): Promise<Claim> {
    let current = seen === undefined ? await this.find(id.service, id.instanceId) : (seen ?? undefined);
    for (;;) {
      if (current !== undefined && !isSamePodName(current.owner, owner)) return current;
      const taken = takenClaim(current, { ...id, owner, serviceId, nowMs, attributeKeys });
      try {
        await this.put(taken, current === undefined ? absent : unchangedWithWaiters(current));
        return taken;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error; // another pod was first: find out which
        current = await this.find(id.service, id.instanceId);
      }
    }
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
    const taken = takenOverClaim(released, owner, serviceId, nowMs);
    await this.put(taken, unchangedWithWaiters(released));
    return taken;
  }

  async remove(claim: Claim): Promise<void> {
    await this.table.delete(keyOf(claim), unchangedWithWaiters(claim));
  }

  async wait(claim: Claim, { cluster, namespace, name }: PodKey): Promise<boolean> {
    const update = {
      text: 'SET #waitRevision = #waitRevision + :one, #waiting.#pod = :pod',
      names: { '#pod': `${cluster}/${namespace}/${name}` },
      values: { ':one': 1, ':pod': { cluster, namespace, name } },
    };
    try {
      await this.table.update(keyOf(claim), update, ownedBy(claim.owner));
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  async *ofService(service: ServiceKey): AsyncGenerator<Claim> {
    for await (const item of this.table.query(partitionOf(service), '', null)) yield claimOf(item);
  }

  private async change(claim: Claim, { set, removed }: ClaimChange): Promise<Claim> {
    const entries = Object.entries({ ...set, version: claim.version + 1 });
    const update = {
      text:
        `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}` +
        (removed.length > 0 ? ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}` : ''),
      values: Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
    };
    return claimOf(await this.table.update(keyOf(claim), update, unchanged(claim)));
  }

  private async put(claim: Claim, condition: Expression): Promise<void> {
    const waiting = Object.fromEntries(
      claim.waiting.map((pod) => [`${pod.cluster}/${pod.namespace}/${pod.name}`, pod]),
    );
    await this.table.put({ ...keyOf(claim), ...claim, waiting }, condition);
  }
}

const absent: Expression = { text: 'attribute_not_exists(pk)' };

/** Owner and version are unchanged; the waiting pods may have changed. */
function unchanged({ version, owner }: Claim): Expression {
  const owned = ownedBy(owner);
  return { text: `${owned.text} AND #version = :seen`, values: { ...owned.values, ':seen': version } };
}

/** Same, and no other pod has begun to wait. */
function unchangedWithWaiters(claim: Claim): Expression {
  const { text, values } = unchanged(claim);
  return {
    text: `${text} AND #waitRevision = :seenRevision`,
    values: { ...values, ':seenRevision': claim.waitRevision },
  };
}

function ownedBy({ cluster, namespace, name }: PodKey): Expression {
  return {
    text: '#owner.#cluster = :cluster AND #owner.#namespace = :namespace AND #owner.#name = :name',
    values: { ':cluster': cluster, ':namespace': namespace, ':name': name },
  };
}

function partitionOf(service: ServiceKey): string {
  return `CLAIM#${service.target}#${serviceId(service)}`;
}

function keyOf({
  service,
  instanceId,
}: {
  readonly service: ServiceKey;
  readonly instanceId: string;
}): ItemKey {
  return { pk: partitionOf(service), sk: instanceId };
}

function claimOf(item: Item): Claim {
  const { pk, sk, waiting, ...claim } = item;
  return { ...(claim as unknown as Claim), waiting: Object.values(waiting as Record<string, PodKey>) };
}
