import type { ServedObject } from './patched-status.ts';
import type { StatusTarget } from './status-request.ts';

/** A status that the functions wrote and the cluster did not get. */
export interface WithheldStatus extends Pick<StatusTarget, 'resource' | 'namespace' | 'name'> {
  readonly uid: string | undefined;
  readonly status: ServedObject['status'];
}

/** The statuses that were not written to the cluster; the last one of each object. */
export class WithheldStatuses {
  readonly #byPath = new Map<string, WithheldStatus>();

  /** The object as the functions know it: with the status that was withheld, if it is still the same object. */
  known(path: string, object: ServedObject): ServedObject {
    const withheld = this.#byPath.get(path);
    const isSame = withheld !== undefined && withheld.uid === object.metadata?.uid;
    return isSame ? { ...object, status: { ...object.status, ...withheld.status } } : object;
  }

  add({ path, resource, namespace, name }: StatusTarget, { metadata, status }: ServedObject): void {
    this.#byPath.set(path, { resource, namespace, name, uid: metadata?.uid, status });
  }

  all(): readonly WithheldStatus[] {
    return [...this.#byPath.values()];
  }
}

/** `3 statuses (2 virtualnodes.appmesh.k8s.aws, 1 pods)`; undefined if there are none. */
export function withheldText(statuses: readonly WithheldStatus[]): string | undefined {
  if (statuses.length === 0) return undefined;
  const kinds = [...Map.groupBy(statuses, ({ resource }) => resource)].map(
    ([resource, all]) => `${all.length} of ${resource}`,
  );
  const count = statuses.length === 1 ? '1 status' : `${statuses.length} statuses`;
  return `${count} not written to the cluster (${kinds.join(', ')}): with --write-status they are`;
}
