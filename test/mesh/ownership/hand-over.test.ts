import { beforeEach, describe, expect, it } from 'vitest';
import { meshReconcileRequested } from '../../../shared/model/events/schema.ts';
import { MeshStage } from '../harness/stage.ts';
import { nodes, stageWithMesh, store, timed } from '../harness/timed.ts';

/** Ten calls at a time: a run of forty seconds begins ten times as many. */
const callMs = 4_000;
const ofOneRun = 100;

describe('a run that has no time for all of it', () => {
  let stage: MeshStage;
  beforeEach(async () => {
    stage = await stageWithMesh();
    await store(stage, ...nodes);
    stage.engine.faults.delay('*', { beforeMs: callMs });
  });

  const made = () => stage.engine.snapshot().length - 1;
  const nextRequest = () => meshReconcileRequested.parse(stage.queue.shift());

  it('hands over to the next, with what it did not begin', async () => {
    const first = await timed(stage, stage.reconcile());
    expect(first).toEqual({ error: undefined, tookMs: 40_000 });
    expect(made()).toBe(ofOneRun);
    const second = await timed(stage, stage.handle(nextRequest()));
    expect(second).toEqual({ error: undefined, tookMs: 24_000 });
    expect(made()).toBe(nodes.length);
    expect(stage.queue).toEqual([]);
    expect(stage.engine.calls.get('CreateVirtualNode')).toBe(nodes.length);
  });

  it('hands over what went wrong, too, as long as runs get on', async () => {
    stage.engine.faults.failNext('CreateVirtualNode', 'throttle', 3);
    expect((await timed(stage, stage.reconcile())).error).toBeUndefined();
    expect((await timed(stage, stage.handle(nextRequest()))).error).toBeUndefined();
    expect(made()).toBe(nodes.length);
    expect(stage.queue).toEqual([]);
  });

  it('asks for a retry where it did not get on, or only what went wrong is left', async () => {
    stage.engine.faults.failNext('CreateVirtualNode', 'throttle', ofOneRun);
    expect((await timed(stage, stage.reconcile())).error).toMatchObject({ name: 'WaitError' });
    await timed(stage, stage.reconcile());
    stage.engine.faults.failNext('CreateVirtualNode', 'throttle', 1);
    expect((await timed(stage, stage.handle(nextRequest()))).error).toMatchObject({ name: 'WaitError' });
    expect(made()).toBe(nodes.length - 1);
    expect(stage.queue).toEqual([]);
  });

  it('leaves the statuses that it had no time for to the next run; it writes ten at a time until then', async () => {
    const writingMs = 9_000;
    let most = 0;
    let now = 0;
    const slowlyWritten = new MeshStage({
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

  it('goes on with the verification that it was asked for', async () => {
    stage.engine.faults.reset();
    await stage.reconcile();
    const calls = stage.engine.calls.get('CreateVirtualNode');
    for (const { metadata } of nodes)
      stage.engine.handle('UpdateVirtualNode', {
        meshName: 'webapp',
        virtualNodeName: `${metadata.name}_shop`,
        spec: {},
      });
    stage.engine.faults.delay('*', { beforeMs: 300 });
    stage.engine.calls.clear();
    let request: Promise<void> = stage.reconcile({ verify: true });
    let runs = 0;
    for (;;) {
      const { error, tookMs } = await timed(stage, request);
      expect({ error, isShort: tookMs < 45_000 }).toEqual({ error: undefined, isShort: true });
      runs += 1;
      if (stage.queue.length === 0) break;
      const next = nextRequest();
      expect(next.verify).toBe(true);
      request = stage.handle(next);
    }
    expect(runs).toBe(3);
    expect(calls).toBe(nodes.length);
    expect(stage.engine.calls.get('DescribeVirtualNode')).toBe(nodes.length);
    expect(stage.engine.calls.get('UpdateVirtualNode')).toBe(nodes.length);
    expect((await stage.stores.meshRuns.last('local'))?.verifiedAtMs).toBe(stage.clock.now());
  });
});
