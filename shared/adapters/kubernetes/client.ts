import { setTimeout as sleep } from 'node:timers/promises';
import { RetryableError } from '../../model/errors.ts';
import type { Connection } from './connection.ts';
import { servesKind, servesVersion } from './discovery.ts';
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
  /** Objects per page; 500 by default. */
  readonly limit?: number | undefined;
  /** Exactly this state, which the API server keeps for some minutes; the newest by default. */
  readonly resourceVersion?: string | undefined;
  /** Maximum attempts of a request that fails for a temporary reason; one by default. */
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
const objectTimeoutMs = 10_000;
const discoveryTimeoutMs = 10_000;
const maxPauseMs = 5_000;

/** A client of one API server: only what the relay and the functions need. */
export class KubernetesClient {
  readonly #transport: Transport;

  /** `onRequest` is called for each request that is sent, as `list pods`. */
  constructor(connection: Connection, onRequest?: (action: string) => void) {
    this.#transport = new Transport(connection, onRequest);
  }

  /**
   * Lists a kind page by page, all pages from one state of the cluster, by default the newest. Throws ExpiredError if
   * the API server drops that state midway: the pages so far are then no listing; start again.
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

  /** A complete listing in memory; restarted if it expired midway, at most three times. */
  async list<T extends KubernetesObject>(resource: Resource, options: ListOptions = {}): Promise<Page<T>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#collect<T>(resource, options);
      } catch (error) {
        if (!(error instanceof ExpiredError) || attempt === 3) throw error;
      }
    }
  }

  /**
   * Whether discovery lists the kind; one of the core group always counts as served. A list request that is answered 404
   * does not prove that a kind is absent: a proxy answers so, or an API server that is starting. Throws if a discovery
   * document cannot be read or is none, so that `false` is a fact.
   */
  async isServed(resource: Resource, signal?: AbortSignal): Promise<boolean> {
    const { apiVersion } = resource;
    if (!apiVersion.includes('/')) return true;
    if (!servesVersion(await this.discovery('/apis', signal), resource)) return false;
    return servesKind(await this.discovery(`/apis/${apiVersion}`, signal), resource);
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
   * Returns the object's new resourceVersion. Throws NotFoundError if it is gone, ConflictError if another object has
   * its name by now (in the core group; for custom kinds the API server does not check), PermanentError if the caller
   * lacks permission, RetryableError (including UnreachableError) for everything else.
   */
  async patchStatus(
    resource: Resource,
    target: PatchTarget,
    patch: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const request = statusPatch(resource, target, patch);
    const { body: answer } = await this.exchange<PatchedObject>(request);
    if (!answer.metadata?.resourceVersion)
      throw new RetryableError(`the answer to "${request.action}" is no object`);
    refusePruned(resource, target, (patch.status ?? {}) as Readonly<Record<string, unknown>>, answer);
    return answer.metadata.resourceVersion;
  }

  /**
   * The code and the object that answer a request for one object. Throws what `refusal` makes of any other answer, and a
   * RetryableError if there is none within 10 s.
   */
  async exchange<T>(request: Request): Promise<{ readonly code: number; readonly body: T }> {
    const { code, text } = await this.#answer(request, objectTimeoutMs);
    return { code, body: parse<T>(request, text) };
  }

  /** A discovery document, such as that of `/apis/apps/v1`. Errors: those of `exchange`. */
  async discovery(path: string, signal?: AbortSignal): Promise<unknown> {
    const request = { action: `get ${path}`, path, signal };
    return parse<unknown>(request, await this.#text(request, discoveryTimeoutMs));
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

  async #text(request: Request, timeoutMs: number): Promise<string> {
    return (await this.#answer(request, timeoutMs)).text;
  }

  /** The code and the body of a successful response. */
  async #answer(request: Request, timeoutMs: number): Promise<{ code: number; text: string }> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
    try {
      const timed = { ...request, signal };
      const response = await this.#transport.send(timed);
      return { code: response.statusCode ?? 0, text: await readText(response, timed) };
    } catch (error) {
      if (!timeout.aborted || request.signal?.aborted) throw error;
      throw new RetryableError(`no answer within ${timeoutMs} ms to "${request.action}"`, {
        cause: error,
      });
    }
  }
}

/** Retryable errors for which a retry in the next second would not help. */
const lasting = [ExpiredError, UnreachableError];

/** A page can be requested again. */
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
  const resourceVersion = next === undefined ? options.resourceVersion : undefined; // the token implies it for later pages
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

/** The items of a list of a built-in kind do not contain their kind; the list does. */
function named<T extends KubernetesObject>(resource: Resource, items: readonly T[]): T[] {
  return items.map((item) => ({ ...item, apiVersion: resource.apiVersion, kind: resource.kind }));
}
