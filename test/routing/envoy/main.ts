import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { differences, type Programs } from './compare.ts';
import { suites } from './suites.ts';

/**
 * Compares with a real Envoy that runs the routes of istiod's own code: `npm run test:envoy -- --cases N --seed S`.
 * - Objects of Istio and of the Gateway API at random: the evaluators must say what Envoy does.
 * - App Mesh's manifests at random: their translations must do what App Mesh does.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { cases: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
  });
  const missing = ['go version', 'envoy --version'].find(
    (command) => spawnSync(command, { shell: true }).status !== 0,
  );
  if (missing) return console.log(`skipped: ${missing.split(' ')[0]} is not on the PATH`);
  const folder = mkdtempSync(join(tmpdir(), 'istiod-'));
  try {
    await compare(
      { pilot: build(folder), envoy: 'envoy' },
      { numRuns: Number(values.cases), seed: Number(values.seed) },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Go downloads and compiles what its caches have not got. */
function build(folder: string): string {
  const startedAtMs = performance.now();
  const program = join(folder, 'pilot');
  const cwd = new URL('../../istio/', import.meta.url);
  const { status } = spawnSync('go', ['build', '-o', program, './pilot'], { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`istiod was not built: go build ended with status ${status}`);
  console.log(`istiod built in ${secondsSince(startedAtMs)} s`);
  return program;
}

async function compare(
  programs: Programs,
  sample: { readonly numRuns: number; readonly seed: number },
): Promise<void> {
  for (const { name, gatewayLabels, expected } of suites) {
    const startedAtMs = performance.now();
    const cases = expected(sample);
    const found = await differences(programs, gatewayLabels, cases);
    const asked = cases.flatMap((each) => each.asked);
    const served = asked.filter(({ choice }) => choice !== undefined).length;
    console.log(
      `${name}: ${asked.length} requests, ${served} of them served, ${found.length} differences, ${secondsSince(startedAtMs)} s`,
    );
    for (const each of found.slice(0, 5)) console.log(each);
    // A comparison of nothing is no success.
    if (found.length > 0 || served < cases.length) process.exitCode = 1;
  }
}

function secondsSince(startedAtMs: number): string {
  return ((performance.now() - startedAtMs) / 1000).toFixed(1);
}

await main();
