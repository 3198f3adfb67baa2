import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  type PodChanged,
  relaySource,
} from './event.ts';

/** The events that a relay sends; all others are sent by functions. A relay's role allows no other detail type. */
export const relayedTypes = [
  detailTypes.podChanged,
  detailTypes.clusterObjectChanged,
  detailTypes.clusterListed,
] as const;

type FieldsOf<Event> = Event extends unknown ? keyof Event : never;

/** The allowed sender of each field of these types. A new field of the contract has to be added here. */
const senders: Readonly<
  Record<FieldsOf<PodChanged | ClusterObjectChanged | ClusterListed>, 'relay' | 'function'>
> = {
  type: 'relay',
  version: 'relay',
  group: 'relay',
  cluster: 'relay',
  change: 'relay',
  pod: 'relay',
  node: 'relay',
  object: 'relay',
  listing: 'relay',
  correlationId: 'relay',
  observedAt: 'relay',
  readinessChangedAt: 'relay',
  run: 'function',
  instancesToVerify: 'function',
  supersedes: 'function',
};
const functionFields = Object.entries(senders).flatMap(([field, sender]) =>
  sender === 'function' ? [field] : [],
);

const types: ReadonlySet<unknown> = new Set(relayedTypes);

/**
 * Why the sender of an event on the bus may not send it; undefined if it may. AWS guarantees the source: the policy of each
 * relay's role restricts it to the relay's own cluster. The detail is untrusted.
 */
export function senderFault(source: string, detail: Readonly<Record<string, unknown>>): string | undefined {
  const { cluster, type, group } = detail;
  if (typeof cluster !== 'string' || source !== relaySource(cluster))
    return `expected the source ${relaySource(String(cluster))}: a relay may send only events of its own cluster`;
  if (!types.has(type))
    return `expected one of ${relayedTypes.join(', ')}: only functions may send other types`;
  if (!isGroupOf(cluster, String(group)))
    return `expected a message group of cluster ${cluster}, found ${JSON.stringify(group)}`;
  const field = functionFields.find((name) => detail[name] !== undefined);
  return field === undefined ? undefined : `expected no field ${field}: only functions may send it`;
}

/** A long group is cut and has a digest after `~`; the part before it may be shorter than the cluster's name. */
function isGroupOf(cluster: string, group: string): boolean {
  const [head = '', digest] = group.split('~');
  if (head.startsWith(`${cluster}/`)) return true;
  return digest === undefined ? head === cluster : cluster.startsWith(head);
}
