import pLimit from 'p-limit';
import { NotFoundError, PermanentError, RefusedError, SyncError } from '../model/errors.ts';
import type { LiveObject, Manifest } from '../model/kubernetes-object.ts';
import type { EntryPollReport } from '../ports/service-entry-ports.ts';
import type { EntryRun } from './entry-run.ts';
import { type DesiredEntry, entryKind, type LiveEntry } from './plan/entry.ts';
import type { EntryPlan, EntryWrite } from './plan/entry-plan.ts';

const maxConcurrentWrites = 10;

export type Finding = EntryPollReport['findings'][number];

export interface Written {
  /** Source object → its entry after the write. */
  readonly entries: ReadonlyMap<string, LiveObject>;
  /** Source objects whose write did not succeed, or had no time. */
  readonly failed: ReadonlySet<string>;
  readonly deleted: number;
  /** Deletions that did not succeed, or had no time. */
  readonly undeleted: number;
  /** Writes that the API server or a webhook refuses, which a retry would not change. */
  readonly findings: readonly Finding[];
}

/** Deletes, then writes, each independent of the others. What failed is in `run.errors`, if a retry may end it. */
export async function writePlan(
  run: EntryRun,
  apiVersion: string,
  plan: Pick<EntryPlan, 'delete' | 'apply'>,
): Promise<Written> {
  const limit = pLimit(maxConcurrentWrites);
  const findings: Finding[] = [];
  const attempt = async (subject: string, work: () => Promise<void>): Promise<boolean> => {
    if (run.isOutOfTime('write')) return false;
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      if (isLasting(error)) findings.push({ kind: 'WriteRefused', subject, message: error.message });
      else run.errors.push(error);
      return false;
    }
  };
  const deletions = await Promise.all(
    plan.delete.map(({ entry }) => limit(() => attempt(subjectOf(entry.metadata), () => remove(run, entry)))),
  );
  const entries = new Map<string, LiveObject>();
  const failed = new Set<string>();
  await Promise.all(
    plan.apply.map((write) =>
      limit(async () => {
        const { entry } = write;
        const isDone = await attempt(subjectOf(entry), async () => {
          entries.set(entry.sourceObject, await perform(run, apiVersion, write));
        });
        if (!isDone) failed.add(entry.sourceObject);
      }),
    ),
  );
  const deleted = deletions.filter(Boolean).length;
  return { entries, failed, deleted, undeleted: deletions.length - deleted, findings };
}

/** A throttled or unavailable API server passes; a refusal stays until a person changes something. */
function isLasting(error: SyncError): boolean {
  return error instanceof PermanentError || error instanceof RefusedError || error instanceof NotFoundError;
}

function subjectOf({ namespace, name }: { namespace?: string | undefined; name: string }): string {
  return `${entryKind} ${namespace ?? ''}/${name}`;
}

async function perform(run: EntryRun, apiVersion: string, write: EntryWrite): Promise<LiveObject> {
  const manifest = manifestOf(apiVersion, write.entry);
  if (write.action === 'create') return run.objects.create(manifest);
  if (write.action === 'replace') {
    await remove(run, write.live);
    return run.objects.create(manifest);
  }
  const { uid } = write.live.metadata;
  return run.objects.apply({ ...manifest, metadata: { ...manifest.metadata, uid } }, { force: true });
}

function manifestOf(
  apiVersion: string,
  { name, namespace, labels, annotations, spec }: DesiredEntry,
): Manifest {
  return {
    apiVersion,
    kind: entryKind,
    metadata: { name, namespace, labels, annotations },
    spec: { ...spec },
  };
}

/** An entry that is gone is what was wanted. */
async function remove(run: EntryRun, { apiVersion, kind, metadata }: LiveEntry): Promise<void> {
  const { namespace = '', name, uid } = metadata;
  try {
    await run.objects.delete({ id: { apiVersion, kind, namespace, name }, uid });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
