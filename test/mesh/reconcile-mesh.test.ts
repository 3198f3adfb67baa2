import { describe, expect, it } from 'vitest';
import type { MeshTarget, ReconcileDependencies } from '../../shared/mesh/mesh-target.ts';
import { type MeshRequest, reconcileMesh } from '../../shared/mesh/reconcile-mesh.ts';
import type { ClusterConfig } from '../../shared/model/cluster-config.ts';
import { NotDueError, PermanentError, RetryableError } from '../../shared/model/errors.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { meshReconcileRequested } from '../../shared/model/events/mesh-reconcile-requested.ts';
import type { ObjectName } from '../../shared/model/records/mesh-claim.ts';
import type { StatusRecord } from '../../shared/model/records/status-record.ts';
import type { MeshRunRecord } from '../../shared/ports/mesh-ports.ts';
import { anObject } from '../fakes/objects.ts';
import { memoryMeshStores } from '../fakes/stores/memory-mesh.ts';
import { type Calls, type SmallTarget, smallTarget } from './small-target.ts';

interface Given extends Omit<MeshRequest, 'cluster'> {
  readonly small?: readonly SmallTarget[];
  /** Objects with a status record. */
  readonly statusesOf?: readonly ObjectName[];
  readonly last?: MeshRunRecord;
}

/** Reconciles a mesh with the virtual node `front` at 1,000 ms. */
async function reconciled({ small = [], statusesOf = [], last, ...request }: Given = {}) {
  const calls: Calls = { log: [], nowMs: 1_000 };
  const [reads, sent]: [string[], EventDetail[]] = [[], []];
  const written: Record<string, unknown> = {};
  const stores = memoryMeshStores();
  for (const object of statusesOf) {
    const record: StatusRecord = { object, uid: 'uid', revision: 1, written: 1 };
    await stores.statuses.replace('local', record, undefined);
  }
  if (last !== undefined) await stores.meshRuns.save('local', last);
  const inMesh = { labels: { mesh: 'shop' } };
  const objects = [
    anObject('Namespace', undefined, { name: 'shop', ...inMesh }),
    anObject('Mesh', { namespaceSelector: { matchLabels: { mesh: 'shop' } } }, { name: 'shop' }),
    anObject('VirtualNode', {}),
  ];
  const targets = small.map((each) => smallTarget(calls, each));
  const deps = {
    ...stores,
    clock: { now: () => calls.nowMs },
    cluster: (name: string) => ({ name }) as ClusterConfig,
    meshTargets: (): readonly MeshTarget[] => targets,
    newToken: () => 'token',
    objects: {
      inRange: (_: string, wanted: string) => {
        reads.push(wanted);
        const those = objects.filter(({ kind }) => kind === wanted);
        return those.map((object) => ({ object, deleted: false, unannounced: [] }));
      },
    },
    requests: { send: async (events: readonly EventDetail[]) => void sent.push(...events) },
    statusWriter: () => ({
      write: async ({ name }: ObjectName, { conditions }: { readonly conditions?: unknown }) =>
        void Object.assign(written, { [name]: conditions }),
    }),
  } as unknown as ReconcileDependencies;
  const failure = await reconcileMesh(deps, { cluster: 'local', ...request }).then(
    () => 'none',
    (error: unknown) => error,
  );
  const statuses = [...stores.statuses.items.values()].map(({ object }) => object.name).sort();
  return { failure, reads, sent, statuses, written, log: calls.log, run: stores.meshRuns.items.get('local') };
}

const [gone, front] = ['gone', 'front'].map(
  (name) => ({ kind: 'VirtualNode', namespace: 'shop', name }) as const,
) as [ObjectName, ObjectName];
const shop: ObjectName = { kind: 'Mesh', namespace: '', name: 'shop' };

const down = new RetryableError('no answer');
const refused = new PermanentError('not allowed');
const notDue = new NotDueError('later');

/** A target of which nothing can be read. */
const broken = (name: string, error: Error): SmallTarget => ({
  name,
  more: {
    informed: async () => {
      throw error;
    },
  },
});
/** One that has read this from outside the cluster. */
const reading = (name: string, inputs: string | undefined): SmallTarget => {
  const target = smallTarget({ log: [], nowMs: 0 }, { name });
  return { name, more: { informed: async () => ({ ...target, inputs }) } };
};
/** One that has no time for its second resource. */
const slow = (name: string, more: SmallTarget = {}): SmallTarget => ({
  ...{ name, wants: { front: ['a', 'b'] }, dependsOn: { b: ['a'] }, tookMs: { 'ensure a': 40_000 } },
  ...more,
});

