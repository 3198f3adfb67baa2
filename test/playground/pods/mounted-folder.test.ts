import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MountedFolder } from '../../../playground/pods/mounted-folder.ts';

describe('a folder as a kubelet mounts a ConfigMap', () => {
  let path: string;
  let folder: MountedFolder;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'mounted-'));
    folder = new MountedFolder(path);
  });
  afterEach(() => rmSync(path, { recursive: true }));

  const visible = () =>
    Object.fromEntries(
      readdirSync(path)
        .filter((name) => !name.startsWith('..'))
        .map((name) => [name, readFileSync(join(path, name), 'utf8')]),
    );

  it('has the files as links through one link, and nothing of former ones', () => {
    folder.write({ a: '1', b: '1' });
    folder.write({ a: '2', c: '2' });
    expect(visible()).toEqual({ a: '2', c: '2' });
    expect(readlinkSync(join(path, 'a'))).toBe('..data/a');
    expect(readdirSync(path).sort()).toEqual(['..data', readlinkSync(join(path, '..data')), 'a', 'c']);
  });

  it('renames the link of all files before it links new ones and removes others', async () => {
    folder.write({ a: '1', b: '1' });
    const seen: string[] = [];
    const watcher = watch(path, (_, name) => seen.push(name ?? ''));
    folder.write({ a: '2', c: '2' });
    await expect.poll(() => seen).toContain('..version-1');
    watcher.close();
    expect(seen.filter((name) => ['..data', 'b', 'c'].includes(name))).toEqual(['..data', 'c', 'b']);
  });

  it('does not write equal files again', () => {
    folder.write({ a: '1', b: '1' });
    const before = readlinkSync(join(path, '..data'));
    folder.write({ b: '1', a: '1' });
    expect(readlinkSync(join(path, '..data'))).toBe(before);
  });

  it('writes files that its caller changed in place', () => {
    const files = { a: '1' };
    folder.write(files);
    files.a = '2';
    folder.write(files);
    expect(visible()).toEqual({ a: '2' });
  });

  it('has no files of an empty ConfigMap', () => {
    folder.write({});
    expect(readdirSync(join(path, '..data'))).toEqual([]);
  });
});
