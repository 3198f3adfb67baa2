import type { ClusterListed } from '../model/event.ts';
import type { ListingDependencies } from '../ports/ports.ts';
import { capOf, overCap } from './plan/deletion-cap.ts';

/** What a part of a listing may delete of what it says is gone; the rest is reported. */
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
    /** How many are stored as alive in the range. */
    readonly live: number;
    readonly gone: readonly Item[];
    readonly keyOf: (item: Item) => string;
  },
): readonly Item[] {
  const most = capOf(live, parts);
  const [first] = gone.slice(most);
  if (first === undefined) return gone;
  const count = gone.length - most;
  const whose = `the ${live} ${kind}s in part ${part} of ${parts} of the listing`;
  deps.refused({ cluster, kind, count, first: keyOf(first), reason: overCap(whose, live, parts) });
  return gone.slice(0, most);
}
