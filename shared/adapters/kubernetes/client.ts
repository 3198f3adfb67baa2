import { setTimeout as sleep } from 'node:timers/promises';
import { RetryableError } from '../../model/errors.ts';
import type { Connection } from './connection.ts';
import { ExpiredError, UnreachableError } from './errors.ts';
import { type PatchedObject, refusePruned } from './pruned-fields.ts';
import { actionText, collectionPath, type KubernetesObject, type Resource } from './resources.ts';
import { type PatchTarget, statusPatch } from './status-patch.ts';
import { type Request, readText, Transport } from './transport.ts';
import { type WatchEvent, type WatchOptions, watchEvents } from './watch.ts';

export interface ListOptions {
  /** All namespaces by default. */
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** Objects a page; 500 by default. */
  readonly limit?: number | undefined;
  /** Exactly this state, which the API server remembers for some minutes; the newest by default. */
  readonly resourceVersion?: string | undefined;
  /** How often a request that failed for a passing reason is sent at most; once by default. */
  readonly attempts?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Page<T> {
  /** The same on every page of one listing. */
  readonly resourceVersion: string;
  readonly items: readonly T[];
}

interface ListBody<T> {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly T[] | null;
}

const pageTimeoutMs = 60_000;
const patchTimeoutMs = 10_000;
const maxPauseMs = 5_000;

/** A client of one API server: what the relay and the functions use of it, and no more. */
export class KubernetesClient {
  readonly #transport: Transport;

  /** `onRequest` is told of each request that is sent, as `list pods`. */
  constructor(connection: Connection, onRequest?: (action: string) => void) {
    this.#transport = new Transport(connection, onRequest);
  }

  /**
   * Lists a kind page by page, all pages from one state of the cluster, the newest there is unless told. Throws ExpiredError when
   * that state was forgotten in the middle: what came so far is then no listing, start again.
   */
  async *pages<T extends KubernetesObject>(
    resource: Resource,
    options: ListOptions = {},
  ): AsyncGenerator<Page<T>, void> {
    let resourceVersion: string | undefined;
    let next: string | undefined;
    do {
      const request = listRequest(resource, options, next);
      const body = await retried(options, () => this.#page<T>(request));
      const { resourceVersion: version, continue: after } = body.metadata ?? {};
      if (!version) throw new RetryableError(`the answer to "${request.action}" has no resourceVersion`);
      resourceVersion ??= version;
      if (version !== resourceVersion)
        throw new ExpiredError(`the pages to "${request.action}" are of ${resourceVersion} and ${version}`);
      next = after;
      yield { resourceVersion, items: named(resource, body.items ?? []) };
    } while (next);
  }

  /** A complete listing in memory; begun again when it expired in the middle, three times at most. */
  async list<T extends KubernetesObject>(resource: Resource, options: ListOptions = {}): Promise<Page<T>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#collect<T>(resource, options);
      } catch (error) {
        if (!(error instanceof ExpiredError) || attempt === 3) throw error;
      }
    }
  }

  /** Follows changes of a kind; see `watchEvents`. */
  watch<T extends KubernetesObject>(
    resource: Resource,
    options: WatchOptions,
  ): AsyncGenerator<WatchEvent<T>, void> {
    return watchEvents<T>(this.#transport, resource, options);
  }

  /**
   * Merges the patch, such as `{ status: { … } }`, into the status of an object; see `statusPatch` for how lists merge.
   * Answers the object's resourceVersion since. Throws NotFoundError when it is gone, ConflictError when another object has its name by now (of the core group: of
   * custom kinds the API server does not look), PermanentError when the caller may not, RetryableError (UnreachableError
   * among them) for the rest.
   */
  async patchStatus(
    resource: Resource,
    target: PatchTarget,
    patch: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const request = statusPatch(resource, target, patch);
    const answer = parse<PatchedObject>(request, await this.#text(request, patchTimeoutMs));
    if (!answer.metadata?.resourceVersion)
      throw new RetryableError(`the answer to "${request.action}" is no object`);
    refusePruned(resource, target, (patch.status ?? {}) as Readonly<Record<string, unknown>>, answer);
    return answer.metadata.resourceVersion;
  }

  close(): void {
    this.#transport.close();
  }

  async #collect<T extends KubernetesObject>(resource: Resource, options: ListOptions): Promise<Page<T>> {
    let resourceVersion = '';
    const items: T[] = [];
    for await (const page of this.pages<T>(resource, options)) {
      resourceVersion = page.resourceVersion;
      items.push(...page.items);
    }
    return { resourceVersion, items };
  }

  async #page<T>(request: Request): Promise<ListBody<T>> {
    return parse<ListBody<T>>(request, await this.#text(request, pageTimeoutMs));
  }

  /** The body of a successful answer. */
  async #text(request: Request, timeoutMs: number): Promise<string> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
    try {
      const timed = { ...request, signal };
      return await readText(await this.#transport.send(timed), timed);
    } catch (error) {
      if (!timeout.aborted || request.signal?.aborted) throw error;
      throw new RetryableError(`no answer within ${timeoutMs} ms to "${request.action}"`, {
        cause: error,
      });
    }
  }
}

/** Of what may go well the next time, that for which the next second is no next time. */
const lasting = [ExpiredError, UnreachableError];

/** A page can be asked for again. */
async function retried<V>({ attempts = 1, signal }: ListOptions, send: () => Promise<V>): Promise<V> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const isPassing = error instanceof RetryableError && !lasting.some((kind) => error instanceof kind);
      if (!isPassing || attempt >= attempts) throw error;
      await sleep(Math.min(error.retryAfterMs ?? 100 * 2 ** attempt, maxPauseMs), undefined, { signal });
    }
  }
}

function listRequest(resource: Resource, options: ListOptions, next: string | undefined): Request {
  const { namespace, fieldSelector, labelSelector, limit = 500, signal } = options;
  const resourceVersion = next === undefined ? options.resourceVersion : undefined; // the token says it of later pages
  return {
    action: actionText('list', resource, namespace),
    path: collectionPath(resource, namespace),
    query: {
      ...{ limit, fieldSelector, labelSelector, continue: next, resourceVersion },
      ...(resourceVersion !== undefined && { resourceVersionMatch: 'Exact' }),
    },
    signal,
  };
}

function parse<T>(request: Request, text: string): T {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RetryableError(`the answer to "${request.action}" is not JSON`, { cause });
  }
}

/** The items of a list of a built-in kind do not say what they are; the list does. */
function named<T extends KubernetesObject>(resource: Resource, items: readonly T[]): T[] {
  return items.map((item) => ({ ...item, apiVersion: resource.apiVersion, kind: resource.kind }));
}
