import { build } from 'esbuild';

/**
 * V8's optimizing compilers take 11 MB and save 3 % of a core at 200 changes a second. The baseline compiler, Sparkplug,
 * takes 2 MB, saves 5 % and stays on (`npm run bench -- relay`).
 */
export const withoutOptimizers: readonly string[] = ['--no-opt', '--no-maglev'];

/** Node flags of the bundle, in the image and in benchmarks; `gcScheduler` needs `--expose-gc`. */
export const nodeFlags: readonly string[] = [
  ...withoutOptimizers,
  '--optimize-for-size',
  '--max-semi-space-size=1',
  '--max-old-space-size=128',
  '--expose-gc',
];

/** Without it glibc keeps an arena for each thread, about 2 MB in all. */
export const nodeEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };

/**
 * Bundles the relay into `relay/dist/relay.cjs` and returns the path. The output is CommonJS because an ES module that
 * imports `node:http` evaluates all its exports, including WebSocket and with it undici: 10 MB. Dependencies are
 * resolved to their ES modules first, because esbuild can tree-shake those.
 */
export async function bundleRelay(): Promise<string> {
  const outfile = `${import.meta.dirname}/dist/relay.cjs`;
  await build({
    entryPoints: [`${import.meta.dirname}/main.ts`],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    supported: { 'dynamic-import': false },
  });
  return outfile;
}

if (import.meta.main) await bundleRelay();
