import { RetryableError } from '../../model/errors.ts';
import type { MeshKind } from '../../model/kubernetes.ts';
import { KubernetesClient } from './client.ts';
import type { Connection } from './connection.ts';
import { meshResources, pods } from './resources.ts';
import type { PatchTarget } from './status-patch.ts';

/**
 * Writes the status of mesh objects and pods of one cluster. It connects when there is first something to write, and
 * looks the cluster up anew after a failure that a new address, CA or role could mend.
 */
export class StatusWriter {
  readonly #connect: () => Promise<Connection>;
  readonly #onRequest: (action: string) => void;
  #client: Promise<KubernetesClient> | undefined;

  /** `onRequest` is told of each request that is sent, as `patch pods/status front in namespace shop`. */
  constructor(connect: () => Promise<Connection>, onRequest: (action: string) => void = () => undefined) {
    this.#connect = connect;
    this.#onRequest = onRequest;
  }

  /**
   * Merges the fields into the object's status; null removes one. A pod's conditions are merged by type; a mesh object's
   * are replaced as a list. Errors: `KubernetesClient.patchStatus`, and those of looking the cluster up.
   */
  async write(
    { kind, ...target }: PatchTarget & { readonly kind: MeshKind | 'Pod' },
    status: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.patch({ kind, ...target }, status);
  }

  /** Likewise; answers the object's resourceVersion since. */
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
      // Others may be in the middle of a request, so that it is left to them and not closed.
      if (error instanceof RetryableError && this.#client === client) this.#client = undefined;
      throw error;
    }
  }

  async #connected(): Promise<KubernetesClient> {
    return new KubernetesClient(await this.#connect(), this.#onRequest);
  }
}
