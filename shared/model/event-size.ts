import { detailTypes, type EventDetail, relaySource } from './event.ts';
import { objectKey } from './identity.ts';

/**
 * What an event may have, by PutEvents' limit of old, 256 KB: the relay keeps to it, and an object over it is too
 * large for an item of DynamoDB soon, too (400 KB).
 */
export const maxEntryBytes = 256 * 1024 - 1;

/** What an event counts for, as EventBridge counts: source, detail-type and detail in UTF-8. */
export function entryBytes(event: EventDetail): number {
  return relaySource(event.cluster).length + event.type.length + Buffer.byteLength(JSON.stringify(event));
}

/** Whom an event is about, as people would say it. */
export function eventSubject(event: EventDetail): string {
  if (event.type === detailTypes.clusterObjectChanged)
    return `${event.object.kind} ${objectKey(event.object.metadata)}`;
  if (event.type === detailTypes.podChanged) return `Pod ${objectKey(event.pod.metadata)}`;
  return `${event.type} of ${event.group}`;
}
