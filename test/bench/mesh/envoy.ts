import type { ObjectContent } from '../../../shared/mesh/objects-target/plan/object-claim.ts';
import { envoyTarget } from '../../../shared/mesh/targets/envoy/envoy-target.ts';
import { envoyRules } from '../../../shared/mesh/targets/envoy/plan/rules.ts';
import { MemoryKubernetesObjects } from '../../fakes/memory-kubernetes-objects.ts';
import { MeshHarness } from '../../mesh/harness/harness.ts';
import { directoryOf } from '../../mesh/plan/entries.ts';
import { desiredEnvoys } from '../../mesh/targets/envoy/desired-envoys.ts';
import { storeObjects } from './mesh.ts';
import { meshObjects, virtualRouter } from './mesh-objects.ts';

export interface EnvoyFigures {
  readonly what: string;
  /** Requests to the API server, such as `create ConfigMap`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly cpuMs: number;
  readonly seconds: number;
}

export interface EnvoyBench {
  readonly figures: readonly EnvoyFigures[];
  readonly largestConfigMapBytes: number;
  /** If every virtual node may call all services. */
  readonly toAll: { readonly cpuMs: number; readonly largestConfigMapBytes: number };
}

const count = 200;

/** No node discovers through Cloud Map. */
const catalog = { instances: async () => ({ instances: [], revision: undefined }) };

/**
 * What the Envoys of a mesh at AWS's quotas cost, change by change: a virtual node calls two virtual services, and each of
 * these leads to two nodes. The API server and the table are in memory, both in what is measured.
 */
export async function measureEnvoy(): Promise<EnvoyBench> {
  const kubernetes = new MemoryKubernetesObjects();
  const harness = new MeshHarness({
    config: { mesh: 'envoy', appMesh: undefined },
    wrap: (deps) => ({
      ...deps,
      meshTargets: (cluster) => [envoyTarget({ cluster, rules: envoyRules, objects: kubernetes, catalog })],
    }),
  });
  const measure = async (what: string, run: () => Promise<void>): Promise<EnvoyFigures> => {
    await storeObjects(harness);
    kubernetes.calls.length = 0;
    const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
    await run();
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - startedAt) / 1000;
    return { what, requests: byKind(kubernetes.calls), cpuMs: (user + system) / 1000, seconds };
  };
  const reconcile = () => harness.reconcile();
  const objects = meshObjects(count);
  harness.apply(...objects);
  const figures = [
    await measure('the first apply', reconcile),
    await measure('an unchanged resync', reconcile),
  ];
  const largestConfigMapBytes = Math.max(...kubernetes.all.map(({ data = {} }) => bytesOf(data)));
  harness.apply(virtualRouter(0, count, { weight: 50 }));
  figures.push(await measure('one changed weight', reconcile));
  expectWrites(kubernetes.calls, [count - 2, count - 1]);
  figures.push(await measure('a full verification', () => harness.reconcile({ verify: true })));
  return { figures, largestConfigMapBytes, toAll: measureToAll() };
}

/** From the objects to the files, if each virtual node has a backend group of all services. */
function measureToAll(): EnvoyBench['toAll'] {
  const manifests = meshObjects(count).map((manifest) =>
    manifest.kind === 'VirtualNode'
      ? { ...manifest, spec: { ...manifest.spec, backends: [], backendGroups: [{ name: '*' }] } }
      : { ...manifest, metadata: { ...manifest.metadata, labels: { mesh: 'bench' } } },
  );
  const directory = directoryOf(...manifests);
  const before = process.cpuUsage();
  const { resources, objects } = desiredEnvoys(directory);
  const { user, system } = process.cpuUsage(before);
  const [problem] = objects.flatMap(({ problems }) => problems);
  if (problem !== undefined) throw new Error(problem.message);
  const sizes = [...resources.values()].map(({ spec }) => bytesOf((spec as ObjectContent).data ?? {}));
  return { cpuMs: (user + system) / 1000, largestConfigMapBytes: Math.max(...sizes) };
}

/** Only the nodes that call the service of the changed router have its routes. */
function expectWrites(calls: readonly string[], nodes: readonly number[]): void {
  const written = calls.filter((call) => /^(create|apply) /.test(call)).sort();
  const expected = nodes.map((node) => `apply ConfigMap shop/node-${node}.virtual-node`).sort();
  if (written.join() !== expected.join())
    throw new Error(`written: ${written.join()}; expected ${expected.join()}`);
}

function byKind(calls: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const kind = call.split(' ').slice(0, 2).join(' ');
    if (!kind.startsWith('discover')) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function bytesOf(data: Readonly<Record<string, string>>): number {
  return Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
