import type { Mesh } from '../model/virtual-node.ts';
import { selects } from './selector.ts';

/**
 * The mesh a namespace belongs to: the one mesh whose namespaceSelector selects it, or the one `spec.meshRef` names.
 * The controller's rule is that exactly one may match; none or several is a reason.
 */
export function meshOfNamespace(
  namespace: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
  meshes: readonly Mesh[],
  meshRef?: string | null,
): { mesh: Mesh } | { reason: string } {
  const candidates = meshes.filter((mesh) =>
    meshRef ? mesh.name === meshRef : selects(mesh.spec.namespaceSelector, namespace.labels),
  );
  const [mesh] = candidates;
  if (mesh !== undefined && candidates.length === 1) return { mesh };
  if (meshRef) return { reason: `no Mesh is called ${meshRef}, which spec.meshRef names` };
  const names = candidates.map(({ name }) => name).sort();
  return {
    reason:
      names.length === 0
        ? `no Mesh selects namespace ${namespace.name} by its namespaceSelector`
        : `${names.length} Meshes select namespace ${namespace.name}: ${names.join(', ')}; exactly one may`,
  };
}
