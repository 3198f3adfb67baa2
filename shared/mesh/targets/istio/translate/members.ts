import type { Directory } from '../../../plan/directory.ts';

const known = new WeakMap<Directory, ReadonlyMap<string, readonly string[]>>();

/** The namespaces that have objects of a mesh, in a fixed order: what is written for it is not seen elsewhere. */
export function namespacesOf(directory: Directory, meshName: string): readonly string[] {
  const found = known.get(directory) ?? byMesh(directory);
  known.set(directory, found);
  return found.get(meshName) ?? [];
}

function byMesh(directory: Directory): ReadonlyMap<string, readonly string[]> {
  const pairs = directory.entries.flatMap((entry) => {
    const place = directory.placeOf(entry);
    return 'reason' in place || entry.id.namespace === ''
      ? []
      : [{ mesh: place.meshName, namespace: entry.id.namespace }];
  });
  return new Map(
    [...Map.groupBy(pairs, ({ mesh }) => mesh)].map(([mesh, all]) => [
      mesh,
      [...new Set(all.map(({ namespace }) => namespace))].sort(),
    ]),
  );
}
