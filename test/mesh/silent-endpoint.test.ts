import { beforeEach, describe, expect, it } from 'vitest';
import { type Manifest, MeshStage } from './stage.ts';

const apiVersion = 'appmesh.k8s.aws/v1beta2';
const surroundings: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { mesh: 'webapp' } } },
  {
    apiVersion,
    kind: 'Mesh',
    metadata: { name: 'webapp' },
    spec: { namespaceSelector: { matchLabels: { mesh: 'webapp' } } },
  },
];
const nodes = Array.from({ length: 30 }, (_, index): Manifest => {
  const listeners = [{ portMapping: { port: 8080, protocol: 'http' } }];
  return {
    apiVersion,
    kind: 'VirtualNode',
    metadata: { name: `node-${index}`, namespace: 'shop' },
    spec: { listeners, serviceDiscovery: { dns: { hostname: 'node.shop.svc' } } },
  };
});
/** What five attempts of three seconds each cost. */
const hangMs = 15_000;
const rejected = (error: unknown) => error;

describe('an endpoint that takes connections and is silent', () => {
  let stage: MeshStage;
  beforeEach(async () => {
    stage = new MeshStage();
    stage.apply(...surroundings);
    await stage.settle();
    stage.engine.calls.clear();
  });

  const fallSilent = () => {
    stage.engine.faults.delay('*', { beforeMs: hangMs });
    stage.engine.faults.onCall = () => 'lost-before';
  };

  /** Stores what is queued; the request to reconcile that follows is made by the test. */
  async function store(...manifests: readonly Manifest[]): Promise<void> {
    stage.apply(...manifests);
    for (const event of stage.queue.splice(0)) await stage.handle(event);
    stage.queue.splice(0);
  }

  /** Lets time go on for as long as the run takes; answers what it threw, and how long it took. */
  async function timed(run: Promise<void>): Promise<{ readonly error: unknown; readonly tookMs: number }> {
    const begunAtMs = stage.clock.now();
    let isRunning = true;
    const ended = run
      .then(() => undefined, rejected)
      .finally(() => {
        isRunning = false;
      });
    while (isRunning) {
      await new Promise((resolve) => setImmediate(resolve));
      const dueMs = stage.clock.nextDueMs();
      if (dueMs !== undefined) stage.clock.advance(dueMs - stage.clock.now());
    }
    return { error: await ended, tookMs: stage.clock.now() - begunAtMs };
  }

  it('costs a run one call for each that may be under way, and the next run does all', async () => {
    await store(...nodes);
    fallSilent();
    const { error, tookMs } = await timed(stage.reconcile());
    expect(error).toMatchObject({ name: 'RetryableError' });
    expect(tookMs).toBe(hangMs);
    expect(stage.engine.calls.get('CreateVirtualNode')).toBe(10);
    expect(stage.queue).toEqual([]);
    expect(stage.activeOf('VirtualNode', 'node-0', 'shop').message).toContain('no answer came');
    expect(stage.activeOf('VirtualNode', 'node-29', 'shop')).toEqual({
      is: 'False Pending',
      message: 'virtualNode/webapp/node-29_shop is left to the next run',
    });

    stage.engine.faults.reset();
    await stage.reconcile();
    expect(stage.engine.snapshot()).toHaveLength(1 + nodes.length);
    expect(stage.engine.calls.get('CreateVirtualNode')).toBe(10 + nodes.length);
    for (const { metadata } of nodes)
      expect(stage.activeOf('VirtualNode', metadata.name, 'shop').is).toBe('True Applied');
  });

  it('costs a verification no more, and nothing is begun after it', async () => {
    await store(...nodes);
    await stage.reconcile();
    await store(...nodes.map((node) => ({ ...node, spec: { ...node.spec, backends: [] } })));
    stage.engine.calls.clear();
    fallSilent();
    const { error, tookMs } = await timed(stage.reconcile({ verify: true }));
    expect(error).toMatchObject({ name: 'RetryableError' });
    expect(tookMs).toBe(hangMs);
    expect(Object.fromEntries(stage.engine.calls)).toEqual({ ListMeshes: 1, ListVirtualNodes: 1 });
  });

  it('is another thing than a call that fails at once', async () => {
    await store(...nodes);
    stage.engine.faults.failNext('CreateVirtualNode', 'unavailable', 3);
    const { error } = await timed(stage.reconcile());
    expect(error).toMatchObject({ name: 'RetryableError' });
    expect(stage.engine.snapshot()).toHaveLength(1 + nodes.length - 3);
  });
});
