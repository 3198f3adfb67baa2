import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { median } from '../bench/statistics.ts';

const run = promisify(execFile);

/** A bundle as it lies in a zip: `functions/<name>.cjs` in a folder that has clusters.json beside. */
export interface Bundle {
  readonly name: string;
  readonly folder: string;
}

export interface InitFigures {
  readonly name: string;
  /** CPU of a process that loads the bundle and ends, in milliseconds: median. */
  readonly cpuMs: number;
  /** Of that to the CPU of a process that loads nothing. */
  readonly ratio: number;
}

/** Of a bare Node's CPU: 3.6 to 4.3 on a busy machine, and up to 4.8 where ten processes share a core. */
export const maxInitRatio = 5.5;

/**
 * Loads each bundle as Lambda does, from its own folder and with the environment alone, in processes of its own that take
 * turns with each other and with a bare Node, so that a busy machine slows down all of them.
 */
export async function measureInit(
  bundles: readonly Bundle[],
  rounds: number,
): Promise<readonly InitFigures[]> {
  const bare: number[] = [];
  const loaded = bundles.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    bare.push(await cpuMsOf('', '.'));
    for (const [index, bundle] of bundles.entries()) loaded[index]?.push(await loadingMs(bundle));
  }
  return bundles.map(({ name }, index) => {
    const cpuMs = median(loaded[index] ?? []);
    return { name, cpuMs, ratio: cpuMs / median(bare) };
  });
}

function loadingMs({ name, folder }: Bundle): Promise<number> {
  const load = `const { handler } = require('./functions/${name}.cjs');
    if (typeof handler !== 'function') throw new Error('no handler is exported');`;
  return cpuMsOf(load, folder);
}

/** User and system time of a whole process, of which Node says nothing to who starts it. */
async function cpuMsOf(script: string, folder: string): Promise<number> {
  const timed = 'TIMEFORMAT="%U %S"; time "$0" --eval "$1"';
  const { stderr } = await run('bash', ['--norc', '-c', timed, process.execPath, script], {
    cwd: folder,
    env: {
      ...{ AWS_REGION: 'us-west-2', LAMBDA_TASK_ROOT: folder, TABLE_NAME: 'table' },
      PODS_QUEUE_URL: 'http://127.0.0.1/pods.fifo',
      MESH_QUEUE_URL: 'http://127.0.0.1/mesh.fifo',
      QUEUE_URL: 'http://127.0.0.1/queue.fifo',
      DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1/dead-letters.fifo',
    },
  });
  const [user, system] = stderr.trim().split(' ').map(Number);
  return ((user ?? Number.NaN) + (system ?? Number.NaN)) * 1000;
}
