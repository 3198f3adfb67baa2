import pLimit from 'p-limit';
import type { ClusterConfig } from '../model/cluster-config.ts';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  PrunedFieldsError,
  RetryableError,
} from '../model/errors.ts';
import { type Failure, failureOf } from '../model/problem.ts';
import { type ObjectName, objectNameText } from '../model/records/mesh-claim.ts';
import { type Condition, type MeshStatus, statusesIn, type Timed } from '../model/records/mesh-status.ts';
import type { StatusRecord } from '../model/records/status-record.ts';
import { isSameContent } from '../pods/plan/same-content.ts';
import type { StatusDependencies, StatusWriter } from '../ports/mesh-ports.ts';
import { mergedStatus, type TargetName } from './plan/merged-status.ts';
import { statusPatch } from './plan/status.ts';

/** One of the two parts of an object's status; each has its own writer. */
export interface StatusPart {
  /** In one of the cluster's mesh targets. */
  readonly mesh?: { readonly target: string; readonly status: MeshStatus };
  readonly instances?: Condition | null;
}

/** Concurrent status writes: each takes a connection to the API server. */
const concurrency = 10;

/** After this many refusals in a row, the cause is the cluster (a missing permission), not the object. */
const maxRefusals = 3;

/**
 * Writes the status of objects. The table is written first. It records the revision last written to the object, so that a
 * failed write is retried later and an unchanged status costs nothing. Each part of a status has one writer. The object's
 * list of conditions holds both parts, so a writer that finds a write of the other in between writes again.
 */
export class StatusPublisher {
  private readonly deps: StatusDependencies;
  private readonly cluster: ClusterConfig;
  private readonly writer: StatusWriter;
  private readonly records = new Map<string, StatusRecord>();
  /** Why no status can be written to the cluster in this run. */
  private obstacle: Failure | undefined;
  private refusals = 0;
  private readonly limit = pLimit(concurrency);

  /** Objects whose record has to be read: those not read yet, and those changed since. */
  private readonly unread: { readonly has: (key: string) => boolean };
  private readonly changedByOthers = new Set<string>();
  private readonly targets: readonly TargetName[];
  /** By object name, the last publication: two mesh targets of an object take turns. */
  private readonly turns = new Map<string, Promise<void>>();

  /** `targets`: those of the cluster. `records`: all status records of the cluster, if they have been read. */
  constructor(
    deps: StatusDependencies,
    cluster: ClusterConfig,
    {
      targets = [],
      records,
    }: { readonly targets?: readonly TargetName[]; readonly records?: readonly StatusRecord[] } = {},
  ) {
    this.deps = deps;
    this.targets = targets;
    this.cluster = cluster;
    this.writer = deps.statusWriter(cluster);
    this.unread = records === undefined ? { has: () => true } : this.changedByOthers;
    for (const record of records ?? []) this.records.set(objectNameText(record.object), record);
  }

  async publish(object: ObjectName & { readonly uid: string }, part: StatusPart): Promise<void> {
    const key = objectNameText(object);
    const publish = async () => {
      const record = await this.saveRecord(object, part);
      if (record.written !== record.revision) await this.write(record);
    };
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(() => this.limit(publish));
    this.turns.set(
      key,
      turn.catch(() => undefined),
    );
    await turn;
  }

