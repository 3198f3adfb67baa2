import { beforeEach, describe, expect, it } from 'vitest';
import type { MeshHarness } from '../harness/harness.ts';
import { harnessWithMesh, nodes, store, timed } from '../harness/timed.ts';

/** What five attempts of three seconds each cost. */
const hangMs = 15_000;

describe('an endpoint that takes connections and is silent', () => {
  let harness: MeshHarness;
  beforeEach(async () => {
    harness = await harnessWithMesh();
  });

  const fallSilent = () => {
    harness.engine.faults.delay('*', { beforeMs: hangMs });
    harness.engine.faults.onCall = () => 'lost-before';
  };

  it('a silent endpoint costs a run one call for each that may be under way, and the next run does all', async () => {
    await store(harness, ...nodes);
    fallSilent();
    const { error, tookMs } = await timed(harness, harness.reconcile());
    expect(error).toMatchObject({ name: 'RetryableError' });
    expect(tookMs).toBe(hangMs);
    expect(harness.engine.calls.get('CreateVirtualNode')).toBe(10);
    expect(harness.queue).toEqual([]);
    expect(harness.activeOf('VirtualNode', 'node-0', 'shop').message).toContain('no answer came');
    expect(harness.activeOf('VirtualNode', 'node-79', 'shop')).toEqual({
      is: 'False Pending',
      message: 'virtualNode/webapp/node-79_shop is deferred to the next run',
    });

    harness.engine.faults.reset();
    await harness.reconcile();
    expect(harness.engine.snapshot()).toHaveLength(1 + nodes.length);
    expect(harness.engine.calls.get('CreateVirtualNode')).toBe(10 + nodes.length);
    for (const { metadata } of nodes)
      expect(harness.activeOf('VirtualNode', metadata.name, 'shop').is).toBe('True Applied');
  });

  it('a silent endpoint costs a verification no more, and nothing is begun after it', async () => {
    await store(harness, ...nodes);
    await harness.reconcile();
    await store(harness, ...nodes.map((node) => ({ ...node, spec: { ...node.spec, backends: [] } })));
    harness.engine.calls.clear();
    fallSilent();
    const { error, tookMs } = await timed(harness, harness.reconcile({ verify: true }));
    expect(error).toMatchObject({ name: 'RetryableError' });
    expect(tookMs).toBe(hangMs);
    expect(Object.fromEntries(harness.engine.calls)).toEqual({ ListMeshes: 1, ListVirtualNodes: 1 });
  });

  it('a silent endpoint is not treated as a call that fails at once', async () => {
    await store(harness, ...nodes);
    harness.engine.faults.failNext('CreateVirtualNode', 'unavailable', 3);
    const { error } = await timed(harness, harness.reconcile());
    expect(error).toMatchObject({ name: 'RetryableError' });
    expect(harness.engine.snapshot()).toHaveLength(1 + nodes.length - 3);
  });
});
