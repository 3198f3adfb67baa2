import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { parse } from 'yaml';
import { median } from './statistics.ts';

const run = promisify(execFile);

export interface BundleFigures {
  readonly name: string;
  readonly bundleBytes: number;
  readonly zippedBytes: number;
  /** Of a process that loads the bundle, beyond a process that loads nothing: median of pairs, in milliseconds. */
  readonly initMs: number;
}

/** Bundles each function with the options that serverless.yml gives esbuild, and loads it in processes of its own. */
export async function measureBundles(pairs = 11): Promise<readonly BundleFigures[]> {
  const template = parse(await readFile('serverless.yml', 'utf8'), { logLevel: 'silent' });
  const { bundle, minify, sourcemap, format, alias, mainFields, banner } = template.custom.esbuild;
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const clusters = join(folder, 'clusters.json');
  await writeFile(clusters, JSON.stringify({ clusters: [{ name: 'bench' }] }));
  const figures: BundleFigures[] = [];
  for (const name of Object.keys(template.functions)) {
    const outfile = join(folder, `${name}.mjs`);
    const options = { bundle, minify, sourcemap, format, alias, mainFields, banner };
    await build({
      ...options,
      entryPoints: [`functions/${name}.ts`],
      outfile,
      platform: 'node',
      target: 'node24',
    });
    const code = await readFile(outfile);
    const initMs = await measureInit(outfile, clusters, pairs);
    figures.push({ name, bundleBytes: code.length, zippedBytes: gzipSync(code).length, initMs });
  }
  await rm(folder, { recursive: true });
  return figures;
}

async function measureInit(bundle: string, clusters: string, pairs: number): Promise<number> {
  const environment = {
    ...process.env,
    TABLE_NAME: 't',
    PODS_QUEUE_URL: 'http://127.0.0.1/p',
    MESH_QUEUE_URL: 'http://127.0.0.1/m',
    QUEUE_URL: 'http://127.0.0.1/q',
    DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1/d',
    CLUSTERS_FILE: clusters,
    AWS_REGION: 'us-west-2',
    POWERTOOLS_SERVICE_NAME: 'bench',
  };
  const timed = async (script: string) => {
    const startedAt = performance.now();
    await run(process.execPath, ['--input-type=module', '-e', script], { env: environment });
    return performance.now() - startedAt;
  };
  const load = `await import(${JSON.stringify(bundle)})`;
  await timed(load);
  const differences: number[] = [];
  for (let pair = 0; pair < pairs; pair++) differences.push((await timed(load)) - (await timed('')));
  return median(differences);
}
