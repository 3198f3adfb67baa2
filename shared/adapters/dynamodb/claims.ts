import { ConflictError } from '../../model/errors.ts';
import { type PodKey, type ServiceKey, serviceId } from '../../model/identity.ts';
import { type Claim, invalidatedFingerprint } from '../../model/records/registration.ts';
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
      if (current !== undefined && !isSamePod(current.owner, owner)) return current;
      const taken = {
        ...nextClaim(current, id, owner, serviceId, nowMs),
        ...(attributeKeys && { attributeKeys }),
      };
      try {
        await this.put(taken, current === undefined ? absent : unchangedWithWaiters(current));
        return taken;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error; // another pod was first: find out which
        current = await this.find(id.service, id.instanceId);
      }
    }
  }

  async apply(
    claim: Claim,
    applied: Pick<
      Claim,
      'fingerprint' | 'health' | 'operationId' | 'touchedAtMs' | 'attributeKeys' | 'removal'
    >,
  ): Promise<Claim> {
    const { fingerprint, health, operationId, touchedAtMs, attributeKeys, removal } = applied;
    const changes = { fingerprint, health, operationId, touchedAtMs, attributeKeys, removal };
    const isNothingRemoved = attributeKeys !== undefined && removal === undefined;
    return this.change(claim, { phase: 'applied', ...changes }, isNothingRemoved ? ['removal'] : []);
  }

  async invalidate(
    claim: Claim,
    what: 'attributes' | 'all',
    { invalidatedIn, attributeKeys }: Pick<Claim, 'invalidatedIn' | 'attributeKeys'> = {},
  ): Promise<Claim> {
    const fingerprint = claim.fingerprint === undefined ? undefined : invalidatedFingerprint;
    const removed = what === 'all' ? (['operationId', 'health'] as const) : (['operationId'] as const);
    return this.change(claim, { phase: 'claimed', fingerprint, invalidatedIn, attributeKeys }, removed);
  }

  async release(claim: Claim, operationId?: string): Promise<Claim> {
    return this.change(
      claim,
      { phase: 'releasing', operationId },
      operationId === undefined ? ['operationId'] : [],
    );
  }

  async takeOver(released: Claim, owner: Claim['owner'], serviceId: string, nowMs: number): Promise<Claim> {
    const taken = takenOver(released, owner, serviceId, nowMs);
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

  private async change(
    claim: Claim,
    changes: Partial<Claim>,
    removed: readonly (keyof Claim)[] = [],
  ): Promise<Claim> {
    const entries = Object.entries({ ...changes, version: claim.version + 1 }).filter(
      ([, value]) => value !== undefined,
    );
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

/** Taken again by its pod in the same service, a claim keeps its fingerprint: the proof that the instance is ours. */
function nextClaim(
  current: Claim | undefined,
  { service, instanceId }: { readonly service: ServiceKey; readonly instanceId: string },
  owner: Claim['owner'],
  serviceId: string,
  nowMs: number,
): Claim {
  const isSameService = current?.serviceId === serviceId;
  return {
    service,
    instanceId,
    owner,
    phase: 'claimed',
    serviceId,
    touchedAtMs: nowMs,
    version: (current?.version ?? 0) + 1,
    waiting: current?.waiting ?? [],
    waitRevision: current?.waitRevision ?? 0,
    ...(isSameService && {
      fingerprint: current.fingerprint,
      health: current.health,
      invalidatedIn: current.invalidatedIn,
      attributeKeys: current.attributeKeys,
      removal: current.removal,
      ...(current.phase !== 'releasing' && { operationId: current.operationId }),
    }),
  };
}

/** Nothing of the former owner's registration remains; the pods that wait for the id still wait. */
function takenOver(
  { service, instanceId, version, waiting, waitRevision }: Claim,
  owner: Claim['owner'],
  serviceId: string,
  nowMs: number,
): Claim {
  return {
    ...{ service, instanceId, owner, phase: 'claimed', serviceId, touchedAtMs: nowMs },
    version: version + 1,
    waiting: waiting.filter((pod) => !isSamePod(pod, owner)),
    waitRevision,
  };
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

function isSamePod(a: PodKey, b: PodKey): boolean {
  return a.cluster === b.cluster && a.namespace === b.namespace && a.name === b.name;
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