  /** Removes the record of a deleted object. If the other writer writes or removes it at the same time, it is left as is. */
  async forget(record: StatusRecord): Promise<void> {
    this.records.delete(objectNameText(record.object));
    this.changedByOthers.add(objectNameText(record.object));
    try {
      await this.deps.statuses.remove(this.cluster.name, record);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }

  private async saveRecord(
    { kind, namespace, name, uid }: ObjectName & { readonly uid: string },
    part: StatusPart,
  ): Promise<StatusRecord> {
    const object = { kind, namespace, name };
    for (;;) {
      const known = await this.known(object);
      const next = this.nextRecord(object, uid, known, part);
      if (known !== undefined && isSameContent(parts(known), parts(next)) && known.uid === uid) return known;
      if (await this.replace(next, known)) return next;
    }
  }

  private nextRecord(
    object: ObjectName,
    uid: string,
    known: StatusRecord | undefined,
    { mesh, instances }: StatusPart,
  ): StatusRecord {
    const before = known?.uid === uid ? known : undefined;
    const targets = mesh && this.statusesWith(mesh, before);
    const written =
      instances === null
        ? undefined
        : instances && this.timed(instances, before?.instances, instances.status);
    const merged = targets && mergedStatus(this.targets, targets);
    const next = merged && { ...merged, ...withFormerRoutes(merged, before?.mesh) };
    return {
      object,
      uid,
      mesh: next ? this.timed(next, before?.mesh, next.condition.status) : before?.mesh,
      targets: targets ? this.storedTargets(targets) : before?.targets,
      instances: instances === undefined ? before?.instances : written,
      revision: (known?.revision ?? 0) + 1,
      written: known?.written,
    };
  }

  /** The object's status in each target of the cluster; that in a former target is dropped. */
  private statusesWith(
    { target, status }: NonNullable<StatusPart['mesh']>,
    before: StatusRecord | undefined,
  ): Readonly<Record<string, MeshStatus>> {
    const all = { ...(before && statusesIn(before)), [target]: status };
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => this.targets.some((each) => each.name === name)),
    );
  }

  /** If App Mesh is the only target, the status in it is the whole status, as in earlier versions. */
  private storedTargets(targets: Readonly<Record<string, MeshStatus>>): StatusRecord['targets'] {
    return this.targets.every(({ name }) => name === 'app-mesh') ? undefined : targets;
  }

  /** The time at which a condition's status changed last; another reason or message is no change of it. */
  private timed<T extends MeshStatus | Condition>(
    next: T,
    before: Timed<T> | undefined,
    status: string,
  ): Timed<T> {
    const was = before && ('condition' in before ? before.condition.status : before.status);
    const changedAt =
      before !== undefined && was === status
        ? before.changedAt
        : new Date(this.deps.clock.now()).toISOString().replace(/\.\d+/, '');
    return { ...next, changedAt };
  }

  private async write(record: StatusRecord): Promise<void> {
    const problem = await this.tryToWrite(record);
    if (record.problem && isSameContent(problem, record.problem)) return;
    const written =
      problem === undefined ? { ...withoutFormerRoutes(record), written: record.revision } : record;
    if (await this.replace({ ...written, problem }, record)) return;
    const newer = await this.known(record.object);
    // Write even if the other writer recorded its own write: this one may have come later and overwritten its part.
    if (newer !== undefined) await this.write(newer);
  }

  /** Why the status was not written; undefined if it was written or the object no longer exists. */
  private async tryToWrite({ object, uid, mesh, instances }: StatusRecord): Promise<Failure | undefined> {
    if (this.obstacle !== undefined) return this.obstacle;
    try {
      await this.writer.write({ ...object, uid }, statusPatch(object, { mesh, instances }));
    } catch (error) {
      if (error instanceof NotFoundError || error instanceof ConflictError) return undefined;
      // The cause is the CRD of this kind: other kinds can be written.
      const failure = failureOf(error);
      if (error instanceof PrunedFieldsError) return failure;
      if (error instanceof PermanentError) this.refusals += 1;
      else if (!(error instanceof RetryableError)) throw error;
      if (error instanceof RetryableError || this.refusals === maxRefusals) this.obstacle = failure;
      return failure;
    }
    this.refusals = 0;
    return undefined;
  }

  private async known(object: ObjectName): Promise<StatusRecord | undefined> {
    const key = objectNameText(object);
    const known = this.records.get(key);
    if (known !== undefined || !this.unread.has(key)) return known;
    const record = await this.deps.statuses.find(this.cluster.name, object);
    if (record !== undefined) this.records.set(key, record);
    return record;
  }

  /** Returns false, and drops the known record, if the other writer was first. */
  private async replace(next: StatusRecord, previous: StatusRecord | undefined): Promise<boolean> {
    const key = objectNameText(next.object);
    try {
      await this.deps.statuses.replace(this.cluster.name, next, previous);
      this.records.set(key, next);
      return true;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      this.records.delete(key);
      this.changedByOthers.add(key);
      return false;
    }
  }
}

function parts({ mesh, targets, instances }: StatusRecord) {
  return { mesh, targets, instances };
}

/** The API server merges maps, so a removed route is sent as null until the object's status was written. */
function withFormerRoutes({ routeArns }: MeshStatus, before: MeshStatus | undefined) {
  if (routeArns === undefined) return {};
  const former = Object.keys(before?.routeArns ?? {}).map((name) => [name, null] as const);
  return { routeArns: { ...Object.fromEntries(former), ...routeArns } };
}

function withoutFormerRoutes({ mesh, ...record }: StatusRecord): StatusRecord {
  if (mesh?.routeArns === undefined) return { ...record, mesh };
  const present = Object.entries(mesh.routeArns).filter(([, arn]) => arn !== null);
  return { ...record, mesh: { ...mesh, routeArns: Object.fromEntries(present) } };
}
