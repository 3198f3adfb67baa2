import { beforeEach, describe, expect, it } from 'vitest';
import type { MeshStage } from '../harness/stage.ts';
import { nodes, stageWithMesh, store, timed } from '../harness/timed.ts';

/** What five attempts of three seconds each cost. */
const hangMs = 15_000;

describe('an endpoint that takes connections and is silent', () => {
  let stage: MeshStage;
  beforeEach(async () => {
    stage = await stageWithMesh();
  });

  const fallSilent = () => {
    stage.engine.faults.delay('*', { beforeMs: hangMs });
    stage.engine.faults.onCall = () => 'lost-before';
  };

  it('costs a run one call for each that may be under way, and the next run does all', async () => {
    await store(stage, ...nodes);
    fallSilent();
    const { error, tookMs } = await timed(stage, stage.reconcile());
    expect(error).toMatchObject({ name: 'RetryableError' });
    expect(tookMs).toBe(hangMs);
    expect(stage.engine.calls.get('CreateVirtualNode')).toBe(10);
    expect(stage.queue).toEqual([]);
    expect(stage.activeOf('VirtualNode', 'node-0', 'shop').message).toContain('no answer came');
    expect(stage.activeOf('VirtualNode', 'node-79', 'shop')).toEqual({
      is: 'False Pending',
      message: 'virtualNode/webapp/node-79_shop is deferred to the next run',
    });

    stage.engine.faults.reset();
    await stage.reconcile();
    expect(stage.engine.snapshot()).toHaveLength(1 + nodes.length);
    expect(stage.engine.calls.get('CreateVirtualNode')).toBe(10 + nodes.length);
    for (const { metadata } of nodes)
      expect(stage.activeOf('VirtualNode', metadata.name, 'shop').is).toBe('True Applied');
  });

  it('costs a verification no more, and nothing is begun after it', async () => {
    await store(stage, ...nodes);
    await stage.reconcile();
    await store(stage, ...nodes.map((node) => ({ ...node, spec: { ...node.spec, backends: [] } })));
    stage.engine.calls.clear();
    fallSilent();
    const { error, tookMs } = await timed(stage, stage.reconcile({ verify: true }));
    expect(error).toMatchObject({ name: 'RetryableError' });
    expect(tookMs).toBe(hangMs);
    expect(Object.fromEntries(stage.engine.calls)).toEqual({ ListMeshes: 1, ListVirtualNodes: 1 });
  });

  it('is another thing than a call that fails at once', async () => {
    await store(stage, ...nodes);
    stage.engine.faults.failNext('CreateVirtualNode', 'unavailable', 3);
    const { error } = await timed(stage, stage.reconcile());
    expect(error).toMatchObject({ name: 'RetryableError' });
    expect(stage.engine.snapshot()).toHaveLength(1 + nodes.length - 3);
  });
});
