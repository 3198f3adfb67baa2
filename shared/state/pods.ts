import { ConflictError } from '../model/errors.ts';
import { objectKey, type PodKey } from '../model/identity.ts';
import type { Pod, PodObservation } from '../model/pod.ts';
import { type Registration, registrationId } from '../model/registration.ts';
import { orderedVersion, type StoredSighting, sameTimeAs } from '../model/version.ts';
import type { Problem } from '../plan/desired.ts';
import type { GateNote } from '../plan/readiness-gate.ts';
import type { Expression, Item, ItemKey, Table } from './table.ts';

/**
 * How long a tombstone stays: EventBridge tries for a day and the queue keeps a message for four, so no event about a
 * pod can come later than that.
 */
const tombstoneSeconds = 6 * 24 * 3600;

export interface PodItem extends PodObservation {
  readonly registrations: readonly Registration[];
  readonly problems: readonly Problem[];
  readonly gate?: GateNote;
}

/** Pods seen: `POD#<cluster>` / `<namespace>/<name>`. */
export class Pods {
  private readonly table: Table;
  private readonly now: () => number;

  constructor(table: Table, now: () => number) {
    this.table = table;
    this.now = now;
  }

  async record(observation: PodObservation, supersedes?: StoredSighting): Promise<'stored' | 'older'> {
    const { pod } = observation;
    if (supersedes && (await this.replaces(pod, storing(observation, ', #gate'), isStill(supersedes))))
      return 'stored';
    const isStored = await this.replaces(pod, storing(observation), isNews(observation, this.nowSeconds()));
    return isStored ? 'stored' : 'older';
  }

  private async replaces(key: PodKey, update: Expression, condition: Expression): Promise<boolean> {
    try {
      await this.table.update(keyOf(key), update, condition);
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  async find(key: PodKey): Promise<PodItem | undefined> {
    const item = await this.table.get(keyOf(key));
    return item && this.isAlive(item) ? podItemOf(item) : undefined;
  }

  async addRegistration(key: PodKey, registration: Registration): Promise<void> {
    const { service, instanceId } = registration;
    const update = {
      text: 'SET #registrations.#id = :registration',
      names: { '#id': registrationId(registration) },
      values: { ':registration': { service, instanceId } },
    };
    await this.table.update(keyOf(key), update, exists);
  }

  async removeRegistration(key: PodKey, registration: Registration): Promise<void> {
    const update = { text: 'REMOVE #registrations.#id', names: { '#id': registrationId(registration) } };
    await this.table.update(keyOf(key), update, exists);
  }

  async saveProblems(key: PodKey, problems: readonly Problem[]): Promise<void> {
    const update = { text: 'SET #problems = :problems', values: { ':problems': problems } };
    await this.table.update(keyOf(key), update, exists);
  }

  async saveGate(key: PodKey, gate: GateNote): Promise<void> {
    await this.table.update(keyOf(key), { text: 'SET #gate = :gate', values: { ':gate': gate } }, exists);
  }

  async retire(key: PodKey, uid: string): Promise<void> {
    const update = {
      text: 'SET expiresAt = :expiresAt',
      values: { ':expiresAt': this.nowSeconds() + tombstoneSeconds },
    };
    const condition = {
      text: '#uid = :uid AND #deleted = :true AND size(#registrations) = :zero AND attribute_not_exists(expiresAt)',
      values: { ':uid': uid, ':true': true, ':zero': 0 },
    };
    try {
      await this.table.update(keyOf(key), update, condition);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error; // it is alive again, retired already, or not done yet
    }
  }

  async *inRange(cluster: string, from: string, to: string | null): AsyncGenerator<PodItem> {
    for await (const item of this.table.query(`POD#${cluster}`, from, to))
      if (this.isAlive(item)) yield podItemOf(item);
  }

  /** DynamoDB may be days late in deleting what has expired. */
  private isAlive(item: Item): boolean {
    return item.expiresAt === undefined || (item.expiresAt as number) > this.nowSeconds();
  }

  private nowSeconds(): number {
    return Math.floor(this.now() / 1000);
  }
}

const exists: Expression = { text: 'attribute_exists(pk)' };

/** The update that stores an observation. It removes these attributes, too. */
function storing({ pod, deleted }: PodObservation, removed = ''): Expression {
  return {
    text:
      'SET #uid = :uid, #version = :version, #createdAt = :createdAt, #pod = :pod, #deleted = :deleted, ' +
      '#registrations = if_not_exists(#registrations, :none), #problems = if_not_exists(#problems, :nothing) ' +
      `REMOVE expiresAt${removed}`,
    values: {
      ':uid': pod.uid,
      ':version': orderedVersion(pod.resourceVersion),
      ':createdAt': pod.createdAt,
      ':pod': pod,
      ':deleted': deleted,
      ':none': {},
      ':nothing': [],
    },
  };
}

/** What is stored is still that very sighting. */
function isStill({ uid, resourceVersion, deleted }: StoredSighting): Expression {
  return {
    text: '#uid = :seenUid AND #version = :seenVersion AND #deleted = :seenDeleted',
    values: {
      ':seenUid': uid,
      ':seenVersion': orderedVersion(resourceVersion),
      ':seenDeleted': deleted,
    },
  };
}

/** The rule of `isNewer` as DynamoDB can check it; a tombstone that has expired counts as absent. */
function isNews({ pod, deleted }: PodObservation, nowSeconds: number): Expression {
  const isPlaced = !deleted && pod.node?.zone !== undefined;
  const { earliest, latest } = sameTimeAs(pod.createdAt);
  const clauses = [
    'attribute_not_exists(pk)',
    'expiresAt <= :now',
    '(#uid = :uid AND #version < :version)',
    '(#uid <> :uid AND #createdAt < :earliest)',
    '(#uid <> :uid AND #createdAt <= :latest AND #version < :version)',
    ...(deleted ? ['(#uid = :uid AND #version = :version AND #deleted = :alive)'] : []),
    ...(isPlaced
      ? [
          '(#uid = :uid AND #version = :version AND #deleted = :alive AND attribute_not_exists(#pod.#node.#zone))',
        ]
      : []),
  ];
  return {
    text: clauses.join(' OR '),
    values: {
      ':now': nowSeconds,
      ':uid': pod.uid,
      ':version': orderedVersion(pod.resourceVersion),
      ':earliest': earliest,
      ':latest': latest,
      ...((deleted || isPlaced) && { ':alive': false }),
    },
  };
}

function keyOf(key: PodKey): ItemKey {
  return { pk: `POD#${key.cluster}`, sk: objectKey(key) };
}

function podItemOf(item: Item): PodItem {
  return {
    pod: item.pod as Pod,
    deleted: item.deleted as boolean,
    registrations: Object.values(item.registrations as Record<string, Registration>),
    problems: item.problems as readonly Problem[],
    ...(item.gate !== undefined && { gate: item.gate as GateNote }),
  };
}
