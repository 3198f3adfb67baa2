import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder that a kubelet keeps for a mounted ConfigMap: each file is a link through `..data`, which one rename replaces. */
export class MountedFolder {
  readonly path: string;
  #names = new Set<string>();
  #version = 0;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  /** All files change at once. */
  write(files: Readonly<Record<string, string>>): void {
    const data = join(this.path, '..data');
    const previous = this.#version === 0 ? undefined : readlinkSync(data);
    this.#version += 1;
    const current = `..version-${this.#version}`;
    mkdirSync(join(this.path, current));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.path, current, name), text);
    symlinkSync(current, join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), data);
    this.#link(new Set(Object.keys(files)));
    if (previous !== undefined) rmSync(join(this.path, previous), { recursive: true });
  }

  #link(names: Set<string>): void {
    for (const name of names.difference(this.#names)) symlinkSync(`..data/${name}`, join(this.path, name));
    for (const name of this.#names.difference(names)) rmSync(join(this.path, name));
    this.#names = names;
  }
}
