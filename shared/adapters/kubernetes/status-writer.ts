import type { MeshKind } from '../../model/kubernetes.ts';
import { ConnectedClient } from './connected-client.ts';
import type { Connection } from './connection.ts';
import { meshResources, pods } from './resources.ts';
import type { PatchTarget } from './status-patch.ts';

/**
 * Writes the status of mesh objects and pods of one cluster. Connects at the first write, and finds the cluster again
 * after a failure that a new address, CA or role could fix.
 */
export class StatusWriter {
  readonly #connected: ConnectedClient;

  /** `onRequest` is called for each request that is sent, as `patch pods/status front in namespace shop`. */
  constructor(connect: () => Promise<Connection>, onRequest: (action: string) => void = () => undefined) {
    this.#connected = new ConnectedClient(connect, onRequest);
  }

  /**
   * Merges the fields into the object's status; null removes a field. A pod's conditions are merged by type; a mesh
   * object's are replaced as a list. Errors: those of `KubernetesClient.patchStatus`, and of finding the cluster.
   */
  async write(
    { kind, ...target }: PatchTarget & { readonly kind: MeshKind | 'Pod' },
    status: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.patch({ kind, ...target }, status);
  }

  /** Same; returns the object's new resourceVersion. */
  async patch(
    { kind, ...target }: PatchTarget & { readonly kind: MeshKind | 'Pod' },
    status: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const resource = kind === 'Pod' ? pods : meshResources[kind];
    return this.#connected.use((client) => client.patchStatus(resource, target, { status }));
  }
}
