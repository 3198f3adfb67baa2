import { readFile } from 'node:fs/promises';
import type { BuildOptions } from 'esbuild';
import { build } from 'esbuild';
import { parse } from 'yaml';
import plugins from '../../deploy/bundle-plugins.ts';

interface Deployment {
  readonly custom: { readonly esbuild: BuildOptions };
  readonly functions: Readonly<Record<string, unknown>>;
}

/** The functions that serverless.yml names. */
export async function functionNames(): Promise<readonly string[]> {
  return Object.keys((await deployment()).functions);
}

/** Bundles a function with the options that serverless.yml gives esbuild, where the plugins stand as a path. */
export async function bundleFunction(name: string, outfile: string): Promise<void> {
  const { bundle, minify, sourcemap, format, alias, mainFields } = (await deployment()).custom.esbuild;
  const options = { bundle, minify, sourcemap, format, alias, mainFields, plugins } as BuildOptions;
  const entryPoints = [`functions/${name}.ts`];
  await build({ ...options, entryPoints, outfile, platform: 'node', target: 'node24' });
}

async function deployment(): Promise<Deployment> {
  return parse(await readFile('serverless.yml', 'utf8'), { logLevel: 'silent' });
}
