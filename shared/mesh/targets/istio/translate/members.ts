import type { Directory } from '../../../plan/directory.ts';
import { perDirectory } from '../../../plan/per-directory.ts';

/** The namespaces that have objects of a mesh, in a fixed order: what is written for it is not seen elsewhere. */
export function namespacesOf(directory: Directory, meshName: string): readonly string[] {
  return byMesh(directory).get(meshName) ?? [];
}

const byMesh = perDirectory((directory): ReadonlyMap<string, readonly string[]> => {
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
});
