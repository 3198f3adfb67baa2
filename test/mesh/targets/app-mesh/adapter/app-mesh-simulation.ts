import { AppMeshClient, UpdateMeshCommand } from '@aws-sdk/client-app-mesh';
import { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/app-mesh/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import type { Rate } from '@eks-mesh-sync/embedded-aws/engine/throttle.ts';
import pLimit from 'p-limit';
import { isThrottling } from '../../../../../shared/adapters/aws/errors.ts';
import { adaptivelyPaced } from '../../../../../shared/mesh/targets/app-mesh/adapter/app-mesh-pace.ts';
import { randomOf } from '../../../../pacing/random.ts';

export interface AppMeshLoad {
  /** Of changes, in all of the account; undefined: no limit. */
  readonly limit: Rate | undefined;
  /** Functions that work side by side, each with a client of its own. */
  readonly functions?: number;
  /** Changes that each function makes. */
  readonly changes: number;
  /** Of each function. */
  readonly concurrency?: number;
  /** Called at each step of the clock, with the milliseconds since the beginning. */
  readonly onStep?: (engine: AppMesh, elapsedMs: number) => void;
}

export interface AppMeshOutcome {
  readonly accepted: number;
  readonly throttled: number;
  readonly failed: readonly unknown[];
  readonly seconds: number;
  /** When each change was accepted, in milliseconds from the beginning. */
  readonly acceptedAtMs: readonly number[];
}

/** Of a call, half before and half after App Mesh counts it. */
const callMs = 30;

/** Functions that change an embedded App Mesh which throttles, through the paced SDK client, on a clock of its own. */
export async function simulateAppMesh(load: AppMeshLoad): Promise<AppMeshOutcome> {
  const clock = new VirtualClock();
  const engine = new AppMesh({ clock, settings: { rates: {} } });
  engine.handle('CreateMesh', { meshName: 'shop' });
  engine.settings.rates = { writes: load.limit };
  const startMs = clock.now();
  const acceptedAtMs: number[] = [];
  const failed: unknown[] = [];
  let throttled = 0;
  const work = async (index: number) => {
    const client = pacedClient(engine, clock, index, () => throttled++);
    const limit = pLimit(load.concurrency ?? 10);
    const change = async () => {
      try {
        await client.send(new UpdateMeshCommand({ meshName: 'shop', spec: {} }));
        acceptedAtMs.push(clock.now() - startMs);
      } catch (error) {
        failed.push(error);
      }
    };
    await Promise.all(Array.from({ length: load.changes }, () => limit(change)));
  };
  let isRunning = true;
  const finished = Promise.all(Array.from({ length: load.functions ?? 1 }, (_, index) => work(index)));
  void finished.finally(() => {
    isRunning = false;
  });
  while (isRunning) {
    // All that follows from the last step, down to the last promise, before time moves on.
    await new Promise((resolve) => setImmediate(resolve));
    load.onStep?.(engine, clock.now() - startMs);
    const dueMs = clock.nextDueMs();
    if (dueMs !== undefined) clock.advance(dueMs - clock.now());
  }
  await finished;
  const seconds = (clock.now() - startMs) / 1000;
  return { accepted: acceptedAtMs.length, throttled, failed, seconds, acceptedAtMs };
}

function pacedClient(
  engine: AppMesh,
  clock: VirtualClock,
  index: number,
  onThrottled: () => void,
): AppMeshClient {
  const time = {
    now: () => clock.now(),
    sleep: (ms: number) => clock.sleep(ms),
    random: randomOf(index + 1),
  };
  const client = adaptivelyPaced(
    new AppMeshClient({ ...inProcessClientOptions(engine), retryMode: 'standard', maxAttempts: 5 }),
    time,
  );
  client.middlewareStack.add(
    (next) => async (args) => {
      await clock.sleep(callMs / 2);
      try {
        return await next(args);
      } catch (error) {
        if (isThrottling(error)) onThrottled();
        throw error;
      } finally {
        await clock.sleep(callMs / 2);
      }
    },
    { name: 'takeTime', step: 'deserialize', priority: 'high' },
  );
  return client;
}
