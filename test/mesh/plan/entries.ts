import { Directory } from '../../../shared/mesh/plan/directory.ts';
import { type Entry, entryOf } from '../../../shared/mesh/plan/entry.ts';
import type { Manifest } from '../harness/harness.ts';

/** As an object of the cluster; the n-th of a list is the n-th created. */
function entryOfManifest({ kind, metadata, spec }: Manifest, index = 0): Entry {
  return entryOf({
    apiVersion: 'appmesh.k8s.aws/v1beta2',
    kind,
    metadata: {
      ...metadata,
      ...{ uid: `uid-${index}`, resourceVersion: '1', generation: 1 },
      creationTimestamp: `2026-11-21T10:00:${String(index).padStart(2, '0')}Z`,
    },
    ...(spec && { spec }),
  });
}

export function directoryOf(...manifests: readonly Manifest[]): Directory {
  const namespaces = manifests.filter(({ kind }) => kind === 'Namespace');
  const labels = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  return new Directory(manifests.filter(({ kind }) => kind !== 'Namespace').map(entryOfManifest), labels);
}
