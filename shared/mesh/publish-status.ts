import pLimit from 'p-limit';
import type { ClusterConfig } from '../model/cluster-config.ts';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  PrunedFieldsError,
  RetryableError,
} from '../model/errors.ts';
import { type ObjectName, objectNameText } from '../model/mesh-claim.ts';
import type { Condition, MeshStatus, Timed } from '../model/mesh-status.ts';
import { isSameContent } from '../pods/plan/same-content.ts';
import type { StatusDependencies, StatusRecord, StatusWriter } from '../ports/mesh-ports.ts';
import { statusPatch } from './plan/status.ts';

/** What is told of an object: one of its two parts, each by its own writer. */
export interface StatusPart {
  readonly mesh?: MeshStatus;
  readonly instances?: Condition | null;
}

/** Statuses told at a time: each of those at once is a connection to the API server. */
const concurrency = 10;

/** Refused so often in a row, it is for the cluster that it is refused, and not for the object: a missing permission. */
const maxRefusals = 3;

/**
 * Tells objects what came of them. The table is told first and says what the object itself was told last, so that what
 * could not be written is written later, and what has not changed costs nothing. Each part of a status is told by one
 * writer; the object's list of conditions holds both, so whoever finds that the other was there in between writes anew.
 */
export class StatusPublisher {
  private readonly deps: StatusDependencies;
  private readonly cluster: ClusterConfig;
  private readonly writer: StatusWriter;
  private readonly records = new Map<string, StatusRecord>();
  /** Why the cluster cannot be told anything in this run. */
  private obstacle: string | undefined;
  private refusals = 0;
  private readonly limit = pLimit(concurrency);

  /** Objects whose record is to be read: those of which nothing is known, or not any more. */
  private readonly unread: { readonly has: (key: string) => boolean };
  private readonly changedByOthers = new Set<string>();

  /** `records`: of all objects that were told anything, if they have been read. */
  constructor(deps: StatusDependencies, cluster: ClusterConfig, records?: readonly StatusRecord[]) {
    this.deps = deps;
    this.cluster = cluster;
    this.writer = deps.statusWriter(cluster);
    this.unread = records === undefined ? { has: () => true } : this.changedByOthers;
    for (const record of records ?? []) this.records.set(objectNameText(record.object), record);
  }

  async publish(object: ObjectName & { readonly uid: string }, part: StatusPart): Promise<void> {
    await this.limit(async () => {
      const record = await this.keep(object, part);
      if (record.written !== record.revision) await this.write(record);
    });
  }

  /** Of an object that is gone. Where the other writer tells it something, or forgets it, at this very moment, it is left. */
  async forget(record: StatusRecord): Promise<void> {
    this.records.delete(objectNameText(record.object));
    this.changedByOthers.add(objectNameText(record.object));
    try {
      await this.deps.statuses.remove(this.cluster.name, record);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }

  private async keep(
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
    const written =
      instances === null
        ? undefined
        : instances && this.timed(instances, before?.instances, instances.status);
    const next = mesh && { ...mesh, ...withFormerRoutes(mesh, before?.mesh) };
    return {
      object,
      uid,
      mesh: next ? this.timed(next, before?.mesh, next.condition.status) : before?.mesh,
      instances: instances === undefined ? before?.instances : written,
      revision: (known?.revision ?? 0) + 1,
      written: known?.written,
    };
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
    if (problem !== undefined && problem === record.problem) return;
    const written =
      problem === undefined ? { ...withoutFormerRoutes(record), written: record.revision } : record;
    if (await this.replace({ ...written, problem }, record)) return;
    const newer = await this.known(record.object);
    // Whatever the other says it wrote: what was written here may have come after it, over its part.
    if (newer !== undefined) await this.write(newer);
  }

  /** In words, why the object was not told; undefined when it was, or is not there to be told. */
  private async tryToWrite({ object, uid, mesh, instances }: StatusRecord): Promise<string | undefined> {
    if (this.obstacle !== undefined) return this.obstacle;
    try {
      await this.writer.write({ ...object, uid }, statusPatch(object, { mesh, instances }));
    } catch (error) {
      if (error instanceof NotFoundError || error instanceof ConflictError) return undefined;
      // It is for the object's kind that it is refused: other kinds can be told.
      if (error instanceof PrunedFieldsError) return error.message;
      if (error instanceof PermanentError) this.refusals += 1;
      else if (!(error instanceof RetryableError)) throw error;
      if (error instanceof RetryableError || this.refusals === maxRefusals) this.obstacle = error.message;
      return error.message;
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

  /** Answers false, and forgets what it knew, when the other writer was first. */
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

function parts({ mesh, instances }: StatusRecord) {
  return { mesh, instances };
}

/** The API server merges maps, so that a route is struck from one by saying so until the object was told. */
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
