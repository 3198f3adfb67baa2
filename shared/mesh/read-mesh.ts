import { type MeshKind, meshKinds } from '../model/kubernetes.ts';
import { type ObjectName, objectNameText } from '../model/records/mesh-claim.ts';
import type { ClusterObjectStore, StoredObject } from '../ports/cluster-object-store.ts';
import { Directory } from './plan/directory.ts';
import { entryOf } from './plan/entry.ts';

/** The stored mesh objects of a cluster. */
export interface StoredMesh {
  /** By `objectNameText`, tombstones included. */
  readonly stored: ReadonlyMap<string, StoredObject>;
  /** The live objects. */
  readonly directory: Directory;
  /** Whether an object is known to have been deleted. */
  readonly isGone: (sourceObject: ObjectName) => boolean;
}

export async function readMesh(
  mesh: Pick<ClusterObjectStore, 'inRange'>,
  cluster: string,
  read: readonly MeshKind[] = meshKinds,
): Promise<StoredMesh> {
  const all = (kind: string) => Array.fromAsync(mesh.inRange(cluster, kind, '', null));
  const [namespaces, ...others] = await Promise.all([all('Namespace'), ...read.map(all)]);
  const objects = others.flat();
  const live = ({ deleted }: StoredObject) => !deleted;
  const namespaceLabels = new Map(
    namespaces.filter(live).map(({ object: { metadata } }) => [metadata.name, metadata.labels ?? {}]),
  );
  const entries = objects.filter(live).map(({ object, fault }) => entryOf(object, fault));
  const stored = new Map(objects.map((item) => [nameOf(item), item]));
  return {
    stored,
    directory: new Directory(entries, namespaceLabels),
    isGone: (sourceObject) => stored.get(objectNameText(sourceObject))?.deleted ?? false,
  };
}

function nameOf({ object: { kind, metadata } }: StoredObject): string {
  return objectNameText({
    kind: kind as MeshKind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  });
}
