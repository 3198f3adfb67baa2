import { join } from 'node:path';
import { buildSync } from 'esbuild';

let script: string | undefined;

/** The script that keeps the page up to date, bundled when the first browser asks for it. */
export function liveScript(): string {
  script ??= buildSync({
    entryPoints: [join(import.meta.dirname, 'client', 'live-client.ts')],
    bundle: true,
    format: 'iife',
    minify: true,
    write: false,
  }).outputFiles[0]?.text;
  return script ?? '';
}
