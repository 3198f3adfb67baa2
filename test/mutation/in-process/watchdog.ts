import { Worker } from 'node:worker_threads';

/** In a thread of its own, since the code that it watches may never give way. */
const script = `
const { appendFileSync } = require('node:fs');
const { workerData: { memory, log } } = require('node:worker_threads');
const cells = new Int32Array(memory);
let [last, ticks] = [0, 0];
setInterval(() => {
  const [run, mutant] = [Atomics.load(cells, 0), Atomics.load(cells, 1)];
  ticks = run === last ? ticks + 1 : 0;
  last = run;
  if (mutant < 0 || ticks < 10) return;
  appendFileSync(log, JSON.stringify(['hung', String(mutant)]) + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, 1000);
`;

/** Kills the process after 10 s in one run of a test with a mutant, and notes the mutant as one that hangs. */
export class Watchdog {
  private readonly cells = new Int32Array(new SharedArrayBuffer(8));
  private readonly worker: Worker;

  constructor(log: string) {
    this.worker = new Worker(script, { eval: true, workerData: { memory: this.cells.buffer, log } });
    this.worker.unref();
    this.rest();
  }

  begin(mutant: string): void {
    Atomics.add(this.cells, 0, 1);
    Atomics.store(this.cells, 1, mutant === '' ? -1 : Number(mutant));
  }

  rest(): void {
    Atomics.store(this.cells, 1, -1);
  }

  end(): void {
    void this.worker.terminate();
  }
}
