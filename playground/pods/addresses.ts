import { randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalPlace } from './local-files.ts';

/**
 * A quarter of a block of 127.0.0.0/8, each with 65,534 addresses: `127.<block>.x.y` for pods, and the following ones for
 * applications, outgoing connections and Services. `block` is a multiple of four.
 */
export function placeOf(block: number, pod: string, directory: string): LocalPlace {
  const host = pod.split('.').slice(2).join('.');
  return {
    directory,
    pod,
    application: `127.${block + 1}.${host}`,
    outbound: `127.${block + 2}.${host}`,
  };
}

/** A block at random, so that two who run at the same time seldom meet. */
export function someBlock(): number {
  return 4 * randomInt(4, 63);
}

/** A place at random, with a folder of its own, for one Envoy. */
export function somePlace(): LocalPlace {
  const block = someBlock();
  const pod = `127.${block}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  return placeOf(block, pod, join(tmpdir(), `envoy-${pod}-${process.pid}`));
}
