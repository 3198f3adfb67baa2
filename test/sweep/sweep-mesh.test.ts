import { describe, expect, it } from 'vitest';
import type { EventDetail } from '../../shared/model/events/event.ts';
import type { MeshRunRecord } from '../../shared/ports/mesh-ports.ts';
import { type SweepOptions, type SweepScope, sweep } from '../../shared/sweep/sweep.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { ScenarioHarness } from '../scenario/harness.ts';

const cloudMap = { namespaces: [{ name: '*', create: { kind: 'http' } }] };
const withMesh = { name: 'local', cloudMap, appMesh: { verifyEveryMinutes: 30 } };

interface Asked {
  readonly config?: object;
  readonly scope?: Partial<SweepScope>;
  readonly options?: Partial<SweepOptions>;
  /** Minutes since the mesh was verified last; null: never. */
  readonly verified?: number | null;
  /** What is done before the sweep, after all came to rest. */
  readonly before?: (harness: ScenarioHarness) => Promise<void> | void;
}

/** A cluster with a virtual node and a registered pod, both stored; then one sweep: its events and its report. */
async function sweepOnce({ config = withMesh, scope, options, verified = null, before }: Asked = {}) {
  const harness = new ScenarioHarness([{ name: 'local', cloudMap }]);
  const cluster = new ScenarioCluster('local', () => harness.clock.now());
  harness.apiServers.set('local', {
    list: () => cluster.listing(),
    setCondition: async () => '1',
    write: async (object, status) => cluster.setStatus(object, status),
  });
  harness.publish([cluster.apply('virtualnode/front', {}), cluster.apply('pod/front-1', { ip: '10.0.0.1' })]);
  await harness.settle();
  await harness.settleStatuses();
  harness.configure(config);
  const now = harness.clock.now();
  const run: MeshRunRecord = { endedAtMs: now, verifiedAtMs: { 'app-mesh': now - (verified ?? 0) * 60_000 } };
  await harness.stores.meshRuns.save('local', verified === null ? { endedAtMs: now } : run);
  await before?.(harness);
  const sent: EventDetail[] = [];
  const deps = {
    ...harness.deps,
    requests: { send: async (events: readonly EventDetail[]) => void sent.push(...events) },
  };
  const usual = { force: false, adopt: true, dryRun: false };
  const result = await sweep(deps, { cluster: 'local', ...scope }, { ...usual, ...options }, 'run-1');
  return { ...result, sent };
}

const reconcile = {
  type: 'Mesh Reconcile Requested',
  version: 1,
  group: 'local/mesh',
  cluster: 'local',
  run: 'sweep run-1',
  reason: 'a sweep',
};

describe('a sweep of a whole cluster requests a reconciliation of the mesh', () => {
  it.each([
    ['and its verification, if there was none', { verified: null }, true],
    ['and its verification, if verifyEveryMinutes have passed', { verified: 30 }, true],
    ['but no verification before that', { verified: 29 }, false],
    ['and its verification if a person asks', { verified: 1, options: { verify: true } }, true],
  ] as const)('%s', async (_, asked, verify) => {
    const { sent, report } = await sweepOnce(asked);
    expect(sent).toEqual([verify ? { ...reconcile, verify } : reconcile]);
    expect(report).toMatchObject({ mesh: verify ? 'verify' : 'reconcile', repairs: 0 });
    expect(report.counts).toEqual({});
  });

  it.each([
    [{ 'app-mesh': 29, istio: 59 }, undefined],
    [{ 'app-mesh': 30, istio: 59 }, ['app-mesh']],
    [{ 'app-mesh': 29 }, ['istio']],
    [{ 'app-mesh': 30, istio: 60 }, 'all'],
  ])(
    'a sweep requests the verification of each of several mesh targets when that is due, after %j minutes',
    async (ages, due) => {
      const config = { ...withMesh, mesh: ['app-mesh', 'istio'] };
      const before = async ({ clock, stores }: ScenarioHarness) => {
        const atMs = Object.entries(ages).map(([name, minutes]) => [name, clock.now() - minutes * 60_000]);
        const endedAtMs = clock.now();
        await stores.meshRuns.save('local', { endedAtMs, verifiedAtMs: Object.fromEntries(atMs) });
      };
      const { sent } = await sweepOnce({ config, before });
      const targets = due !== 'all' && due !== undefined ? { targets: due } : {};
      expect(sent).toEqual([due === undefined ? reconcile : { ...reconcile, verify: true, ...targets }]);
      const { sent: asked } = await sweepOnce({ config, before, options: { verify: true } });
      expect(asked).toEqual([{ ...reconcile, verify: true }]);
    },
  );

  it('a sweep requests no reconciliation of the mesh without a mesh target', async () => {
    const { sent, report, mesh } = await sweepOnce({ config: { name: 'local', cloudMap } });
    expect(sent).toEqual([]);
    expect([report.mesh, mesh]).toEqual([undefined, undefined]);
  });

  it('a sweep only plans a reconciliation of the mesh in a dry run', async () => {
    const { sent, report, mesh } = await sweepOnce({ options: { dryRun: true, verify: true } });
    expect(sent).toEqual([]);
    expect([report.mesh, mesh]).toEqual([undefined, 'verify']);
  });

  it.each([{ namespace: 'shop' }, { namespace: 'shop', pod: 'front-1' }])(
    'a sweep requests no reconciliation of the mesh of %j',
    async (scope) => {
      const { sent, mesh } = await sweepOnce({ scope, options: { verify: true } });
      expect(sent).toEqual([]);
      expect(mesh).toBeUndefined();
    },
  );
});

describe('a sweep requests the status of virtual nodes', () => {
  const plain = { config: { name: 'local', cloudMap } };
  const node = { kind: 'VirtualNode', namespace: 'shop', name: 'front' } as const;
  const changed = (changes: object) => async (harness: ScenarioHarness) => {
    const written = await harness.stores.statuses.find('local', node);
    if (written === undefined) throw new Error('expected a record');
    await harness.stores.statuses.replace(
      'local',
      { ...written, ...changes, revision: 9, written: 9, ...changes },
      written,
    );
  };
  it.each<readonly [string, (harness: ScenarioHarness) => Promise<void>]>([
    ['that has no status', async (harness) => harness.stores.statuses.items.clear()],
    [
      'whose status is out of date',
      changed({ instances: { status: 'True', reason: 'AllRegistered', message: 'x', changedAt: '' } }),
    ],
    ['whose status is of an earlier object of the name', changed({ uid: 'former' })],
    ['whose status is not written to the object', changed({ written: 8 })],
  ])('%s', async (_, before) => {
    const { sent, report } = await sweepOnce({ ...plain, before });
    expect(sent).toMatchObject([{ type: 'Mesh Status Requested', namespace: 'shop', group: 'local/status' }]);
    expect(report).toMatchObject({ statuses: ['shop'], repairs: 0 });
  });

  it('a sweep requests the status of virtual nodes unless all are up to date', async () => {
    const { sent, report } = await sweepOnce(plain);
    expect(sent).toEqual([]);
    expect(report.statuses).toBeUndefined();
  });

  it('a sweep removes the status of a deleted virtual node', async () => {
    const before = async ({ stores }: ScenarioHarness) => {
      for (const item of stores.objects.items.values())
        if (item.object.kind === 'VirtualNode') Object.assign(item, { deleted: true });
    };
    const { sent } = await sweepOnce({ ...plain, before });
    expect(sent.map(({ type }) => type)).toContain('Mesh Status Requested');
  });
});
