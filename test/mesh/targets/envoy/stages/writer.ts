import { nextFiles } from '../../../../../shared/mesh/targets/envoy/stages/next-files.ts';
import {
  begun,
  nextDueMs,
  type Progress,
  resumed,
  settledIn,
  written,
} from '../../../../../shared/mesh/targets/envoy/stages/progress.ts';
import {
  type ProxyState,
  proxyStateOf,
} from '../../../../../shared/mesh/targets/envoy/stages/proxy-state.ts';
import type { Files } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import type { Write } from './faults-in.ts';

export const settleMs = 10;

/** A ConfigMap that is brought to desired states by one writer, as the run does it. */
export class Writer {
  readonly writes: Write[] = [];
  live: Files | undefined;
  private progress: Progress = {};

  constructor(live?: Files) {
    this.live = live;
    if (live) this.writes.push({ files: live, atMs: 0 });
  }

  get state(): ProxyState {
    return proxyStateOf(this.live ?? {});
  }

  /** Answers whether it is as desired now. */
  step(desired: Files, now: number, crash?: 'before' | 'after'): boolean {
    this.progress = resumed(this.progress, now, settleMs);
    const stage = nextFiles(this.live, desired, settledIn(this.progress, now));
    const before = this.progress;
    if (!stage.isChange) {
      this.progress = written(before, stage, now, settleMs);
      return stage.isDone;
    }
    this.progress = begun(before, stage);
    if (crash === 'before') return false;
    this.live = stage.files;
    this.writes.push({ files: stage.files, atMs: now });
    if (crash === 'after') return false;
    this.progress = written(before, stage, now, settleMs);
    return stage.isDone;
  }

  /** Steps until it is done, when something is due; answers how many writes that took. */
  finish(desired: Files, from: number): number {
    const before = this.writes.length;
    for (let now = from, count = 0; !this.step(desired, now); count++) {
      const due = nextDueMs(this.progress, now);
      if (due === undefined || count > 20) throw new Error('it waits for nothing');
      now = due;
    }
    return this.writes.length - before;
  }
}
