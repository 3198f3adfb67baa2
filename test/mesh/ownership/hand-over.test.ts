import { beforeEach, describe, expect, it } from 'vitest';
import { meshReconcileRequested } from '../../../shared/model/events/schema.ts';
import { MeshHarness } from '../harness/harness.ts';
import { harnessWithMesh, nodes, store, timed } from '../harness/timed.ts';

/** Ten calls at a time: a run of forty seconds begins ten times as many. */
const callMs = 4_000;
const ofOneRun = 100;

describe('a run that has no time for all of it', () => {
  let harness: MeshHarness;
  beforeEach(async () => {
    harness = await harnessWithMesh();
    await store(harness, ...nodes);
    harness.engine.faults.delay('*', { beforeMs: callMs });
  });

  const made = () => harness.engine.snapshot().length - 1;
  const nextRequest = () => meshReconcileRequested.parse(harness.queue.shift());

  it('a run without time hands over to the next, with what it did not begin', async () => {
    const first = await timed(harness, harness.reconcile());
    expect(first).toEqual({ error: undefined, tookMs: 40_000 });
    expect(made()).toBe(ofOneRun);
    const second = await timed(harness, harness.handle(nextRequest()));
    expect(second).toEqual({ error: undefined, tookMs: 24_000 });
    expect(made()).toBe(nodes.length);
    expect(harness.queue).toEqual([]);
    expect(harness.engine.calls.get('CreateVirtualNode')).toBe(nodes.length);
  });

  it('a run without time hands over failures, too, as long as runs make progress', async () => {
    harness.engine.faults.failNext('CreateVirtualNode', 'throttle', 3);
    expect((await timed(harness, harness.reconcile())).error).toBeUndefined();
    expect((await timed(harness, harness.handle(nextRequest()))).error).toBeUndefined();
    expect(made()).toBe(nodes.length);
    expect(harness.queue).toEqual([]);
  });

  it('a run without time asks for a retry if it made no progress, or if only failures are left', async () => {
    harness.engine.faults.failNext('CreateVirtualNode', 'throttle', ofOneRun);
    expect((await timed(harness, harness.reconcile())).error).toMatchObject({ name: 'WaitError' });
    await timed(harness, harness.reconcile());
    harness.engine.faults.failNext('CreateVirtualNode', 'throttle', 1);
    expect((await timed(harness, harness.handle(nextRequest()))).error).toMatchObject({ name: 'WaitError' });
    expect(made()).toBe(nodes.length - 1);
    expect(harness.queue).toEqual([]);
  });

  it('a run without time leaves statuses to the next run; it writes ten at a time until then', async () => {
    const writingMs = 9_000;
    let most = 0;
    let now = 0;
    const slowlyWritten = new MeshHarness({
      wrap: (deps) => ({
        ...deps,
        statusWriter: (cluster) => ({
          write: async (...args) => {
            most = Math.max(most, ++now);
            await slowlyWritten.clock.sleep(writingMs);
            now -= 1;
            await deps.statusWriter(cluster).write(...args);
          },
        }),
      }),
    });
    const some = nodes.slice(0, 80);
    await store(slowlyWritten, ...some); // in no mesh: nothing is done about them, and they are reported
    const first = await timed(slowlyWritten, slowlyWritten.reconcile());
    expect(first).toEqual({ error: undefined, tookMs: 54_000 });
    expect(most).toBe(10);
    expect(slowlyWritten.statusWrites).toBe(60);
    const second = meshReconcileRequested.parse(slowlyWritten.queue.shift());
    await timed(slowlyWritten, slowlyWritten.handle(second));
    expect(slowlyWritten.statusWrites).toBe(some.length);
    expect(slowlyWritten.queue).toEqual([]);
  });

  it('a run without time continues the verification that it was asked for', async () => {
    harness.engine.faults.reset();
    await harness.reconcile();
    const calls = harness.engine.calls.get('CreateVirtualNode');
    for (const { metadata } of nodes)
      harness.engine.handle('UpdateVirtualNode', {
        meshName: 'webapp',
        virtualNodeName: `${metadata.name}_shop`,
        spec: {},
      });
    harness.engine.faults.delay('*', { beforeMs: 300 });
    harness.engine.calls.clear();
    let request: Promise<void> = harness.reconcile({ verify: true });
    let runs = 0;
    for (;;) {
      const { error, tookMs } = await timed(harness, request);
      expect({ error, isShort: tookMs < 45_000 }).toEqual({ error: undefined, isShort: true });
      runs += 1;
      if (harness.queue.length === 0) break;
      const next = nextRequest();
      expect(next.verify).toBe(true);
      request = harness.handle(next);
    }
    expect(runs).toBe(3);
    expect(calls).toBe(nodes.length);
    expect(harness.engine.calls.get('DescribeVirtualNode')).toBe(nodes.length);
    expect(harness.engine.calls.get('UpdateVirtualNode')).toBe(nodes.length);
    expect((await harness.stores.meshRuns.last('local'))?.verifiedAtMs?.['app-mesh']).toBe(
      harness.clock.now(),
    );
  });
});
