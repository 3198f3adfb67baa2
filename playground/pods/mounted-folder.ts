import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/**
 * A folder that a kubelet keeps for a mounted ConfigMap: each file is a link through `..data`, which one rename replaces. As in
 * Kubernetes since 2021 (pkg/volume/util/atomic_writer.go), new files get their links after the rename.
 */
export class MountedFolder {
  readonly path: string;
  #files: Readonly<Record<string, string>> = {};
  #version = 0;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  /** All files change at once. Equal ones are not written again, so whoever watches the folder sees no change. */
  write(files: Readonly<Record<string, string>>): void {
    if (this.#version > 0 && isDeepStrictEqual(files, this.#files)) return;
    const data = join(this.path, '..data');
    const previous = this.#version === 0 ? undefined : readlinkSync(data);
    this.#version += 1;
    const current = `..version-${this.#version}`;
    mkdirSync(join(this.path, current));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.path, current, name), text);
    symlinkSync(current, join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), data);
    this.#link(new Set(Object.keys(files)), new Set(Object.keys(this.#files)));
    this.#files = { ...files };
    if (previous !== undefined) rmSync(join(this.path, previous), { recursive: true });
  }

  #link(names: Set<string>, former: Set<string>): void {
    for (const name of names.difference(former)) symlinkSync(`..data/${name}`, join(this.path, name));
    for (const name of former.difference(names)) rmSync(join(this.path, name));
  }
}
