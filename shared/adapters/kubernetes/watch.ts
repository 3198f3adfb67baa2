import type { IncomingMessage } from 'node:http';
import { RetryableError } from '../../model/errors.ts';
import { refusal, type Status } from './errors.ts';
import { lines } from './lines.ts';
import { actionText, collectionPath, type KubernetesObject, type Resource } from './resources.ts';
import { connectionError, type Request, type Transport } from './transport.ts';

/** `BOOKMARK` contains only a resourceVersion to resume from. */
export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

export interface WatchOptions {
  readonly namespace?: string | undefined;
  /** Where to resume: the resourceVersion of a listing, or of the last event. */
  readonly resourceVersion: string;
  /** After this time the server ends the watch itself, without an error. */
  readonly timeoutSeconds: number;
  /**
   * How long the connection may be silent before it counts as dead. API servers send bookmarks about once a minute, so
   * a longer silence means that the other end is gone without notice.
   */
  readonly idleTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface WireEvent {
  readonly type: string;
  readonly object: unknown;
}

/**
 * The events of one watch request. Ends when the server ends it; resume from the last event's resourceVersion then.
 * Throws ExpiredError for 410, whether as the status or as an ERROR event, and RetryableError for a connection that
 * broke, fell silent or sent something that is not a watch event. Does not read ahead of its consumer.
 */
export async function* watchEvents<T extends KubernetesObject>(
  transport: Transport,
  resource: Resource,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>, void> {
  const silence = new AbortController();
  const request = watchRequest(resource, options, silence.signal);
  const beforeSilence = idleLimit(request, silence, options.idleTimeoutMs);
  const response = await beforeSilence(transport.send(request));
  try {
    response.setEncoding('utf8');
    for await (const line of lines(chunks(response, request, beforeSilence)))
      yield toEvent<T>(request, parse(request, line));
  } finally {
    response.destroy();
  }
}

function watchRequest(resource: Resource, options: WatchOptions, silence: AbortSignal): Request {
  const { namespace, resourceVersion, timeoutSeconds, signal } = options;
  return {
    action: actionText('watch', resource, namespace),
    path: collectionPath(resource, namespace),
    query: { watch: true, allowWatchBookmarks: true, resourceVersion, timeoutSeconds },
    signal: signal ? AbortSignal.any([signal, silence]) : silence,
  };
}

/** Aborts the request if a wait takes too long. Only waiting counts: a slow reader is not silence of the server. */
function idleLimit(request: Request, silence: AbortController, idleTimeoutMs: number) {
  return async <V>(wait: Promise<V>): Promise<V> => {
    const timer = setTimeout(() => {
      silence.abort(
        new RetryableError(`nothing came for ${idleTimeoutMs} ms while trying to ${request.action}`),
      );
    }, idleTimeoutMs);
    try {
      return await wait;
    } finally {
      clearTimeout(timer);
    }
  };
}

async function* chunks(
  response: IncomingMessage,
  request: Request,
  beforeSilence: <V>(wait: Promise<V>) => Promise<V>,
): AsyncGenerator<string, void> {
  const iterator = response[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await beforeSilence(iterator.next());
      if (done) return;
      yield value;
    }
  } catch (cause) {
    throw connectionError(request, cause);
  }
}

function parse(request: Request, line: string): WireEvent {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new RetryableError(`a line that came while trying to ${request.action} is not JSON`, { cause });
  }
}

function toEvent<T>(request: Request, event: WireEvent): WatchEvent<T> {
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      return { type: event.type, object: event.object as T };
    case 'ERROR': {
      const status = event.object as Status;
      throw refusal(request.action, status.code ?? 500, status);
    }
    default:
      throw new RetryableError(`an event of type ${event.type} came while trying to ${request.action}`);
  }
}
