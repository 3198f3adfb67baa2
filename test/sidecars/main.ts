import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Builds a kube-apiserver and istio-iptables, and holds deploy/sidecars.yaml, the arguments of its init container and
 * `npm start -- --kubeconfig` to them: `npm run test:sidecars`.
 */
function main(): void {
  if (spawnSync('go', ['version']).status !== 0) {
    console.log('skipped: go is not on the PATH');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'kube-apiserver-'));
  try {
    const programs = {
      KUBE_APISERVER: build('apiserver', '.', folder),
      ISTIO_IPTABLES: build('../istio', './iptables', folder),
    };
    const projects = ['--project', 'slow', '--project', 'serial'];
    const files = ['test/sidecars', 'test/end-to-end/kube-apiserver.test.ts'];
    const { status } = spawnSync('npx', ['vitest', 'run', ...projects, ...files], {
      ...{ stdio: 'inherit', env: { ...process.env, ...programs } },
    });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Go downloads and compiles what its caches have not got. */
function build(module: string, path: string, folder: string): string {
  const startedAtMs = performance.now();
  const program = join(folder, module.replaceAll(/\W/g, ''));
  const cwd = new URL(`${module}/`, import.meta.url);
  const { status } = spawnSync('go', ['build', '-ldflags=-s -w', '-o', program, path], {
    cwd,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`go build of test/sidecars/${module} ended with status ${status}`);
  console.log(`${module} built in ${Math.round((performance.now() - startedAtMs) / 1000)} s`);
  return program;
}

main();
