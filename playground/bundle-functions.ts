import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build, stop } from 'esbuild';
import { parse } from 'yaml';
import { bundlePlugins } from '../deploy/bundle/bundle-plugins.ts';
import { meshTargetPlugin, neededTargets } from '../deploy/bundle/mesh-target-plugin.ts';
import type { MeshTargetName } from '../shared/model/config/mesh-targets.ts';
import { localClusters } from './mesh/local-cluster.ts';

const projectFolder = join(import.meta.dirname, '..');

/**
 * Bundles the functions into the folder with the settings of serverless.yml, with clusters.json beside them, as
 * for AWS. `mesh` is the cluster's mesh targets. Returns the URL of each function's module by its name.
 */
export async function bundleFunctions(
  names: readonly string[],
  folder: string,
  mesh: readonly MeshTargetName[] = ['app-mesh'],
): Promise<Readonly<Record<string, string>>> {
  const clusters = localClusters(mesh);
  const { outputFileExtension, ...settings } = esbuildSettings();
  await build({
    ...settings,
    entryPoints: names.map((name) => join(projectFolder, 'functions', `${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': outputFileExtension },
    platform: 'node',
    target: 'node24',
    absWorkingDir: projectFolder,
    plugins: [...bundlePlugins, meshTargetPlugin(neededTargets(clusters))],
  });
  // Otherwise esbuild's process keeps running for a next build, and there is none.
  await stop();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'clusters.json'), JSON.stringify(clusters));
  return Object.fromEntries(
    names.map((name) => [name, pathToFileURL(join(folder, `${name}${outputFileExtension}`)).href]),
  );
}

type Settings = Pick<
  BuildOptions,
  'alias' | 'bundle' | 'minify' | 'sourcemap' | 'format' | 'mainFields' | 'banner'
>;

function esbuildSettings(): Settings & { readonly outputFileExtension: string } {
  const path = join(projectFolder, 'serverless.yml');
  const deployment = parse(readFileSync(path, 'utf8'), { logLevel: 'silent' });
  const { alias, bundle, minify, sourcemap, format, mainFields, banner, outputFileExtension } =
    deployment.custom.esbuild;
  return { alias, bundle, minify, sourcemap, format, mainFields, banner, outputFileExtension };
}
