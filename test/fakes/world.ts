import { clustersFile } from '../../shared/model/cluster-config.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import type {
  CloudMap,
  Dependencies,
  ListingDependencies,
  RefusedDeletions,
} from '../../shared/ports/ports.ts';
import { memoryStores } from './stores/memory-stores.ts';

/** What a use case sees, in memory: one cluster `local`, queues that keep what they get, and as much of Cloud Map as given. */
export function aDependencies(cloudMap: Partial<CloudMap> = {}) {
  const { clusters } = clustersFile.parse({ clusters: [{ name: 'local' }] });
  const [config] = clusters;
  if (config === undefined) throw new Error('there is one cluster');
  const clock = { nowMs: 0 };
  const stores = memoryStores(() => clock.nowMs);
  const sent: EventDetail[] = [];
  const queues = { areDown: false };
  const refused: RefusedDeletions[] = [];
  const deps: Dependencies & ListingDependencies = {
    ...stores,
    clock: { now: () => clock.nowMs, sleep: async () => {} },
    requests: {
      send: async (events) => {
        if (queues.areDown && events.length > 0) throw new Error('the queues are down');
        sent.push(...events);
      },
    },
    cloudMap: () => ({ whenAllowed: (_, work) => work(), ...cloudMap }) as CloudMap,
    podStatus: () => ({ setCondition: async () => '1' }),
    cluster: () => config,
    refused: (deletions) => void refused.push(deletions),
  };
  return { deps, stores, sent, queues, config, refused, clock };
}
