import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningEnvoy } from '../../../playground/pods/run-envoy.ts';
import { nextFiles } from '../../../shared/mesh/targets/envoy/stages/next-files.ts';
import {
  nextDueMs,
  type Progress,
  resumed,
  settledIn,
  written,
} from '../../../shared/mesh/targets/envoy/stages/progress.ts';
import type { Files } from '../../../shared/mesh/targets/envoy/stages/resource-file.ts';

/** How long Envoy has for the files of a stage; in a cluster the kubelet needs time, too. */
const settleMs = 150;

/** The files of a proxy, changed step by step as a run of the mesh changes a ConfigMap. */
export class StagedFiles {
  readonly #envoy: Pick<RunningEnvoy, 'update'>;
  #live: Files;
  #progress: Progress = {};
  writes = 0;

  constructor(envoy: Pick<RunningEnvoy, 'update'>, live: Files) {
    this.#envoy = envoy;
    this.#live = live;
  }

  /** Resolves when the files are the desired ones. */
  async become(desired: Files): Promise<void> {
    for (let count = 0; count < 20; count++) {
      if (this.step(desired)) return;
      const due = nextDueMs(this.#progress, Date.now());
      await sleep(Math.max(1, (due ?? 0) - Date.now()));
    }
    throw new Error('expected the desired files after less than 20 stages');
  }

  /** Writes what may be written now; answers whether the files are the desired ones. */
  step(desired: Files): boolean {
    const now = Date.now();
    this.#progress = resumed(this.#progress, now, settleMs);
    const stage = nextFiles(this.#live, desired, settledIn(this.#progress, now));
    if (stage.isChange) {
      this.#envoy.update(stage.files);
      this.#live = stage.files;
      this.writes++;
    }
    this.#progress = written(this.#progress, stage, Date.now(), settleMs);
    return stage.isDone;
  }
}
