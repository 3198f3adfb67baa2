import type { KubernetesClient } from '../shared/adapters/kubernetes/client.ts';
import { ExpiredError } from '../shared/adapters/kubernetes/errors.ts';
import type { KubernetesObject } from '../shared/adapters/kubernetes/resources.ts';
import { type Resource, resourceText } from '../shared/adapters/kubernetes/resources.ts';
import type { WatchEvent } from '../shared/adapters/kubernetes/watch.ts';
import { NotFoundError, PermanentError, RetryableError, SyncError } from '../shared/model/errors.ts';
import { Backoff, type BackoffBounds } from './backoff.ts';
import { errorText, type Logger } from './logger.ts';
import type { RelayMetrics } from './metrics.ts';
import { pause } from './pause.ts';

/** What is done with what a reflector sees. Each call ends before the next begins. */
export interface Handler<T> {
  /** A listing begins, or begins again: what came of the last one counts only if that was complete. */
  listing(): void;
  applied(object: T, source: 'listing' | 'watch'): void | Promise<void>;
  deleted(object: T): void | Promise<void>;
  /** The listing is complete: all its objects were applied. */
  listed(resourceVersion: string): void;
  /** What was applied since and is not deleted is still all there is, at this later resourceVersion. */
  confirmed(resourceVersion: string): void;
}

export interface ReflectorTiming {
  readonly backoff: BackoffBounds;
  /** How often to look whether a kind has come that the cluster does not have. */
  readonly absentRetryMs: number;
  /** After this the server ends a watch in good order; shortened at random by up to a third. */
  readonly watchSeconds: number;
  readonly idleTimeoutMs: number;
  /** After this long without a listing, the next event or bookmark confirms what is known. */
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
  /** Called after each object that was listed or came by the watch. */
  readonly afterObject: () => void;
}

/**
 * `listed`: the kind is followed. `absent`: the cluster does not have it (yet). `refused`: the API server says no.
 * `failing`: it cannot be listed right now.
 */
export type ReflectorState = 'starting' | 'listed' | 'absent' | 'refused' | 'failing';

/** A watch that fails so often in a row without an event goes back to listing: its resourceVersion may be at fault. */
const maxWatchFailures = 5;
/** A watch that ends sooner counts as failed, so that a server that always does that is not hammered. */
const shortestWatchMs = 1000;

/**
 * Follows one kind: lists it page by page, watches it from the listing's resourceVersion, resumes the watch from the last
 * event or bookmark when it ends, and lists again when the API server has forgotten that far back (410).
 */
export class Reflector<T extends KubernetesObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #backoff: Backoff;
  readonly #settled = Promise.withResolvers<void>();
  #state: ReflectorState = 'starting';
  /** When all there is was last told; epoch milliseconds. */
  #reportedAt = 0;
  #fault = '';

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#backoff = new Backoff(options.timing.backoff);
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** `pods in namespace shop: <what is wrong with it>` */
  get text(): string {
    const { resource, namespace } = this.#options;
    const name = `${resourceText(resource)}${namespace ? ` in namespace ${namespace}` : ''}`;
    return this.#fault ? `${name}: ${this.#fault}` : name;
  }

  /** Resolves when it is known what there is: listed once, absent or refused. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Runs until aborted. Rejects only for what is no error of the API server or the way to it. */
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
    metrics.lists.add({ kind: resource.kind });
    this.#become('listed', '');
    return resourceVersion;
  }

  /** Watches, again and again, until there is a reason to list again, which is thrown. */
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
        if (Date.now() - startedAt < shortestWatchMs) throw new RetryableError('the watch ended at once');
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
   * Only what the watch has just said is confirmed, an event or a bookmark, of which the API server sends one a minute:
   * a watch that is broken or has fallen silent must not make old knowledge look fresh.
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
      this.#become('absent', 'the cluster does not have this kind');
      await pause(timing.absentRetryMs * (1 + Math.random() / 5), signal);
      return;
    }
    if (error instanceof ExpiredError) this.#restarted('expired', error);
    else this.#become(error instanceof PermanentError ? 'refused' : 'failing', errorText(error));
    await pause(this.#delayMs(error), signal);
  }

  #delayMs(error: unknown): number {
    const asked = error instanceof RetryableError ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(asked, this.#backoff.nextMs());
  }

  #restarted(reason: 'ended' | 'failed' | 'expired', error?: unknown): void {
    const { resource, metrics, logger } = this.#options;
    metrics.watches.add({ kind: resource.kind, reason });
    logger.debug('a watch begins again', { kind: resource.kind, reason, error: error && errorText(error) });
  }

  #become(state: ReflectorState, fault: string): void {
    const changed = this.#state !== state;
    this.#state = state;
    this.#fault = fault;
    if (state !== 'failing') this.#settled.resolve();
    if (!changed) return;
    const { resource, namespace, logger } = this.#options;
    const write = state === 'refused' || state === 'failing' ? logger.warn : logger.info;
    write(`a kind is ${state}`, { kind: resource.kind, namespace, fault: fault || undefined });
  }
}

function isResumable(error: unknown): boolean {
  return error instanceof RetryableError && !(error instanceof ExpiredError);
}
