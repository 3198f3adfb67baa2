import { RetryableError } from '../../model/errors.ts';
import { KubernetesClient } from './client.ts';
import type { Connection } from './connection.ts';

/**
 * The client of one cluster. Connects at its first use, and finds the cluster again after a failure that a new address,
 * CA or role could fix.
 */
export class ConnectedClient {
  readonly #connect: () => Promise<Connection>;
  readonly #onRequest: (action: string) => void;
  #client: Promise<KubernetesClient> | undefined;

  /** `onRequest` is called for each request that is sent, as `get serviceentries.networking.istio.io cart`. */
  constructor(connect: () => Promise<Connection>, onRequest: (action: string) => void = () => undefined) {
    this.#connect = connect;
    this.#onRequest = onRequest;
  }

  /** Errors: those of the call, and of finding the cluster. */
  async use<T>(call: (client: KubernetesClient) => Promise<T>): Promise<T> {
    this.#client ??= this.#connected();
    const client = this.#client;
    try {
      return await call(await client);
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
