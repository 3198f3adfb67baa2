import { objectKey } from '../identity.ts';
import { objectText } from '../kubernetes-object.ts';
import { detailTypes, type EventDetail, relaySource } from './event.ts';

/**
 * Maximum size of an event, by the former limit of PutEvents, 256 KB. The relay keeps to it: a larger object would soon
 * exceed a DynamoDB item, too (400 KB).
 */
export const maxEntryBytes = 256 * 1024 - 1;

/** The size of an event as EventBridge counts it: source, detail-type and detail in UTF-8. */
export function entryBytes(event: EventDetail): number {
  return relaySource(event.cluster).length + event.type.length + Buffer.byteLength(JSON.stringify(event));
}

/** The object of an event, for people. */
export function eventSubject(event: EventDetail): string {
  if (event.type === detailTypes.clusterObjectChanged) return objectText(event.object);
  if (event.type === detailTypes.podChanged) return `Pod ${objectKey(event.pod.metadata)}`;
  return `${event.type} of ${event.group}`;
}
