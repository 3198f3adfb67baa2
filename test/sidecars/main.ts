import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Builds a kube-apiserver and runs the tests of deploy/sidecars.yaml against it: `npm run test:sidecars`. */
function main(): void {
  if (spawnSync('go', ['version']).status !== 0) {
    console.log('skipped: go is not on the PATH');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'kube-apiserver-'));
  try {
    const KUBE_APISERVER = build(folder);
    const { status } = spawnSync('npx', ['vitest', 'run', 'test/sidecars/api-server.slow.test.ts'], {
      ...{ stdio: 'inherit', env: { ...process.env, KUBE_APISERVER } },
    });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Go downloads and compiles what its caches have not got. */
function build(folder: string): string {
  const startedAtMs = performance.now();
  const program = join(folder, 'kube-apiserver');
  const cwd = new URL('apiserver/', import.meta.url);
  const { status } = spawnSync('go', ['build', '-ldflags=-s -w', '-o', program, '.'], {
    cwd,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`kube-apiserver was not built: go build ended with status ${status}`);
  console.log(`kube-apiserver built in ${Math.round((performance.now() - startedAtMs) / 1000)} s`);
  return program;
}

main();
