import type { ClusterListed } from '../model/events/event.ts';
import type { ListingDependencies } from '../ports/ports.ts';
import { capOf, overCap } from './plan/deletion-cap.ts';

/** Caps the deletions of one part of a listing; the rest is reported. */
export function limitListed<Item>(
  deps: ListingDependencies,
  { kind, parts, part }: Pick<ClusterListed['listing'], 'kind' | 'parts' | 'part'>,
  {
    cluster,
    live,
    gone,
    keyOf,
  }: {
    readonly cluster: string;
    /** Number of live records in the range. */
    readonly live: number;
    readonly gone: readonly Item[];
    readonly keyOf: (item: Item) => string;
  },
): readonly Item[] {
  const max = capOf(live, parts);
  const [first] = gone.slice(max);
  if (first === undefined) return gone;
  const count = gone.length - max;
  const whose = `the ${live} ${kind}s in part ${part} of ${parts} of the listing`;
  deps.refused({ cluster, kind, count, first: keyOf(first), reason: overCap(whose, live, parts) });
  return gone.slice(0, max);
}
