import { build } from 'esbuild';

/** V8's compilers take 22 MB. At 200 changes a second they save no CPU time (`npm run bench -- relay`). */
export const withoutCompilers: readonly string[] = ['--no-opt', '--no-maglev', '--no-sparkplug'];

/** How the bundle is run, in the image and where it is measured; `--expose-gc` is for `heapKeeper`. */
export const nodeFlags: readonly string[] = [
  ...withoutCompilers,
  '--optimize-for-size',
  '--max-semi-space-size=1',
  '--max-old-space-size=128',
  '--expose-gc',
];

/** glibc keeps an arena for each thread otherwise; it costs about 2 MB. */
export const nodeEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };

/**
 * Bundles the relay into `relay/dist/relay.cjs` and gives the path. The format is CommonJS because an ES module that
 * imports `node:http` evaluates all its exports, WebSocket and with it undici among them: 10 MB. Modules are preferred
 * to CommonJS as sources, because of them only what is used comes along.
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
