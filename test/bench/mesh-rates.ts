import { setTimeout as sleep } from 'node:timers/promises';
import { AppMesh } from '../../local/aws/app-mesh/app-mesh.ts';
import { appMeshService } from '../../local/aws/app-mesh-service.ts';
import { Faults } from '../../local/aws/faults.ts';
import { Gateway } from '../../local/aws/gateway.ts';
import { perAppMesh } from '../../shared/runtime/wire-app-mesh.ts';
import { MeshStage } from '../mesh/stage.ts';
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

/**
 * The first apply of a mesh, with the client as the function has it, over HTTP and in real time: an embedded App Mesh
 * that throttles as AWS's own client expects it to, and answers after 30 ms. A run that fails ends it.
 */
export async function measureMeshRates(count = 50): Promise<MeshRatesFigures> {
  const engine = new AppMesh();
  engine.faults.delay('*', { beforeMs: 15, afterMs: 15 });
  const services = [appMeshService(engine)];
  const gateway = new Gateway({ port: 0, faults: new Faults(), services: () => services });
  const endpoint = await gateway.listen();
  try {
    const stage = stageAt(endpoint, engine);
    stage.apply(...meshObjects(count));
    await storeObjects(stage);
    const startedAt = performance.now();
    await stage.reconcile();
    let runs = 1;
    for (let next = stage.queue.shift(); next !== undefined; next = stage.queue.shift()) {
      await stage.handle(next);
      runs += 1;
    }
    const seconds = (performance.now() - startedAt) / 1000;
    return { ...figuresOf(engine), seconds, runs };
  } finally {
    await gateway.close();
  }
}

function stageAt(endpoint: string, engine: AppMesh): MeshStage {
  // The client is made as on AWS, where the function's environment has the credentials.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const appMesh = perAppMesh();
  return new MeshStage({
    engine,
    config: { appMesh: { endpoint, region: 'us-west-2' } },
    wrap: (world) => ({ ...world, appMesh, clock: { now: () => Date.now(), sleep: (ms) => sleep(ms) } }),
  });
}

function figuresOf(engine: AppMesh): Omit<MeshRatesFigures, 'seconds' | 'runs'> {
  const resources = engine.snapshot().length;
  const calls = [...engine.calls.values()].reduce((sum, count) => sum + count, 0);
  const { perSecond = Number.POSITIVE_INFINITY, burst = 0 } = engine.settings.rates.writes ?? {};
  return { resources, calls, throttled: calls - resources, boundSeconds: (resources - burst) / perSecond };
}
