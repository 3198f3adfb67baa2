import type { ReadManifest } from './manifest.ts';

/**
 * Definitions first, then namespaces, each before what needs it, as Helm and Kustomize order them; all others in the order of
 * the input. `moved`: namespaces that came after one of their objects, which `kubectl apply` would refuse the first time.
 */
export function inOrder(manifests: readonly ReadManifest[]): {
  readonly ordered: readonly ReadManifest[];
  readonly moved: readonly ReadManifest[];
} {
  const definitions = manifests.filter(({ manifest }) => manifest.kind === 'CustomResourceDefinition');
  const namespaces = manifests.filter(({ manifest }) => isNamespace(manifest));
  const first = new Set([...definitions, ...namespaces]);
  const used = new Set<string>();
  const moved = manifests.filter(({ manifest }) => {
    if (manifest.metadata.namespace !== undefined) used.add(manifest.metadata.namespace);
    return isNamespace(manifest) && used.has(manifest.metadata.name ?? '');
  });
  return { ordered: [...first, ...manifests.filter((each) => !first.has(each))], moved };
}

function isNamespace({ apiVersion, kind }: ReadManifest['manifest']): boolean {
  return apiVersion === 'v1' && kind === 'Namespace';
}
