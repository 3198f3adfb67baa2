import { ConflictError } from '../../model/errors.ts';
import { objectKey, type PodKey, podKeyText } from '../../model/identity.ts';
import { type Pod, type PodObservation, sightingOfPod } from '../../model/pod.ts';
import type { Problem } from '../../model/problem.ts';
import { placingOf, type RecordedStates } from '../../model/records/displaced.ts';
import type { GateNote } from '../../model/records/gate-note.ts';
import type { PodRecord } from '../../model/records/pod-record.ts';
import { type PlaceWait, type Registration, registrationId } from '../../model/records/registration.ts';
import { orderedVersion, type StoredSighting, sameTimeAs, versionOf } from '../../model/version.ts';
import type { PodStore } from '../../ports/ports.ts';
import type { Expression, Item, ItemKey, Table } from './table.ts';

/**
 * How long a tombstone is kept: EventBridge retries for a day and the queue keeps a message for four, so no event about
 * a pod can arrive later.
 */
const tombstoneSeconds = 6 * 24 * 3600;

/** Two handlers meet on one pod only if a visibility timeout has expired. */
const maxAttempts = 3;

/** Observed pods: `POD#<cluster>` / `<namespace>/<name>`. */
export class Pods implements PodStore {
  private readonly table: Table;
  private readonly now: () => number;

  constructor(table: Table, now: () => number) {
    this.table = table;
    this.now = now;
  }

  /**
   * A newer observation of the stored pod is stored with one conditional write. The other cases are rare: an
   * observation that is not newer, or one that replaces another pod of the name. They read the record first.
   */
  async record(observation: PodObservation, supersedes?: StoredSighting): Promise<'stored' | 'older'> {
    const { pod } = observation;
    const stored = storing(observation, this.now());
    if (supersedes && (await this.replaces(pod, superseding(stored), isStill(supersedes)))) return 'stored';
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (await this.replaces(pod, stored, isNews(observation, this.nowSeconds()))) return 'stored';
      const result = await this.place(observation, stored);
      if (result !== 'changed') return result;
    }
    throw new ConflictError(`${podKeyText(pod)} is stored by others at the same time`);
  }

  /** `changed`: the record has changed since it was read. */
  private async place(
    observation: PodObservation,
    stored: Expression,
  ): Promise<'stored' | 'older' | 'changed'> {
    const { pod } = observation;
    const item = await this.table.get(keyOf(pod));
    if (item === undefined || !this.isAlive(item)) return 'changed';
    const recorded = recordedOf(item);
    const placing = placingOf(observation, recorded);
    if (placing === 'nowhere') return 'older';
    const values = { ':state': placing === 'as sighting' ? recorded.state : pod };
    const update =
      placing === 'as sighting'
        ? { text: `SET #former = :state, ${stored.text.slice(4)}`, values: { ...stored.values, ...values } }
        : { text: placing === 'as state' ? 'SET #pod = :state' : 'SET #former = :state', values };
    if (!(await this.replaces(pod, update, isStill(recorded.sighting)))) return 'changed';
    return placing === 'as sighting' ? 'stored' : 'older';
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

  async find(key: PodKey): Promise<PodRecord | undefined> {
    const item = await this.table.get(keyOf(key));
    return item && this.isAlive(item) ? podRecordOf(item) : undefined;
  }

  async addRegistration(key: PodKey, registration: Registration): Promise<void> {
    const { service, instanceId, uid } = registration;
    const update = {
      text: 'SET #registrations.#id = :registration',
      names: { '#id': registrationId(registration) },
      values: { ':registration': { service, instanceId, ...(uid && { uid }) } },
    };
    await this.table.update(keyOf(key), update, exists);
  }

  async removeRegistration(key: PodKey, registration: Registration): Promise<void> {
    const update = { text: 'REMOVE #registrations.#id', names: { '#id': registrationId(registration) } };
    await this.table.update(keyOf(key), update, exists);
  }

  async addWait(key: PodKey, wait: PlaceWait): Promise<void> {
    await this.table.update(keyOf(key), { text: 'ADD #waits :waits', ...waitsValue(wait) }, exists);
  }

  async removeWait(key: PodKey, wait: PlaceWait): Promise<void> {
    await this.table.update(keyOf(key), { text: 'DELETE #waits :waits', ...waitsValue(wait) }, exists);
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
      if (!(error instanceof ConflictError)) throw error; // it is alive again, already retired, or not done yet
    }
  }

  async *inRange(cluster: string, from: string, to: string | null): AsyncGenerator<PodRecord> {
    for await (const item of this.table.query(`POD#${cluster}`, from, to))
      if (this.isAlive(item)) yield podRecordOf(item);
  }

  /** DynamoDB may delete expired items days late. */
  private isAlive(item: Item): boolean {
    return item.expiresAt === undefined || (item.expiresAt as number) > this.nowSeconds();
  }

  private nowSeconds(): number {
    return Math.floor(this.now() / 1000);
  }
}

/** Waits are a set of texts: that needs no attribute to exist before, and adding or removing one leaves the others. */
function waitsValue({ service, createdAt }: PlaceWait): Pick<Expression, 'values'> {
  const { target, namespaceName, serviceName, chosen } = service;
  const named = { target, namespaceName, serviceName, ...(chosen && { chosen }) };
  return { values: { ':waits': new Set([JSON.stringify({ service: named, createdAt })]) } };
}

function waitsOf(item: Item): readonly PlaceWait[] {
  return [...((item.waits as ReadonlySet<string> | undefined) ?? [])].map((text) => JSON.parse(text));
}

