import type { Drain } from '../../../model/records/drain.ts';
import type { Mesh, VirtualNode } from '../../../model/virtual-node.ts';

/** Everything else in the pod's cluster that determines where it is registered. */
export interface RegistrationContext {
  readonly virtualNodes: readonly VirtualNode[];
  readonly meshes: readonly Mesh[];
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** Set if the cluster is drained: then nothing is registered. */
  readonly drain?: Drain | undefined;
}
