import { RetryableError } from '../../model/errors.ts';
import type { MeshKind } from '../../model/kubernetes.ts';
import { KubernetesClient } from './client.ts';
import type { Connection } from './connection.ts';
import { meshResources, pods } from './resources.ts';
import type { PatchTarget } from './status-patch.ts';

/**
 * Writes the status of mesh objects and pods of one cluster. Connects at the first write, and finds the cluster again
 * after a failure that a new address, CA or role could fix.
 */
export class StatusWriter {
  readonly #connect: () => Promise<Connection>;
  readonly #onRequest: (action: string) => void;
  #client: Promise<KubernetesClient> | undefined;

  /** `onRequest` is called for each request that is sent, as `patch pods/status front in namespace shop`. */
  constructor(connect: () => Promise<Connection>, onRequest: (action: string) => void = () => undefined) {
    this.#connect = connect;
    this.#onRequest = onRequest;
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
    this.#client ??= this.#connected();
    const client = this.#client;
    try {
      const resource = kind === 'Pod' ? pods : meshResources[kind];
      return await (await client).patchStatus(resource, target, { status });
    } catch (error) {
      // Others may be using the client for a request, so it is not closed.
      if (error instanceof RetryableError && this.#client === client) this.#client = undefined;
      throw error;
    }
  }

  async #connected(): Promise<KubernetesClient> {
    return new KubernetesClient(await this.#connect(), this.#onRequest);
  }
}