const exists: Expression = { text: 'attribute_exists(pk)' };

/** The update that stores an observation. A deletion keeps the last live state and adds which pod it was. */
function storing({ pod, deleted }: PodObservation, nowMs: number): Expression {
  const { nodeVersion } = sightingOfPod({ pod, deleted });
  return {
    text:
      'SET #uid = :uid, #version = :version, #createdAt = :createdAt, #deleted = :deleted, #seenAtMs = :seenAtMs, ' +
      `#pod = ${deleted ? 'if_not_exists(#pod, :pod)' : ':pod'}, ` +
      '#registrations = if_not_exists(#registrations, :none), #problems = if_not_exists(#problems, :nothing)' +
      (nodeVersion === undefined ? ' ' : ', #nodeVersion = :nodeVersion ') +
      `REMOVE expiresAt${nodeVersion === undefined ? ', #nodeVersion' : ''}`,
    values: {
      ':uid': pod.uid,
      ':version': orderedVersion(pod.resourceVersion),
      ':createdAt': pod.createdAt,
      ':deleted': deleted,
      ':seenAtMs': nowMs,
      ':pod': pod,
      ':none': {},
      ':nothing': [],
      ...(nodeVersion !== undefined && { ':nodeVersion': orderedVersion(nodeVersion) }),
    },
  };
}

/** Nothing of a false sighting is kept, nor anything that depends on its version. */
function superseding({ text, ...stored }: Expression): Expression {
  return { ...stored, text: `${text}, #gate, #former` };
}

/** Exactly this sighting is still stored. */
function isStill({ uid, resourceVersion, deleted, nodeVersion }: StoredSighting): Expression {
  return {
    text:
      '#uid = :seenUid AND #version = :seenVersion AND #deleted = :seenDeleted AND ' +
      (nodeVersion === undefined ? 'attribute_not_exists(#nodeVersion)' : '#nodeVersion = :seenNodeVersion'),
    values: {
      ':seenUid': uid,
      ':seenVersion': orderedVersion(resourceVersion),
      ':seenDeleted': deleted,
      ...(nodeVersion !== undefined && { ':seenNodeVersion': orderedVersion(nodeVersion) }),
    },
  };
}

/**
 * The rule of `isNewer` as a DynamoDB condition, except for a live pod that replaces another one whose state must be
 * kept. An expired tombstone counts as absent.
 */
function isNews({ pod, deleted }: PodObservation, nowSeconds: number): Expression {
  const { placed = false, nodeVersion } = sightingOfPod({ pod, deleted });
  const atSameVersion = '#uid = :uid AND #version = :version AND #deleted = :alive';
  const { earliest, latest } = sameTimeAs(pod.createdAt);
  const clauses = [
    'attribute_not_exists(pk)',
    'expiresAt <= :now',
    '(#uid = :uid AND #version < :version)',
    ...(deleted
      ? [
          '(#uid <> :uid AND #createdAt < :earliest)',
          '(#uid <> :uid AND #createdAt <= :latest AND #version < :version)',
        ]
      : []),
    ...(deleted ? [`(${atSameVersion})`] : []),
    ...(nodeVersion !== undefined
      ? [`(${atSameVersion} AND (attribute_not_exists(#nodeVersion) OR #nodeVersion < :nodeVersion))`]
      : []),
    ...(placed && nodeVersion === undefined
      ? [
          `(${atSameVersion} AND attribute_not_exists(#nodeVersion) AND attribute_not_exists(#pod.#node.#zone))`,
        ]
      : []),
  ];
  return {
    text: clauses.join(' OR '),
    values: {
      ':now': nowSeconds,
      ':uid': pod.uid,
      ':version': orderedVersion(pod.resourceVersion),
      ...(deleted && { ':earliest': earliest, ':latest': latest }),
      ...((deleted || placed || nodeVersion !== undefined) && { ':alive': false }),
      ...(nodeVersion !== undefined && { ':nodeVersion': orderedVersion(nodeVersion) }),
    },
  };
}

/** Records of earlier versions have problems without a code; the pod's writer stores them again. */
function isProblem(problem: Partial<Problem>): problem is Problem {
  return problem.code !== undefined;
}

function keyOf(key: PodKey): ItemKey {
  return { pk: `POD#${key.cluster}`, sk: objectKey(key) };
}

function recordedOf(item: Item): RecordedStates {
  const [uid, createdAt, deleted] = [item.uid as string, item.createdAt as string, item.deleted as boolean];
  const state = item.pod as Pod;
  const resourceVersion = deleted ? versionOf(item.version as string) : state.resourceVersion;
  return {
    sighting: sightingOfPod({ pod: { ...state, uid, resourceVersion, createdAt }, deleted }),
    state,
    former: item.former as Pod | undefined,
  };
}

function podRecordOf(item: Item): PodRecord {
  const { sighting, state, former } = recordedOf(item);
  const { uid, resourceVersion, createdAt, deleted } = sighting;
  return {
    pod: deleted ? { ...state, uid, resourceVersion, createdAt } : state,
    deleted,
    registrations: Object.values(item.registrations as Record<string, Registration>),
    problems: (item.problems as readonly Partial<Problem>[]).filter(isProblem),
    ...(item.waits !== undefined && { waits: waitsOf(item) }),
    ...(item.gate !== undefined && { gate: item.gate as GateNote }),
    ...(item.seenAtMs !== undefined && { seenAtMs: item.seenAtMs as number }),
    displaced: [...(deleted ? [state] : []), ...(former ? [former] : [])],
  };
}
