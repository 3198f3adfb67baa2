import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('a package for clusters with mesh: istio', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  beforeAll(() => {
    const clusters = join(folder, 'clusters.yml');
    writeFileSync(clusters, 'clusters:\n  - name: production\n    mesh: istio\n');
    const osls = createRequire(import.meta.url).resolve('osls/bin/serverless.js');
    const options = ['--param', `clusters=${clusters}`, '--package', folder];
    execFileSync(process.execPath, [osls, 'package', ...options], { stdio: 'pipe' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['reconcile-mesh', 'explain'])('the zip of %s has no code of the other mesh targets', (name) => {
    const files = unzipSync(readFileSync(join(folder, `${name}.zip`)));
    const code = new TextDecoder().decode(files[`functions/${name}.cjs`]);
    const missing = [...code.matchAll(/mesh target ([a-z-]+) is not in this deployment/g)];
    expect([...new Set(missing.map(([, target]) => target))].sort()).toEqual([
      'app-mesh',
      'envoy',
      'gateway-api',
    ]);
  });
});
