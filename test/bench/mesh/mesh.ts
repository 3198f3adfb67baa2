import { type HarnessDependencies, MeshHarness } from '../../mesh/harness/harness.ts';
import { meshObjects, virtualRouter } from './mesh-objects.ts';

export interface MeshFigures {
  readonly what: string;
  /** App Mesh calls by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** Items of the table. */
  readonly reads: number;
  readonly writes: number;
  readonly cpuMs: number;
  readonly seconds: number;
}

const count = 200;

/**
 * What reconciling a mesh at AWS's quotas costs, change by change: App Mesh in process and without limits, the table in
 * memory, both in what is measured.
 */
export async function measureMesh(): Promise<readonly MeshFigures[]> {
  const table = { reads: 0, writes: 0 };
  const harness = new MeshHarness({ wrap: (deps) => counted(deps, table) });
  const measure = async (what: string, run: () => Promise<void>): Promise<MeshFigures> => {
    await storeObjects(harness);
    harness.engine.calls.clear();
    Object.assign(table, { reads: 0, writes: 0 });
    const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
    await run();
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      what,
      calls: Object.fromEntries(harness.engine.calls),
      ...table,
      cpuMs: (user + system) / 1000,
      seconds,
    };
  };
  const reconcile = () => harness.reconcile();
  const objects = meshObjects(count);
  harness.apply(...objects);
  const figures = [
    await measure('the first apply', reconcile),
    await measure('an unchanged resync', reconcile),
  ];
  harness.apply(virtualRouter(0, count, { weight: 50 }));
  figures.push(
    await measure('one changed weight', reconcile),
    await measure('a full verification', () => harness.reconcile({ verify: true })),
  );
  harness.delete(...objects.filter(({ kind }) => kind !== 'Namespace'));
  figures.push(await measure('the deletion of everything', reconcile));
  const left = harness.engine.snapshot().length;
  if (left > 0 || harness.queue.length > 0) throw new Error(`${left} resources are left`);
  return figures;
}

/** Each object that is stored asks for the mesh to be reconciled; here the caller asks for all of them. */
export async function storeObjects(harness: MeshHarness): Promise<void> {
  for (const event of harness.queue.splice(0)) await harness.handle(event);
  harness.queue.splice(0);
}

function counted(deps: HarnessDependencies, table: { reads: number; writes: number }): HarnessDependencies {
  const read = async function* <T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const item of items) {
      table.reads++;
      yield item;
    }
  };
  const write = <T>(answer: Promise<T>): Promise<T> => {
    table.writes++;
    return answer;
  };
  const { objects: mesh, meshClaims, statuses, meshRuns } = deps;
  return {
    ...deps,
    objects: {
      find: (...args) => mesh.find(...args),
      replace: (...args) => mesh.replace(...args),
      ofKind: (...args) => mesh.ofKind(...args),
      inRange: (...args) => read(mesh.inRange(...args)),
    },
    meshClaims: {
      all: (cluster) => read(meshClaims.all(cluster)),
      put: (...args) => write(meshClaims.put(...args)),
      remove: (...args) => write(meshClaims.remove(...args)),
    },
    statuses: {
      all: (cluster) => read(statuses.all(cluster)),
      find: (...args) => {
        table.reads++;
        return statuses.find(...args);
      },
      replace: (...args) => write(statuses.replace(...args)),
      remove: (...args) => write(statuses.remove(...args)),
    },
    meshRuns: {
      last: (cluster) => {
        table.reads++;
        return meshRuns.last(cluster);
      },
      save: (...args) => write(meshRuns.save(...args)),
    },
  };
}
