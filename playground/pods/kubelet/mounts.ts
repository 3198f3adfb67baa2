import { join } from 'node:path';
import { isObject, objectAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { MountedFolder } from '../mounted-folder.ts';
import type { Mount } from '../plan/pod-plan.ts';

/** Reads a ConfigMap or Secret of the pod's namespace. */
export type ReadObject = (kind: Mount['kind'], name: string) => KubernetesObject | undefined;

/** The text files of a ConfigMap or Secret; undefined if it does not exist. */
export function filesOf(object: KubernetesObject | undefined): Readonly<Record<string, string>> | undefined {
  if (object === undefined) return undefined;
  const isSecret = object.kind === 'Secret';
  const text = (value: unknown) =>
    isSecret ? Buffer.from(String(value), 'base64').toString() : String(value);
  const { data } = object;
  return Object.fromEntries(
    Object.entries(isObject(data) ? data : objectAt({})).map(([name, value]) => [name, text(value)]),
  );
}

/** The mounts of a proxy beside its configuration, each a folder on this machine. */
export class Mounts {
  readonly #folders: ReadonlyMap<Mount, MountedFolder>;
  readonly #read: ReadObject;

  constructor(mounts: readonly Mount[], directory: string, read: ReadObject) {
    this.#read = read;
    this.#folders = new Map(
      mounts.map((mount, index) => [mount, new MountedFolder(join(directory, `mount-${index}`))]),
    );
    this.refresh();
  }

  /** Folders by mount path. */
  get folders(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#folders].map(([{ path }, folder]) => [path, folder.path]));
  }

  refresh(): void {
    for (const [{ kind, name }, folder] of this.#folders) {
      const files = filesOf(this.#read(kind, name));
      if (files !== undefined) folder.write(files);
    }
  }
}
