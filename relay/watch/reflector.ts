import type { KubernetesClient } from '../../shared/adapters/kubernetes/client.ts';
import { ExpiredError } from '../../shared/adapters/kubernetes/errors.ts';
import type { KubernetesObject } from '../../shared/adapters/kubernetes/resources.ts';
import { type Resource, resourceText } from '../../shared/adapters/kubernetes/resources.ts';
import type { WatchEvent } from '../../shared/adapters/kubernetes/watch.ts';
import { NotFoundError, PermanentError, RetryableError, SyncError } from '../../shared/model/errors.ts';
import { Backoff, type BackoffBounds } from '../backoff.ts';
import { errorText, type Logger } from '../logger.ts';
import type { RelayMetrics } from '../metrics.ts';
import { pause } from '../pause.ts';

/** Handles the observations of a reflector. Each call completes before the next starts. */
export interface Handler<T> {
  /** A listing starts or restarts; objects of an earlier, incomplete listing do not count. */
  listing(): void;
  applied(object: T, source: 'listing' | 'watch'): void | Promise<void>;
  deleted(object: T): void | Promise<void>;
  /** The listing is complete: all its objects were applied. */
  listed(resourceVersion: string): void;
  /** The objects applied and not deleted so far are still all there are, at this later resourceVersion. */
  confirmed(resourceVersion: string): void;
  /** The API server does not serve the kind, according to its discovery documents. */
  absent(): void;
}

export interface ReflectorTiming {
  readonly backoff: BackoffBounds;
  /** Interval between checks whether the cluster has got a kind that it lacked. */
  readonly absentRetryMs: number;
  /** Timeout after which the server ends a watch; reduced at random by up to a third. */
  readonly watchSeconds: number;
  readonly idleTimeoutMs: number;
  /** Without a listing for this long, the next event or bookmark triggers `confirmed`. Interval of `absent`. */
  readonly confirmMs: number;
}

export interface ReflectorOptions<T> {
  readonly client: KubernetesClient;
  readonly resource: Resource;
  /** All namespaces by default. */
  readonly namespace: string | undefined;
  readonly pageSize: number;
  readonly handler: Handler<T>;
  readonly timing: ReflectorTiming;
  readonly logger: Logger;
  readonly metrics: RelayMetrics;
  /** Called after each object of a listing or the watch. */
  readonly afterObject: () => void;
}

/**
 * `listed`: the kind is listed and watched. `absent`: the cluster does not have it (yet). `refused`: the API server
 * rejects the request. `failing`: it cannot be listed at the moment.
 */
export type ReflectorState = 'starting' | 'listed' | 'absent' | 'refused' | 'failing';

/** After more failures in a row without an event the kind is listed again: the resourceVersion may be at fault. */
const maxWatchFailures = 5;
/** A watch that ends sooner counts as failed, so that retries back off. */
const minWatchMs = 1000;

/**
 * Lists one kind page by page and watches it from the listing's resourceVersion. When the watch ends, resumes it from
 * the last event or bookmark. Lists again when the API server no longer has that resourceVersion (410).
 */
