import type { KubernetesClient } from '../../shared/adapters/kubernetes/client.ts';
import { pods } from '../../shared/adapters/kubernetes/resources.ts';
import { SyncError } from '../../shared/model/errors.ts';
import type { PodObject } from '../../shared/model/kubernetes.ts';
import { Backoff, type BackoffBounds } from '../backoff.ts';
import { errorText, type Logger } from '../logger.ts';
import { pause } from '../pause.ts';
import type { Observer } from './observer.ts';

type Pod = PodObject & { readonly apiVersion: string; readonly kind: string };

export interface NodeTopologyRefresherOptions {
  readonly client: KubernetesClient;
  /** The observer of each watched namespace; undefined is the key for all namespaces. */
  readonly observers: ReadonlyMap<string | undefined, Observer<Pod>>;
  readonly backoff: BackoffBounds;
  readonly logger: Logger;
}

/**
 * Reevaluates the pods of a node when the node's topology becomes known or changes. It lists them, so that no pod is
 * kept in memory. This is rare: mostly pods of DaemonSets on a node that has just joined.
 */
export class NodeTopologyRefresher {
  readonly #options: NodeTopologyRefresherOptions;
  readonly #nodeNames = new Set<string>();
  #wake = Promise.withResolvers<void>();

  constructor(options: NodeTopologyRefresherOptions) {
    this.#options = options;
  }

  add(nodeName: string): void {
    this.#nodeNames.add(nodeName);
    this.#wake.resolve();
  }

  /** Runs until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.#options.backoff);
    signal.addEventListener('abort', () => this.#wake.resolve());
    while (!signal.aborted) {
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
      for (const nodeName of this.#nodeNames) {
        if (signal.aborted) return;
        await this.#refreshOrRetry(nodeName, backoff, signal);
      }
    }
  }

  async #refreshOrRetry(nodeName: string, backoff: Backoff, signal: AbortSignal): Promise<void> {
    try {
      await this.#refresh(nodeName, signal);
      backoff.reset();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof SyncError)) throw error;
      this.#options.logger.warn('failed to list the pods of a node; will retry', {
        node: nodeName,
        error: errorText(error),
      });
      await pause(backoff.nextMs(), signal);
      this.add(nodeName);
    }
  }

  async #refresh(nodeName: string, signal: AbortSignal): Promise<void> {
    this.#nodeNames.delete(nodeName);
    const fieldSelector = `spec.nodeName=${nodeName}`;
    for (const [namespace, observer] of this.#options.observers) {
      const { items } = await this.#options.client.list<Pod>(pods, { namespace, fieldSelector, signal });
      for (const pod of items) if (pod.spec.nodeName === nodeName) await observer.reevaluate(pod);
    }
  }
}
