import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { type MeshTargetName, meshTargetNames } from '../../../shared/model/config/mesh-targets.ts';
import { bundleFunction, functionNames } from '../../deploy/bundle.ts';
import { type InitFigures, measureInit } from '../../deploy/init.ts';

export interface BundleFigures extends InitFigures {
  /** The mesh targets whose code is in it. */
  readonly mesh: readonly MeshTargetName[];
  readonly bundleBytes: number;
  readonly zippedBytes: number;
}

/** Bundles each function as the deployment does, and loads it in processes of its own. */
export async function measureBundles(rounds = 15): Promise<readonly BundleFigures[]> {
  const whole = await mkdtemp(join(tmpdir(), 'bench-'));
  const bundles = (await functionNames()).flatMap((name) =>
    meshesOf(name).map((mesh) => ({ name, mesh, folder: join(whole, mesh.join('-')) })),
  );
  for (const { name, mesh, folder } of bundles) {
    await bundleFunction(name, fileOf(folder, name), mesh);
    await writeFile(join(folder, 'clusters.json'), JSON.stringify({ clusters: [{ name: 'bench', mesh }] }));
  }
  const inits = await measureInit(bundles, rounds);
  const measured = await Promise.all(
    bundles.map(async ({ name, mesh, folder }, index) => {
      const code = await readFile(fileOf(folder, name));
      // As the packaging compresses it.
      const zippedBytes = deflateRawSync(code, { level: 9 }).length;
      return { ...(inits[index] as InitFigures), mesh, bundleBytes: code.length, zippedBytes };
    }),
  );
  await rm(whole, { recursive: true });
  return measured;
}

/** Two functions have code of the mesh targets. */
function meshesOf(name: string): readonly (readonly MeshTargetName[])[] {
  if (name !== 'reconcile-mesh' && name !== 'explain') return [[]];
  return [...meshTargetNames.map((target) => [target]), meshTargetNames];
}

function fileOf(folder: string, name: string): string {
  return join(folder, 'functions', `${name}.cjs`);
}
