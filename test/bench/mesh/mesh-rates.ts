import { setTimeout as sleep } from 'node:timers/promises';
import { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { appMeshService } from '@eks-mesh-sync/embedded-aws/app-mesh-service.ts';
import type { Rate } from '@eks-mesh-sync/embedded-aws/engine/throttle.ts';
import { Faults } from '@eks-mesh-sync/embedded-aws/faults.ts';
import { Gateway } from '@eks-mesh-sync/embedded-aws/gateway.ts';
import { perAppMesh } from '../../../shared/mesh/targets/app-mesh/adapter/app-mesh-client.ts';
import { RetryableError } from '../../../shared/model/errors.ts';
import { MeshHarness } from '../../mesh/harness/harness.ts';
import { storeObjects } from './mesh.ts';
import { meshObjects } from './mesh-objects.ts';

export interface MeshRatesFigures {
  readonly resources: number;
  readonly seconds: number;
  /** What App Mesh's own limit of changes allows at best. */
  readonly boundSeconds: number;
  readonly calls: number;
  readonly throttled: number;
  /** Each hands over to the next one what it had no time for. */
  readonly runs: number;
}

interface MeshRatesOptions {
  /** Of changes that the account may make; undefined: no limit. */
  readonly limit?: Rate | undefined;
  /** Clusters, each with a mesh and a function of its own, in one account. */
  readonly clusters?: number;
  /** Of virtual nodes, routers with three routes, and services of each mesh. */
  readonly count?: number;
}

/**
 * The first apply of meshes, with the client as the function has it, over HTTP and in real time: an embedded App Mesh
 * that throttles as said, and answers after 30 ms. A run that fails is repeated after two seconds.
 */
export async function measureMeshRates(options: MeshRatesOptions = {}): Promise<MeshRatesFigures> {
  const { limit, clusters = 1, count = 50 } = options;
  const engine = new AppMesh({ settings: { rates: { writes: limit } } });
  engine.faults.delay('*', { beforeMs: 15, afterMs: 15 });
  const services = [appMeshService(engine)];
  const gateway = new Gateway({ port: 0, faults: new Faults(), services: () => services });
  const endpoint = await gateway.listen();
  try {
    const harnesses = Array.from({ length: clusters }, (_, index) =>
      harnessAt(endpoint, engine, `cluster-${index}`),
    );
    for (const harness of harnesses) {
      harness.apply(...meshObjects(count, { mesh: harness.cluster, routes: 3 }));
      await storeObjects(harness);
    }
    const startedAt = performance.now();
    const runs = await Promise.all(harnesses.map(reconciled));
    const seconds = (performance.now() - startedAt) / 1000;
    return { ...figuresOf(engine, limit), seconds, runs: runs.reduce((sum, count) => sum + count, 0) };
  } finally {
    await gateway.close();
  }
}

/** Answers how many runs it took. */
async function reconciled(harness: MeshHarness): Promise<number> {
  for (let runs = 1; ; runs++) {
    try {
      await harness.reconcile();
      if (harness.queue.splice(0).length === 0) return runs;
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      await sleep(2_000);
    }
  }
}

function harnessAt(endpoint: string, engine: AppMesh, cluster: string): MeshHarness {
  // The client is made as on AWS, where the function's environment has the credentials.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const appMesh = perAppMesh();
  return new MeshHarness({
    engine,
    cluster,
    config: { appMesh: { endpoint, region: 'us-west-2' } },
    wrap: (deps) => ({ ...deps, appMesh, clock: { now: () => Date.now(), sleep: (ms) => sleep(ms) } }),
  });
}

function figuresOf(engine: AppMesh, limit: Rate | undefined): Omit<MeshRatesFigures, 'seconds' | 'runs'> {
  const resources = engine.snapshot().length;
  const calls = [...engine.calls.values()].reduce((sum, count) => sum + count, 0);
  const { perSecond = Number.POSITIVE_INFINITY, burst = 0 } = limit ?? {};
  return { resources, calls, throttled: calls - resources, boundSeconds: (resources - burst) / perSecond };
}
