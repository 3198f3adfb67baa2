import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunction, functionNames } from './bundle.ts';

const names = await functionNames();

describe.each(names)('the bundle of %s', (name) => {
  let folder: string;
  let code: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    await bundleFunction(name, join(folder, 'bundle.cjs'));
    code = await readFile(join(folder, 'bundle.cjs'), 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('a bundle is under 200 kB zipped, as the packaging compresses it', () => {
    expect(deflateRawSync(code, { level: 9 }).length).toBeLessThan(200_000);
  });

  it('a bundle has of a client the operations that are called, and no other', () => {
    // The mesh follows what the table knows of Cloud Map, and never calls it.
    const called = [...(name === 'reconcile-mesh' ? [] : ['ListInstances']), 'GetItem', 'AssumeRole'];
    const others = [
      ...(name === 'reconcile-mesh' ? ['ListInstances'] : []),
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

  it('a bundle has the messages of zod', () => {
    expect(code.includes('Unrecognized key')).toBe(true);
  });
});