export class Reflector<T extends KubernetesObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #backoff: Backoff;
  readonly #settled = Promise.withResolvers<void>();
  #state: ReflectorState = 'starting';
  /** When the objects were last listed or confirmed; epoch milliseconds. */
  #reportedAt = 0;
  /** When the handler was last informed that the kind is absent; 0 if it was listed since. Epoch milliseconds. */
  #absentAt = 0;
  #fault = '';

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#backoff = new Backoff(options.timing.backoff);
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** `pods in namespace "shop": <what is wrong>` */
  get text(): string {
    const { resource, namespace } = this.#options;
    const name = `${resourceText(resource)}${namespace ? ` in namespace "${namespace}"` : ''}`;
    return this.#fault ? `${name}: ${this.#fault}` : name;
  }

  /** Resolves once the kind is listed, absent or refused. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Runs until aborted. Retries errors of the API server and the network; rejects with any other. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const resourceVersion = await this.#list(signal);
        await this.#follow(resourceVersion, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof SyncError)) throw error;
        await this.#wait(error, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { client, resource, namespace, pageSize, handler, metrics, afterObject } = this.#options;
    let resourceVersion = '';
    handler.listing();
    for await (const page of client.pages<T>(resource, { namespace, limit: pageSize, signal })) {
      resourceVersion = page.resourceVersion;
      for (const object of page.items) {
        signal.throwIfAborted();
        await handler.applied(object, 'listing');
        afterObject();
      }
    }
    handler.listed(resourceVersion);
    this.#reportedAt = Date.now();
    this.#absentAt = 0;
    metrics.lists.add({ kind: resource.kind });
    this.#become('listed', '');
    return resourceVersion;
  }

  /** Watches and resumes the watch. Throws the reason when the kind must be listed again. */
  async #follow(from: string, signal: AbortSignal): Promise<never> {
    let resourceVersion = from;
    for (let failures = 0; ; ) {
      const startedAt = Date.now();
      try {
        for await (const event of this.#watch(resourceVersion, signal)) {
          await this.#handle(event);
          resourceVersion = event.object.metadata.resourceVersion;
          this.#confirm(resourceVersion);
          failures = 0;
          this.#backoff.reset();
          signal.throwIfAborted();
        }
        if (Date.now() - startedAt < minWatchMs)
          throw new RetryableError(`the watch ended after less than ${minWatchMs} ms`);
        failures = 0;
        this.#restarted('ended');
      } catch (error) {
        failures += 1;
        if (signal.aborted || !isResumable(error) || failures > maxWatchFailures) throw error;
        this.#restarted('failed', error);
        await pause(this.#delayMs(error), signal);
      }
    }
  }

  #watch(resourceVersion: string, signal: AbortSignal): AsyncGenerator<WatchEvent<T>, void> {
    const { client, resource, namespace, timing } = this.#options;
    const timeoutSeconds = Math.max(1, Math.round(timing.watchSeconds * (1 - Math.random() / 3)));
    const { idleTimeoutMs } = timing;
    return client.watch<T>(resource, { namespace, resourceVersion, timeoutSeconds, idleTimeoutMs, signal });
  }

  async #handle({ type, object }: WatchEvent<T>): Promise<void> {
    if (type === 'BOOKMARK') return;
    if (type === 'DELETED') await this.#options.handler.deleted(object);
    else await this.#options.handler.applied(object, 'watch');
    this.#options.afterObject();
  }

  /**
   * Called only after an event or a bookmark (the API server sends one a minute), so that a broken or silent watch
   * never makes stale objects seem fresh.
   */
  #confirm(resourceVersion: string): void {
    const { handler, timing } = this.#options;
    if (Date.now() - this.#reportedAt < timing.confirmMs) return;
    handler.confirmed(resourceVersion);
    this.#reportedAt = Date.now();
  }

  async #wait(error: SyncError, signal: AbortSignal): Promise<void> {
    const { timing } = this.#options;
    if (error instanceof NotFoundError) {
      await this.#reportAbsence(signal);
      this.#become('absent', 'not found in the cluster; install its CRD if it is needed');
      await pause(timing.absentRetryMs * (1 + Math.random() / 5), signal);
      return;
    }
    if (error instanceof ExpiredError) this.#restarted('expired', error);
    else this.#become(error instanceof PermanentError ? 'refused' : 'failing', errorText(error));
    await pause(this.#delayMs(error), signal);
  }

  /** Reports an absent kind at once and at intervals, because an event can be lost. */
  async #reportAbsence(signal: AbortSignal): Promise<void> {
    const { client, resource, handler, timing, logger } = this.#options;
    if (Date.now() - this.#absentAt < timing.confirmMs) return;
    try {
      if (await client.isServed(resource, signal)) return;
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      logger.debug('cannot find out whether the API server serves a kind; will retry', {
        kind: resource.kind,
        error: errorText(error),
      });
      return;
    }
    handler.absent();
    this.#absentAt = Date.now();
  }

  #delayMs(error: unknown): number {
    const retryAfterMs = error instanceof RetryableError ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(retryAfterMs, this.#backoff.nextMs());
  }

  #restarted(reason: 'ended' | 'failed' | 'expired', error?: unknown): void {
    const { resource, metrics, logger } = this.#options;
    metrics.watches.add({ kind: resource.kind, reason });
    logger.debug('watch restarted', { kind: resource.kind, reason, error: error && errorText(error) });
  }

  #become(state: ReflectorState, fault: string): void {
    const changed = this.#state !== state;
    this.#state = state;
    this.#fault = fault;
    if (state !== 'failing') this.#settled.resolve();
    if (!changed) return;
    const { resource, namespace, logger } = this.#options;
    const write = state === 'refused' || state === 'failing' ? logger.warn : logger.info;
    write(stateMessages[state], { kind: resource.kind, namespace, fault: fault || undefined });
  }
}

const stateMessages: Readonly<Record<ReflectorState, string>> = {
  starting: 'starting to list a kind',
  listed: 'kind listed; watching it',
  absent: 'kind not found in the cluster; will check again',
  refused: 'the API server refused to list a kind; will retry',
  failing: 'failed to list a kind; will retry',
};

function isResumable(error: unknown): boolean {
  return error instanceof RetryableError && !(error instanceof ExpiredError);
}
