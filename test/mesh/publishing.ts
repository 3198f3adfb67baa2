import { type StatusPart, StatusPublisher } from '../../shared/mesh/publish-status.ts';
import type { ClusterConfig } from '../../shared/model/cluster-config.ts';
import { ConflictError } from '../../shared/model/errors.ts';
import type { Condition, MeshStatus } from '../../shared/model/records/mesh-status.ts';
import type { StatusRecord } from '../../shared/model/records/status-record.ts';
import type { StatusDependencies } from '../../shared/ports/mesh-ports.ts';

export const node = (name: string) => ({ kind: 'VirtualNode', namespace: 'apps', name }) as const;
export const blue = { ...node('blue'), uid: 'u1' };
export const [early, late] = ['2026-11-21T10:00:00Z', '2026-11-21T10:00:05Z'];

export const condition = (status: 'True' | 'False', message = ''): Condition =>
  ({ status, reason: status === 'True' ? 'Applied' : 'Pending', message }) as const;
export const inTarget = (target: string, status: Partial<MeshStatus> = {}): StatusPart => ({
  mesh: { target, status: { condition: condition('True'), ...status } },
});
export const instances = (status: 'True' | 'False'): Condition => ({
  ...condition(status),
  reason: 'NoPods',
});

interface Given {
  readonly targets?: readonly string[];
  readonly stored?: readonly StatusRecord[];
  /** Whether all records have been read before. */
  readonly isRead?: boolean;
  /** What writing an object's status throws, one after the other. */
  readonly errors?: readonly (Error | undefined)[];
}

/** A publisher of statuses, with a table and an API server in memory. */
export function publisher({ targets = ['istio'], stored = [], isRead = false, errors = [] }: Given = {}) {
  const table = new Map(stored.map((record) => [record.object.name, record]));
  const failures = [...errors];
  const [writes, finds]: [{ name: string; status: Record<string, unknown> }[], string[]] = [[], []];
  const state = { now: Date.parse(early) + 123, beforeReplace: () => {}, beforeRemove: () => {} };
  const statuses = {
    find: async (_: string, { name }: { name: string }) => {
      finds.push(name);
      return table.get(name);
    },
    replace: async (_: string, next: StatusRecord, previous: StatusRecord | undefined) => {
      state.beforeReplace();
      if (table.get(next.object.name)?.revision !== previous?.revision) throw new ConflictError('newer');
      table.set(next.object.name, next);
    },
    remove: async (_: string, { object }: StatusRecord) => {
      state.beforeRemove();
      table.delete(object.name);
    },
  };
  const statusWriter = () => ({
    write: async ({ name }: { name: string }, status: Record<string, unknown>) => {
      writes.push({ name, status });
      const error = failures.shift();
      if (error !== undefined) throw error;
    },
  });
  const deps = { statuses, statusWriter, clock: { now: () => state.now } } as unknown as StatusDependencies;
  const own = new StatusPublisher(deps, { name: 'local' } as ClusterConfig, {
    targets: targets.map((name) => ({ name, title: name })),
    ...(isRead && { records: stored }),
  });
  return { own, table, writes, finds, state, record: (name = 'blue') => table.get(name) };
}
