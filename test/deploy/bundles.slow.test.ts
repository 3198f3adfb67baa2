import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meshTargetNames } from '../../shared/model/config/mesh-targets.ts';
import { bundleFunction, functionNames } from './bundle.ts';

const names = await functionNames();
/** Those whose code depends on the mesh targets. */
const ofMesh = ['reconcile-mesh', 'explain'];
const each = names.flatMap((name) =>
  (ofMesh.includes(name) ? meshTargetNames : (['app-mesh'] as const)).map((target) => ({ name, target })),
);

describe.each(each)('the bundle of $name with mesh: $target', ({ name, target }) => {
  let folder: string;
  let code: string;
  let files: readonly string[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    files = await bundleFunction(name, join(folder, 'bundle.cjs'), [target]);
    code = await readFile(join(folder, 'bundle.cjs'), 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('a bundle is under 200 kB zipped, as the packaging compresses it', () => {
    expect(deflateRawSync(code, { level: 9 }).length).toBeLessThan(200_000);
  });

  it('a bundle has the code of the mesh target that clusters.yml names, and of no other', () => {
    const found = files.flatMap((file) => /^shared\/mesh\/targets\/([^/]+)\//.exec(file)?.[1] ?? []);
    expect([...new Set(found)]).toEqual(ofMesh.includes(name) ? [target] : []);
  });

  it('a bundle has of a client the operations that are called, and no other', () => {
    // The mesh follows what the table knows of Cloud Map; only Envoys follow instances from elsewhere.
    const isWithout = name === 'reconcile-mesh' && target !== 'envoy';
    const called = [...(isWithout ? [] : ['ListInstances']), 'GetItem', 'AssumeRole'];
    const others = [
      ...(isWithout ? ['ListInstances'] : []),
      'UpdateNodegroupConfig',
      'ExecuteStatement',
      'AssumeRoleWithSAML',
      'PurgeQueue',
    ];
    const has = (operation: string) => code.includes(`"${operation}"`);
    expect([...called, ...others].filter(has)).toEqual(called);
  });

  it('a bundle imports nothing later, which would keep all of what it imports', () => {
    expect(code.match(/Promise\.resolve\(\)\.then\(\(\)=>.{20}/g)).toBeNull();
  });

  it('a bundle does not load undici, as an import() of node:http would', () => {
    expect(code.match(/import\("node:http"\)/g)).toBeNull();
  });

  it('a bundle has the messages of zod', () => {
    expect(code.includes('Unrecognized key')).toBe(true);
  });
});

describe('what a bundle leaves out', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const bundled = async (name: string, needs?: Readonly<Record<string, unknown>>) => {
    const files = await bundleFunction(name, join(folder, 'bundle.cjs'), ['envoy'], needs);
    return { files, code: await readFile(join(folder, 'bundle.cjs'), 'utf8') };
  };

  it('a bundle has no STS if no cluster names a role, and says that a role needs a new deployment', async () => {
    const withRoles = await bundled('sync-pods');
    const without = await bundled('sync-pods', {});
    expect(withRoles.code).toContain('"AssumeRole"');
    expect(without.code).not.toContain('"AssumeRole"');
    expect(without.code).toContain('names no role: deploy again');
  });

  it('the bundle of explain has no client of EKS and of Kubernetes if no cluster imports services', async () => {
    const only = /client-eks|adapters\/kubernetes|plan\/desired-entry/;
    const importing = await bundled('explain', { serviceEntries: {} });
    const without = await bundled('explain', {});
    expect(importing.files.filter((file) => only.test(file)).length).toBeGreaterThan(10);
    expect(without.files.filter((file) => only.test(file))).toEqual([]);
    expect(deflateRawSync(without.code, { level: 9 }).length).toBeLessThan(180_000);
  });
});
