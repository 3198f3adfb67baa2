import { MeshStage, type StageDependencies } from '../mesh/harness/stage.ts';
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
  const stage = new MeshStage({ wrap: (deps) => counted(deps, table) });
  const measure = async (what: string, run: () => Promise<void>): Promise<MeshFigures> => {
    await storeObjects(stage);
    stage.engine.calls.clear();
    Object.assign(table, { reads: 0, writes: 0 });
    const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
    await run();
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - startedAt) / 1000;
    return {
      what,
      calls: Object.fromEntries(stage.engine.calls),
      ...table,
      cpuMs: (user + system) / 1000,
      seconds,
    };
  };
  const reconcile = () => stage.reconcile();
  const objects = meshObjects(count);
  stage.apply(...objects);
  const figures = [
    await measure('the first apply', reconcile),
    await measure('an unchanged resync', reconcile),
  ];
  stage.apply(virtualRouter(0, count, { weight: 50 }));
  figures.push(
    await measure('one changed weight', reconcile),
    await measure('a full verification', () => stage.reconcile({ verify: true })),
  );
  stage.delete(...objects.filter(({ kind }) => kind !== 'Namespace'));
  figures.push(await measure('the deletion of everything', reconcile));
  const left = stage.engine.snapshot().length;
  if (left > 0 || stage.queue.length > 0) throw new Error(`${left} resources are left`);
  return figures;
}

/** Each object that is stored asks for the mesh to be reconciled; here the caller asks for all of them. */
export async function storeObjects(stage: MeshStage): Promise<void> {
  for (const event of stage.queue.splice(0)) await stage.handle(event);
  stage.queue.splice(0);
}

function counted(deps: StageDependencies, table: { reads: number; writes: number }): StageDependencies {
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
