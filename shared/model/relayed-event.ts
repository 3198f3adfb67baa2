import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  type PodChanged,
  relaySource,
} from './event.ts';

/** What a relay tells; everything else is between functions. Its role may put no other detail type on the bus. */
export const relayedTypes = [
  detailTypes.podChanged,
  detailTypes.clusterObjectChanged,
  detailTypes.clusterListed,
] as const;

type FieldsOf<Event> = Event extends unknown ? keyof Event : never;

/** Who may send each field of these types. A field that is added to the contract has to be added here. */
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
  run: 'function',
  instancesToVerify: 'function',
  supersedes: 'function',
};
const functionFields = Object.entries(senders).flatMap(([field, sender]) =>
  sender === 'function' ? [field] : [],
);

const types: ReadonlySet<unknown> = new Set(relayedTypes);

/**
 * Why an event of the bus is not one that its sender may send; undefined where it may. AWS vouches for the source: the
 * policy of each relay's role pins it to the relay's own cluster. The detail is what the relay says.
 */
export function senderFault(source: string, detail: Readonly<Record<string, unknown>>): string | undefined {
  const { cluster, type, group } = detail;
  if (typeof cluster !== 'string' || source !== relaySource(cluster))
    return `expected the source ${relaySource(String(cluster))}: a relay speaks for its own cluster only`;
  if (!types.has(type)) return `expected one of ${relayedTypes.join(', ')}: only functions send others`;
  if (!isGroupOf(cluster, String(group)))
    return `expected a message group of cluster ${cluster}, found ${JSON.stringify(group)}`;
  const field = functionFields.find((name) => detail[name] !== undefined);
  return field === undefined ? undefined : `expected no field ${field}: only functions send it`;
}

/** Of a long group the beginning is kept, and a digest after `~`: the beginning may be shorter than the cluster's name. */
function isGroupOf(cluster: string, group: string): boolean {
  const [head = '', digest] = group.split('~');
  if (head.startsWith(`${cluster}/`)) return true;
  return digest === undefined ? head === cluster : cluster.startsWith(head);
}
