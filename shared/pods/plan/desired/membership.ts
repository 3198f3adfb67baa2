import type { Mesh } from '../../../model/virtual-node.ts';
import { selects } from './selector.ts';

/**
 * The mesh a namespace belongs to: the one mesh whose namespaceSelector selects it; of several, the one that
 * `spec.meshRef` names. Exactly one may match, as with the controller; none or several is a reason. A reference alone
 * does not make a member: the controller's webhook derived it from the selectors, but here whoever may write an object
 * may write it, too, and the mesh decides which namespaces it admits.
 */
export function meshOfNamespace(
  namespace: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
  meshes: readonly Mesh[],
  meshRef?: string | null,
): { mesh: Mesh } | { reason: string } {
  const selecting = meshes.filter((mesh) => selects(mesh.spec.namespaceSelector, namespace.labels));
  const candidates = meshRef ? selecting.filter(({ name }) => name === meshRef) : selecting;
  const [mesh] = candidates;
  if (mesh !== undefined && candidates.length === 1) return { mesh };
  if (meshRef)
    return {
      reason: meshes.some(({ name }) => name === meshRef)
        ? `Mesh ${meshRef}, which spec.meshRef names, does not select namespace ${namespace.name} by its namespaceSelector`
        : `no Mesh is called ${meshRef}, which spec.meshRef names`,
    };
  const names = candidates.map(({ name }) => name).sort();
  return {
    reason:
      names.length === 0
        ? `no Mesh selects namespace ${namespace.name} by its namespaceSelector`
        : `${names.length} Meshes select namespace ${namespace.name}: ${names.join(', ')}; exactly one may`,
  };
}
