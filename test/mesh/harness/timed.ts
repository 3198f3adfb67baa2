import { type Manifest, MeshHarness } from './harness.ts';

const apiVersion = 'appmesh.k8s.aws/v1beta2';
const registrationContext: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { mesh: 'webapp' } } },
  {
    apiVersion,
    kind: 'Mesh',
    metadata: { name: 'webapp' },
    spec: { namespaceSelector: { matchLabels: { mesh: 'webapp' } } },
  },
];
/** Virtual nodes that need nothing but the mesh. */
export const nodes = Array.from({ length: 160 }, (_, index): Manifest => {
  const listeners = [{ portMapping: { port: 8080, protocol: 'http' } }];
  return {
    apiVersion,
    kind: 'VirtualNode',
    metadata: { name: `node-${index}`, namespace: 'shop' },
    spec: { listeners, serviceDiscovery: { dns: { hostname: 'node.shop.svc' } } },
  };
});

/** A harness with that mesh, settled, and no call counted yet. */
export async function harnessWithMesh(): Promise<MeshHarness> {
  const harness = new MeshHarness();
  harness.apply(...registrationContext);
  await harness.settle();
  harness.engine.calls.clear();
  return harness;
}

/** Stores objects; the request to reconcile that follows is made by the test. */
export async function store(harness: MeshHarness, ...manifests: readonly Manifest[]): Promise<void> {
  harness.apply(...manifests);
  for (const event of harness.queue.splice(0)) await harness.handle(event);
  harness.queue.splice(0);
}

/** Lets the harness's time go on for as long as a run takes; answers what it threw, and how long it took. */
export async function timed(
  { clock }: MeshHarness,
  run: Promise<void>,
): Promise<{ readonly error: unknown; readonly tookMs: number }> {
  const begunAtMs = clock.now();
  let isRunning = true;
  const ended = run
    .then(
      () => undefined,
      (error: unknown) => error,
    )
    .finally(() => {
      isRunning = false;
    });
  while (isRunning) {
    await new Promise((resolve) => setImmediate(resolve));
    const dueMs = clock.nextDueMs();
    if (dueMs !== undefined) clock.advance(dueMs - clock.now());
  }
  return { error: await ended, tookMs: clock.now() - begunAtMs };
}
