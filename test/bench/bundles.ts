import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { bundleFunction, functionNames } from '../deploy/bundle.ts';
import { type InitFigures, measureInit } from '../deploy/init.ts';

export interface BundleFigures extends InitFigures {
  readonly bundleBytes: number;
  readonly zippedBytes: number;
}

/** Bundles each function as the deployment does, and loads it in processes of its own. */
export async function measureBundles(rounds = 15): Promise<readonly BundleFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  await writeFile(join(folder, 'clusters.json'), JSON.stringify({ clusters: [{ name: 'bench' }] }));
  const names = await functionNames();
  for (const name of names) await bundleFunction(name, fileOf(folder, name));
  const inits = await measureInit(
    names.map((name) => ({ name, folder })),
    rounds,
  );
  const figures = inits.map(async (init) => {
    const code = await readFile(fileOf(folder, init.name));
    // As the packaging compresses it.
    return { ...init, bundleBytes: code.length, zippedBytes: deflateRawSync(code, { level: 9 }).length };
  });
  const measured = await Promise.all(figures);
  await rm(folder, { recursive: true });
  return measured;
}

function fileOf(folder: string, name: string): string {
  return join(folder, 'functions', `${name}.cjs`);
}
