import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { meshTargetNames } from '../../shared/model/config/mesh-targets.ts';
import { bundleFunction, functionNames } from './bundle.ts';

interface Component {
  readonly name: string;
  readonly version: string;
}

it('the bill of materials names each package whose code is in a function, in its version', async () => {
  const { components } = JSON.parse(
    execFileSync('npm', ['run', '--silent', 'sbom'], { encoding: 'utf8', maxBuffer: 1e8 }),
  ) as { components: Component[] };
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const bundled = await bundledPackages();
  expect(bundled.length).toBeGreaterThan(10);
  expect(bundled.filter((each) => !listed.has(each))).toEqual([]);
}, 60_000);

async function bundledPackages(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  try {
    const packages = new Set<string>();
    for (const name of await functionNames())
      for (const file of await bundleFunction(name, join(folder, `${name}.cjs`), meshTargetNames)) {
        const path = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
        if (path === undefined) continue;
        const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Component;
        packages.add(`${name}@${version}`);
      }
    return [...packages];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
