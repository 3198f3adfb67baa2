type Work = () => unknown;

/** Work that is cheaper than this needs no ratio: it holds nobody up. */
const cheapMs = 30;
/** Four times the input is 4 times the work where it is linear, 16 times where it is quadratic. */
const maxRatio = 8;
const rounds = 6;

/**
 * Why the CPU time of some work grows faster than its input; null when it does not. Measures a size and four times as
 * much in turn, within one run, and takes the least of several rounds: what else the machine does, and what the engine
 * compiles, adds to a round and never takes from it. `prepare` is not measured.
 */
export async function superlinear(
  prepare: (size: number) => Work | Promise<Work>,
  size: number,
): Promise<string | null> {
  let [small, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round++) {
    small = Math.min(small, await cpuMs(await prepare(size)));
    large = Math.min(large, await cpuMs(await prepare(4 * size)));
    if (large < cheapMs || large < maxRatio * small) return null;
  }
  return `${size}: ${small.toFixed(1)} ms; ${4 * size}: ${large.toFixed(1)} ms, ${(large / small).toFixed(1)} times`;
}

async function cpuMs(work: Work): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
