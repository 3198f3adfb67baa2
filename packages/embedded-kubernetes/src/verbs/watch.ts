import { type Kind, resourceOf } from '../kinds/kind.ts';
import type { KubernetesObject } from '../model/objects.ts';
import { badRequest, expired, forbiddenField, invalid } from '../model/status.ts';
import type { Change } from '../storage/store.ts';
import type { ApiContext } from './api-context.ts';
import { parseRevision } from './list.ts';
import { type Predicate, predicateOf, type Selection } from './selection.ts';
import { inVersion } from './update.ts';

export interface WatchOptions extends Selection {
  readonly resourceVersion?: string | undefined;
  readonly sendInitialEvents?: boolean | undefined;
  /** Watches only this object. */
  readonly name?: string | undefined;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubernetesObject;
}

/**
 * Sends the changes after a resourceVersion, in order. Returns a function that ends the watch. Without a
 * resourceVersion, or at 0, it starts with the current objects as ADDED. For a future resourceVersion it sends nothing
 * until that is passed, as etcd does. Throws 410 if the resourceVersion is compacted, 422 for a streaming list (as on
 * servers with the WatchList gate off).
 */
export function watch(
  context: ApiContext,
  kind: Kind,
  namespace: string | undefined,
  options: WatchOptions,
  send: (event: WatchEvent) => void,
): () => void {
  if (options.sendInitialEvents !== undefined) throw invalid(listOptions, '', [streamingListFault]);
  const resource = resourceOf(kind);
  const matches = watchPredicate(kind, namespace, options);
  const from = parseRevision(options.resourceVersion);
  const forward = (change: Change) => {
    if (change.revision <= from) return;
    const event = eventOf(change, matches, kind);
    if (event) send(event);
  };
  if (from === 0) {
    const present = context.store.list(resource).filter(matches);
    for (const object of present) send({ type: 'ADDED', object: inVersion(object, kind) });
  } else {
    const missed = context.store.changesSince(resource, from);
    if (!missed) throw expired(`too old resource version: ${from} (${context.store.revision})`);
    for (const change of missed) forward(change);
  }
  return context.store.subscribe(resource, forward);
}

const listOptions = { group: 'meta.k8s.io', kind: 'ListOptions' };
const streamingListFault = forbiddenField(
  'sendInitialEvents',
  'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
);

function watchPredicate(kind: Kind, namespace: string | undefined, options: WatchOptions): Predicate {
  const selected = predicateOf(kind, options);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (options.name === undefined || object.metadata.name === options.name) &&
    (selected === undefined || selected(object));
}

/** The change for a watcher with selectors: an object that starts or stops matching is ADDED or DELETED. */
function eventOf(change: Change, matches: Predicate, kind: Kind): WatchEvent | undefined {
  const { type, object, previous } = change;
  const was = previous !== undefined && matches(previous);
  const is = type !== 'DELETED' && matches(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object: inVersion(object, kind) };
  if (!was || !previous) return undefined;
  // An object that no longer matches is sent as it last matched, with the version of the change.
  const metadata = { ...previous.metadata, resourceVersion: object.metadata.resourceVersion };
  const last = type === 'DELETED' ? object : { ...previous, metadata };
  return { type: 'DELETED', object: inVersion(last, kind) };
}

/** A bookmark: all changes up to the current revision were sent. */
export function bookmark(context: ApiContext, kind: Kind): WatchEvent {
  const metadata = { resourceVersion: String(context.store.revision), creationTimestamp: null };
  const object = { kind: kind.kind, metadata } as unknown as KubernetesObject;
  return { type: 'BOOKMARK', object: inVersion(object, kind) };
}

/** The timeout of a watch request. Throws 400 if it is not a number. */
export function timeoutOf(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  const seconds = Number(text);
  if (!Number.isFinite(seconds)) throw badRequest(`timeoutSeconds must be a number, not ${text}`);
  return seconds;
}
