import type { ServerResponse } from 'node:http';
import type { Kind } from '../kinds/kind.ts';
import { ApiError, expired } from '../model/status.ts';
import type { ApiContext } from '../verbs/api-context.ts';
import { bookmark, timeoutOf, type WatchEvent, watch } from '../verbs/watch.ts';
import { type Presentation, presentEvent } from './representation.ts';
import { isTrue, type ResourceRequest } from './request.ts';

/** How a stream ends: cleanly, with a 410 in the stream, or by a connection reset. */
export type StreamEnd = 'close' | 'expired' | 'reset';

export interface WatchSettings {
  readonly bookmarkIntervalMs: number;
  /** The default timeout of a watch. */
  readonly defaultTimeoutSeconds: number;
  /** Whether a 410 for an old resourceVersion is the HTTP status, or an event in a 200 stream, as on real servers. */
  readonly goneAs: 'status' | 'event';
}

/** A client with more unread bytes than this is disconnected, as on a real API server. */
const maxBacklog = 64 * 1024 * 1024;

/** One open watch. */
export class WatchStream {
  readonly kind: Kind;
  readonly #response: ServerResponse;
  readonly #presentation: Presentation;
  readonly #cleanups: (() => void)[] = [];
  #isFirst = true;

  constructor(kind: Kind, response: ServerResponse, presentation: Presentation) {
    this.kind = kind;
    this.#response = response;
    this.#presentation = presentation;
  }

  /** Starts the stream; calls `onEnd` once when it ends. Throws the API's errors before it sends anything. */
  start(context: ApiContext, request: ResourceRequest, settings: WatchSettings, onEnd: () => void): void {
    this.#response.once('close', () => {
      for (const cleanup of this.#cleanups.splice(0)) cleanup();
      onEnd();
    });
    const pending: WatchEvent[] = [];
    let deliver: (event: WatchEvent) => void = (event) => pending.push(event);
    try {
      this.#cleanups.push(
        watch(context, this.kind, request.namespace, optionsOf(request), (event) => deliver(event)),
      );
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 410 || settings.goneAs === 'status') throw error;
      this.#open();
      this.#endWith(error);
      return;
    }
    this.#open();
    deliver = (event) => this.#send(event);
    for (const event of pending) this.#send(event);
    this.#setTimers(context, request, settings);
  }

  end(how: StreamEnd): void {
    if (how === 'expired') this.#endWith(expired('too old resource version: the history has been compacted'));
    else if (how === 'reset') this.#response.destroy();
    else this.#response.end();
  }

  #open(): void {
    this.#response.writeHead(200, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-cache, private',
    });
    this.#response.flushHeaders();
  }

  #endWith(error: ApiError): void {
    this.#response.end(`${JSON.stringify({ type: 'ERROR', object: error.status() })}\n`);
  }

  #send(event: WatchEvent): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    const line = JSON.stringify(presentEvent(this.kind, event, this.#presentation, this.#isFirst));
    this.#isFirst = false;
    this.#response.write(`${line}\n`);
    if (this.#response.writableLength > maxBacklog) this.end('reset');
  }

  #setTimers(context: ApiContext, { query }: ResourceRequest, settings: WatchSettings): void {
    const seconds = timeoutOf(query.get('timeoutSeconds')) ?? settings.defaultTimeoutSeconds;
    const mark = () => this.#send(bookmark(context, this.kind));
    const wantsBookmarks = query.has('allowWatchBookmarks') && isTrue(query.get('allowWatchBookmarks'));
    if (wantsBookmarks) {
      const timer = setInterval(mark, settings.bookmarkIntervalMs);
      this.#cleanups.push(() => clearInterval(timer));
    }
    const end = setTimeout(() => {
      if (wantsBookmarks) mark();
      this.end('close');
    }, seconds * 1000);
    this.#cleanups.push(() => clearTimeout(end));
  }
}

function optionsOf({ query, name }: ResourceRequest) {
  return {
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? undefined,
    resourceVersion: query.get('resourceVersion') ?? undefined,
    sendInitialEvents: query.has('sendInitialEvents') ? isTrue(query.get('sendInitialEvents')) : undefined,
    name,
  };
}