describe('a run for a cluster', () => {
  it('without mesh targets reads nothing', async () => {
    expect(await reconciled({ statusesOf: [gone] })).toEqual({
      ...{ failure: 'none', reads: [], sent: [], written: {}, log: [], run: undefined },
      statuses: ['gone'],
    });
  });

  it('writes statuses, and removes those of objects that are gone', async () => {
    const { failure, statuses, log, written } = await reconciled({ small: [{}], statusesOf: [gone, front] });
    expect([failure, statuses, log]).toEqual(['none', ['front', 'shop'], ['ensure front']]);
    const applied = { status: 'True', reason: 'Applied', message: 'Small matches the spec' };
    expect(written).toMatchObject({
      front: [{ type: 'VirtualNodeActive', ...applied }],
      shop: [{ type: 'MeshActive', ...applied }],
    });
  });

  it('keeps the statuses that it had no time to write', async () => {
    const { statuses, written } = await reconciled({
      small: [{ tookMs: { 'ensure front': 50_000 } }],
      statusesOf: [gone, shop],
    });
    expect([statuses, Object.keys(written)]).toEqual([['front', 'shop'], ['front']]);
  });

  it('keeps all statuses if no target could be read', async () => {
    const { failure, statuses, run } = await reconciled({ small: [broken('a', down)], statusesOf: [gone] });
    expect([failure, statuses, run]).toEqual([down, ['gone'], undefined]);
  });

  it.each([
    ['only polls and finds no news', true, 'old', ['Namespace', 'Mesh', 'VirtualNode'], undefined],
    ['only polls and finds news', true, 'new', expect.arrayContaining(['GatewayRoute']), { a: 'new' }],
    ['does not poll', false, 'old', expect.arrayContaining(['GatewayRoute']), { a: 'old' }],
  ])('that %s reads what it needs', async (_, poll, inputs, reads, expected) => {
    const last = { endedAtMs: 5, inputs: { a: 'old' } };
    const result = await reconciled({ small: [reading('a', inputs)], last, poll });
    expect(result.reads).toEqual(reads);
    expect(result.run).toMatchObject(expected ? { endedAtMs: 1_000, inputs: expected } : last);
  });
});

describe('the error of a run', () => {
  it.each<readonly [name: string, targets: readonly SmallTarget[], error: Error]>([
    ['of a target that cannot be read', [broken('a', down), {}], down],
    ['of a step', [{ errors: { 'ensure front': [down] } }], down],
    ['that is permanent, beside a target without an error', [{}, broken('a', refused)], refused],
    ['that is not due, beside a target without an error', [{}, broken('a', notDue)], notDue],
    ['that a retry may mend, before a permanent one', [broken('a', refused), broken('b', down)], down],
    ['that a retry may mend, before one that is not due', [broken('a', notDue), broken('b', down)], down],
    ['that comes first, of two permanent ones', [broken('a', refused), broken('b', notDue)], refused],
    ['that comes first, of two that a retry may mend', [broken('a', down), broken('b', new Error())], down],
  ])('is the one %s', async (_, small, error) => {
    expect((await reconciled({ small })).failure).toBe(error);
  });
});

describe('the record of a run', () => {
  const last = { endedAtMs: 5, verifiedAtMs: { a: 3, b: 4 }, inputs: { a: 'a0', b: 'b0' } };

  it('keeps what is known of other targets', async () => {
    const small = [reading('a', 'a1'), { name: 'c' }];
    const { run } = await reconciled({ small, verify: true, targets: ['c'], last });
    expect(run).toEqual({
      endedAtMs: 1_000,
      verifiedAtMs: { a: 3, b: 4, c: 1_000 },
      inputs: { a: 'a1', b: 'b0' },
    });
  });

  it('has only what there is', async () => {
    const record = { endedAtMs: 1_000, verifiedAtMs: {} };
    expect((await reconciled({ small: [{}] })).run).toEqual(record);
    const { run } = await reconciled({ small: [reading('a', 'a1')] });
    expect(run).toEqual({ ...record, inputs: { a: 'a1' } });
  });

  it('is written if one target has ended, though another failed or is continued', async () => {
    const small = [{ name: 'a' }, broken('b', down), slow('c')];
    const { run } = await reconciled({ small, verify: true, targets: ['a'] });
    expect(run).toEqual({ endedAtMs: 41_000, verifiedAtMs: { a: 41_000 } });
  });

  it('is not written if all are continued', async () => {
    expect((await reconciled({ small: [slow('a')], last })).run).toEqual(last);
  });

  it('is written for a target that is continued, but was verified', async () => {
    const { run } = await reconciled({ small: [slow('a')], verify: true });
    expect(run).toEqual({ endedAtMs: 41_000, verifiedAtMs: { a: 41_000 } });
  });
});

describe('the run that continues', () => {
  const request = (verify?: boolean | readonly string[]) => {
    const reason = 'the previous run did not have time for all steps';
    return meshReconcileRequested('local', { run: 'continued token', reason, ...(verify && { verify }) });
  };

  it('is not requested if all has ended', async () => {
    expect((await reconciled({ small: [{}], verify: true })).sent).toEqual([]);
  });

  it('verifies nothing if nothing was to be verified', async () => {
    expect((await reconciled({ small: [slow('a')] })).sent).toEqual([request()]);
  });

  it('verifies all targets if none was verified, or only those', async () => {
    const both = [slow('a'), slow('b')];
    expect((await reconciled({ small: both, verify: true })).sent).toEqual([request(true)]);
    expect((await reconciled({ small: both, verify: true, targets: ['b'] })).sent).toEqual([request(['b'])]);
  });
});
