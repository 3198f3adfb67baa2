import { readFile } from 'node:fs/promises';
import type { BuildOptions } from 'esbuild';
import { build } from 'esbuild';
import { parse } from 'yaml';
import { pluginsFor } from '../../deploy/bundle/bundle-plugins.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import type { MeshTargetName } from '../../shared/model/config/mesh-targets.ts';

interface Deployment {
  readonly custom: { readonly esbuild: BuildOptions };
  readonly functions: Readonly<Record<string, unknown>>;
}

/** What a cluster may need beside a mesh target: Cloud Map in another account, and ServiceEntries. */
const allNeeds = {
  cloudMap: { roleArn: 'arn:aws:iam::111122223333:role/cloud-map' },
  serviceEntries: {},
};

/** The functions that serverless.yml names. */
export async function functionNames(): Promise<readonly string[]> {
  return Object.keys((await deployment()).functions);
}

/**
 * Bundles a function with the options that serverless.yml gives esbuild, where the plugins stand as a path, for a cluster
 * with these mesh targets, which needs all else that can be left out. Returns the files whose code is in the bundle.
 */
export async function bundleFunction(
  name: string,
  outfile: string,
  mesh: readonly MeshTargetName[],
  needs: Readonly<Record<string, unknown>> = allNeeds,
): Promise<readonly string[]> {
  const { bundle, minify, sourcemap, format, alias, mainFields } = (await deployment()).custom.esbuild;
  const plugins = pluginsFor(clustersFile.parse({ clusters: [{ name: 'production', mesh, ...needs }] }));
  const options = { bundle, minify, sourcemap, format, alias, mainFields, plugins } as BuildOptions;
  const entryPoints = [`functions/${name}.ts`];
  const { metafile } = await build({
    ...options,
    ...{ entryPoints, outfile, platform: 'node', target: 'node24', metafile: true as const },
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {});
  return inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
}

async function deployment(): Promise<Deployment> {
  return parse(await readFile('serverless.yml', 'utf8'), { logLevel: 'silent' });
}
